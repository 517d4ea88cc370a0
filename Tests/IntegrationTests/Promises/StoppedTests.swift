import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

extension PromiseTests {
  /// Promises 4, 5 and 6: processes that stand still (SIGSTOP) and come back.
  @Suite struct StoppedTests {
    @Test func aZombiesWordIsRecordedAndHarmsNothing() throws {
      try withTemporaryFolder { folder in
        let sweep = PromiseSweep(seeds: [1])
        let stage = try PromiseStage(sweep, in: folder)
        let coordinator = try stage.startCoordinator()
        let finished = try #require(FolderWatch(stage.paths.incomingFolder, for: .finishedWriting))
        let zombie = try stage.startWorker()
        coordinator.waitForErrorLines { $0.contains("leased → running") }
        kill(zombie.processID, SIGSTOP)
        coordinator.waitForErrorLines { $0.contains("was not heard for") }
        // Its child goes on and leaves a whole result, which nobody may publish any more.
        finished.waitForArrival()
        let heir = try stage.startWorker()
        coordinator.waitForErrorLines(2) { $0.contains("leased → running") }
        kill(zombie.processID, SIGCONT)
        // A worker says it again until it hears an answer.
        #expect(
          !coordinator.waitForErrorLines { $0.contains("which it had lost: recorded, changes nothing") }
            .isEmpty,
          "\(coordinator.errorsSoFar)")
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(heir.waitForEnd().status == 0)
        #expect(zombie.waitForEnd().status == 0)
        #expect(try stage.causes() == [.workerLost, .completed])
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    @Test func aHungChildIsKilledWithThatCause() throws {
      try withTemporaryFolder { folder in
        let sweep = PromiseSweep(seeds: [1])
        let stage = try PromiseStage(sweep, in: folder)
        let coordinator = try stage.startCoordinator()
        let checkpoints = try #require(FolderWatch(stage.paths.checkpointsFolder))
        let worker = try stage.startWorker(["--hang-floor", "1"])
        let child = try childProcess(of: worker)
        checkpoints.waitForArrival()
        kill(child, SIGSTOP)
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(worker.waitForEnd().status == 0)
        #expect(end.errors.contains("hung: no progress for more than"), "\(end.errors)")
        #expect(try stage.causes() == [.hung, .completed])
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    @Test func aStoppedCoordinatorExpiresNobody() throws {
      try withTemporaryFolder { folder in
        let sweep = PromiseSweep()
        let stage = try PromiseStage(sweep, in: folder)
        let coordinator = try stage.startCoordinator()
        let workers = [try stage.startWorker(), try stage.startWorker()]
        coordinator.waitForErrorLines(2) { $0.contains("leased → running") }
        kill(coordinator.processID, SIGSTOP)
        // Longer than a lease: the time itself is the fault.
        poll(nil, 0, Int32(PromiseStage.lease * 1000) + 1000)
        kill(coordinator.processID, SIGCONT)
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        for worker in workers { #expect(worker.waitForEnd().status == 0) }
        #expect(end.errors.contains("stood still for"), "\(end.errors)")
        #expect(try stage.causes() == [.completed, .completed])
        try stage.expectPeacefulNumbers(sweep)
      }
    }
  }
}
