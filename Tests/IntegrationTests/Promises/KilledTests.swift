import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

extension PromiseTests {
  /// Promises 1, 2, 3, 7 and 8: kill -9 of a worker, of the coordinator, of everything, at random moments.
  @Suite struct KilledTests {
    @Test func aKilledWorkersTrialGoesOnElsewhereFromItsCheckpoint() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder, lease: 3)
        let coordinator = try stage.startCoordinator()
        let victim = try stage.startWorker()
        let held = try stage.holdTrials(of: [victim], &dice)
        kill(victim.processID, SIGKILL)
        held.end()
        let other = try stage.startWorker()
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(other.waitForEnd().status == 0)
        #expect(end.errors.contains("was not heard for"), "\(end.errors)")
        // A process number is not given again so soon: whoever has it now would be the child.
        for child in held.processes {
          #expect(
            !processTree(of: child).contains { $0.command.contains("run-one") },
            "the child outlived its worker")
        }
        try stage.expectCauses([.workerLost, .completed, .completed])
        let moved = try #require(stage.attempts().values.first { $0.count == 2 })
        #expect(moved[1].firstEpoch > 0, "it began anew")
        #expect(moved[0].worker != moved[1].worker)
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    @Test func runningTrialsOutliveTheCoordinatorAndAreHandedOver() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder)
        let first = try stage.startCoordinator()
        let workers = [try stage.startWorker(), try stage.startWorker()]
        let held = try stage.holdTrials(of: workers, &dice)
        kill(first.processID, SIGKILL)
        #expect(first.waitForEnd().wasKilled)
        held.end()
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
        try stage.expectCauses([.completed, .completed])
        #expect(try stage.attempts().values.allSatisfy { $0.first?.token.coordinatorEpoch == 1 })
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    /// Killed in the moment in which a result appears, the coordinator has published it and perhaps recorded nothing;
    /// the worker says its word again to the next life.
    @Test func aResultThatIsToldTwiceCountsOnce() throws {
      // One more than coordinators are killed: behind the last result the sweep is over.
      try strikeInTime(epochs: 20) { epochs, folder in
        let sweep = PromiseSweep(seeds: [1, 2, 3, 4], epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder)
        var coordinator = try stage.startCoordinator()
        let worker = try stage.startWorker()
        let published = try #require(FolderWatch(stage.paths.trialsFolder))
        var identities: [String: UInt64] = [:]
        for _ in 1..<sweep.trialCount {
          guard identities.count < sweep.trialCount else { throw CameTooLate("every result was published") }
          while try stage.paths.publishedTrials().count <= identities.count { published.waitForArrival() }
          kill(coordinator.processID, SIGKILL)
          let killed = coordinator.waitForEnd()
          guard killed.wasKilled else {
            #expect(killed.status == 0, "\(killed.errors)")
            throw CameTooLate("the sweep was over")
          }
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
        try stage.expectCauses(sweep.seeds.map { _ in .completed })
        for (id, number) in identities {
          let path = try stage.paths.trialFile(#require(TrialID(id)))
          #expect(try fileNumber(path) == number, "a result was published again")
        }
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    @Test func everythingKilledAgainAndAgainGoesOn() throws {
      try strikeInTime(epochs: 100) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(seeds: [1, 2, 3, 4], epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder)
        let arguments = ["run", stage.file, "--results", stage.results, "--workers", "2"]
        for _ in 0..<4 {
          let run = try RunningProgram("igr", arguments)
          defer { run.killWithDescendants() }
          dice.letTimePass(upTo: 900)
          // Nobody is replaced while it stands still.
          _ = try Standstill(of: [run.processID])
          guard try TestSweep.publishedCount(stage.results) < sweep.trialCount else {
            throw CameTooLate("every trial had a result")
          }
          for process in processTree(of: run.processID) { kill(process.processID, SIGKILL) }
          #expect(run.waitForEnd().wasKilled)
        }
        let end = try RunningProgram.run("igr", arguments)
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
