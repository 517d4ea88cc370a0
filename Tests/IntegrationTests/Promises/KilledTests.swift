import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

extension PromiseTests {
  /// Promises 1, 2, 3, 7 and 8: kill -9 of a worker, of the coordinator, of everything, at random moments.
  @Suite struct KilledTests {
    @Test func aKilledWorkersTrialGoesOnElsewhereFromItsCheckpoint() throws {
      try withTemporaryFolder { folder in
        var dice = PromiseDice()
        // Long beside the moment of the fault, also where vectors are wide: the first trial must not be over by then.
        let sweep = PromiseSweep(epochs: 500)
        let stage = try PromiseStage(sweep, in: folder)
        let coordinator = try stage.startCoordinator()
        let checkpoints = try #require(FolderWatch(stage.paths.checkpointsFolder))
        let victim = try stage.startWorker()
        let child = try childProcess(of: victim)
        checkpoints.waitForArrival()
        dice.letTimePass(upTo: 800)
        kill(victim.processID, SIGKILL)
        let other = try stage.startWorker()
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(other.waitForEnd().status == 0)
        #expect(end.errors.contains("was not heard for"), "\(end.errors)")
        // A process number is not given again so soon: whoever has it now would be the child.
        #expect(
          !processTree(of: child).contains { $0.command.contains("run-one") }, "the child outlived its worker"
        )
        #expect(try stage.causes() == [.workerLost, .completed, .completed])
        let moved = try #require(stage.attempts().values.first { $0.count == 2 })
        #expect(moved[1].firstEpoch > 0, "it began anew")
        #expect(moved[0].worker != moved[1].worker)
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    @Test func runningTrialsOutliveTheCoordinatorAndAreHandedOver() throws {
      try withTemporaryFolder { folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep()
        let stage = try PromiseStage(sweep, in: folder)
        let first = try stage.startCoordinator()
        let workers = [try stage.startWorker(), try stage.startWorker()]
        first.waitForErrorLines(2) { $0.contains("leased → running") }
        dice.letTimePass(upTo: 500)
        kill(first.processID, SIGKILL)
        #expect(first.waitForEnd().wasKilled)
        for worker in workers {
          #expect(
            worker.waitForErrorLines { $0.contains("ended with exit code 0: completed") }.count == 1,
            "\(worker.errorsSoFar)")
        }
        let second = try stage.startCoordinator()
        let end = second.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        for worker in workers { #expect(worker.waitForEnd().status == 0) }
        // One attempt each, on the lease of the first life.
        #expect(try stage.causes() == [.completed, .completed])
        #expect(try stage.attempts().values.allSatisfy { $0.first?.token.coordinatorEpoch == 1 })
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    /// Killed in the moment in which a result appears, the coordinator has published it and perhaps recorded nothing;
    /// the worker says its word again to the next life.
    @Test func aResultThatIsToldTwiceCountsOnce() throws {
      try withTemporaryFolder { folder in
        let sweep = PromiseSweep(seeds: [1, 2, 3], epochs: 20)
        let stage = try PromiseStage(sweep, in: folder)
        var coordinator = try stage.startCoordinator()
        let worker = try stage.startWorker()
        let published = try #require(FolderWatch(stage.paths.trialsFolder))
        var identities: [String: UInt64] = [:]
        for _ in 0..<sweep.trialCount {
          published.waitForArrival()
          kill(coordinator.processID, SIGKILL)
          _ = coordinator.waitForEnd()
          for id in try stage.paths.publishedTrials() {
            let number = try fileNumber(stage.paths.trialFile(id))
            #expect(identities[id.description] ?? number == number, "a result was published again")
            identities[id.description] = number
          }
          coordinator = try stage.startCoordinator()
        }
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(worker.waitForEnd().status == 0)
        #expect(try stage.causes() == [.completed, .completed, .completed], "a trial ran twice")
        for (id, number) in identities {
          let path = try stage.paths.trialFile(#require(TrialID(id)))
          #expect(try fileNumber(path) == number, "a result was published again")
        }
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    @Test func everythingKilledAgainAndAgainGoesOn() throws {
      try withTemporaryFolder { folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(seeds: [1, 2, 3, 4], epochs: 40)
        let stage = try PromiseStage(sweep, in: folder)
        for _ in 0..<4 {
          let run = try RunningProgram(
            "igr", ["run", stage.file, "--results", stage.results, "--workers", "2"])
          dice.letTimePass(upTo: 1800)
          for process in processTree(of: run.processID) { kill(process.processID, SIGKILL) }
          _ = run.waitForEnd()
        }
        let end = try RunningProgram.run(
          "igr", ["run", stage.file, "--results", stage.results, "--workers", "2"])
        #expect(end.status == 0, "\(end.errors)")
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    private func fileNumber(_ path: String) throws -> UInt64 {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      return try #require((attributes[.systemFileNumber] as? NSNumber)?.uint64Value)
    }
  }
}
