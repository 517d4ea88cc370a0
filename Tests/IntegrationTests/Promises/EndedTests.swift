import Foundation
import Ledger
import ResultStore
import TestSupport
import Testing
import Trials

extension PromiseTests {
  /// Promises 9, 10 and 11: every end has its true cause, and preemption costs nothing.
  @Suite struct EndedTests {
    @Test(arguments: [SIGKILL]) func aSignalIsTheCause(_ signal: Int32) throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(seeds: [1], epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder)
        let coordinator = try stage.startCoordinator()
        let worker = try stage.startWorker()
        let held = try stage.holdTrials(of: [worker], &dice)
        for child in held.processes { kill(child, signal) }
        held.end()
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(worker.waitForEnd().status == 0)
        try stage.expectCauses([.killedBySignal(signal), .completed])
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    /// SIGTERM twice: the second changes nothing.
    @Test func preemptionWritesACheckpointAndGivesTheLeaseBack() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(seeds: [1], epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder)
        let coordinator = try stage.startCoordinator()
        let preempted = try stage.startWorker()
        let held = try stage.holdTrials(of: [preempted], &dice)
        kill(preempted.processID, SIGTERM)
        preempted.waitForErrorLines { $0.contains("checkpointing and ending") }
        kill(preempted.processID, SIGTERM)
        try held.waitUntilSignalled(SIGTERM)
        held.end()
        let left = preempted.waitForEnd()
        #expect(left.status == 0)
        // Neither at its end, of which half was to come, nor killed when its grace time was over.
        #expect(
          left.errors.contains("ended with exit code 0: stopped after its checkpoint"), "\(left.errors)")
        let heir = try stage.startWorker()
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(heir.waitForEnd().status == 0)
        // A request that was repeated on a slow machine may bring the ending worker a grant, which it gives back.
        let causes = try stage.causes()
        #expect(
          causes.count > 1 && causes.last == .completed && causes.dropLast().allSatisfy { $0 == .preempted },
          "\(causes)\n\(end.errors)\n\(left.errors)")
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    /// A loss that is no number fails once; the run tells trial, cause and what to do, and the other trials complete.
    @Test func aTrialThatDivergesFailsOnceAndIsListed() throws {
      try withTemporaryFolder { folder in
        var sweep = PromiseSweep(seeds: [1], epochs: 5)
        sweep.base = "learning_rate: 0.001"
        let file = folder + "/sweep.yaml"
        let text = sweep.text.replacingOccurrences(of: "  learning_rate: 0.001\n", with: "")
          .replacingOccurrences(of: "zip:", with: "grid:\n  learning_rate: [0.001, 1.0e38]\nzip:")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let results = folder + "/results"
        let run = try RunningProgram.run("igr", ["run", file, "--results", results, "--workers", "1"])
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.errors.contains("igr resume \(results) --retry-failed"), "\(run.errors)")
        let failure = try #require(
          try StatusSnapshot.read(RunPaths(root: results).statusFile).failures.first)
        #expect(failure.cause == "nan")
        #expect(run.errors.contains(failure.trial + ": nan"), "\(run.errors)")
        let trial = try #require(TrialID(failure.trial))
        let ledger = try #require(try SweepLedger.look(at: LedgerPlaces(RunPaths(root: results))))
        #expect(ledger.attempts[trial]?.map(\.cause) == [.nan])
        #expect(try TestSweep.digests(results).count == 1)
      }
    }

    /// A node that lacks the data gets it from the coordinator.
    @Test func aWorkerWithoutTheDataGetsIt() throws {
      try withTemporaryFolder { folder in
        let sweep = PromiseSweep(seeds: [1], epochs: 20)
        let stage = try PromiseStage(sweep, in: folder)
        let coordinator = try stage.startCoordinator()
        let poor = try stage.startWorker(environment: ["IGR_DATA": folder + "/nothing"])
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(poor.waitForEnd().status == 0)
        try stage.expectPeacefulNumbers(sweep)
      }
    }
  }
}
