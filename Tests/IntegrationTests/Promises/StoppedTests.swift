import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

extension PromiseTests {
  /// Promises 4, 5 and 6: processes that stand still (SIGSTOP) and come back.
  @Suite struct StoppedTests {
    @Test func aZombiesWordIsRecordedAndHarmsNothing() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(seeds: [1], epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder, lease: 3)
        let coordinator = try stage.startCoordinator()
        let zombie = try stage.startWorker()
        let held = try stage.holdTrials(of: [zombie], &dice)
        let stopped = try Standstill(of: [zombie.processID])
        for child in held.processes { widenOutput(of: child) }
        held.end()
        coordinator.waitForErrorLines { $0.contains("was not heard for") }
        // Its child goes on and leaves a whole result, which nobody may publish any more.
        try waitUntil("the zombie's child ends") { held.processes.allSatisfy { processState($0) == "Z" } }
        for trial in try stage.paths.keptCheckpoints() { unlink(stage.paths.checkpointFile(trial)) }
        // Begins anew, so that its trial is not over when the zombie speaks.
        let heir = try stage.startWorker()
        let heldAgain = try stage.holdTrials(of: [heir], &dice)
        stopped.end()
        // A worker says it again until it hears an answer.
        #expect(
          !coordinator.waitForErrorLines { $0.contains("which it had lost: recorded, changes nothing") }
            .isEmpty,
          "\(coordinator.errorsSoFar)")
        heldAgain.end()
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(heir.waitForEnd().status == 0)
        #expect(zombie.waitForEnd().status == 0)
        try stage.expectCauses([.workerLost, .completed])
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    /// Nobody reads a zombie's child: what it says must not fill the pipe.
    private func widenOutput(of child: Int32) {
      let pipe = open("/proc/\(child)/fd/1", O_WRONLY | O_CLOEXEC)
      defer { close(pipe) }
      // F_SETPIPE_SZ of fcntl(2), which Glibc's module does not show.
      let setPipeSize: Int32 = 1031
      #expect(fcntl(pipe, setPipeSize, 1 << 20) >= 1 << 20)
    }

    @Test func aHungChildIsKilledWithThatCause() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(seeds: [1], epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder)
        let coordinator = try stage.startCoordinator()
        // Longer than a machine may stand still beneath the second attempt.
        let worker = try stage.startWorker(["--hang-floor", "6"])
        _ = try stage.holdTrials(of: [worker], &dice)
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(worker.waitForEnd().status == 0)
        #expect(end.errors.contains("hung: no progress for more than"), "\(end.errors)")
        try stage.expectCauses([.hung, .completed])
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    @Test func aStoppedCoordinatorExpiresNobody() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let lease = 3.0
        let sweep = PromiseSweep(epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder, lease: lease)
        let coordinator = try stage.startCoordinator()
        let workers = [try stage.startWorker(), try stage.startWorker()]
        let held = try stage.holdTrials(of: workers, &dice)
        let stopped = try Standstill(of: [coordinator.processID])
        held.end()
        // Longer than a lease: the time itself is the fault.
        poll(nil, 0, Int32(lease * 1000) + 1000)
        stopped.end()
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        for worker in workers { #expect(worker.waitForEnd().status == 0) }
        #expect(end.errors.contains("stood still for"), "\(end.errors)")
        try stage.expectCauses([.completed, .completed])
        try stage.expectPeacefulNumbers(sweep)
      }
    }
  }
}
