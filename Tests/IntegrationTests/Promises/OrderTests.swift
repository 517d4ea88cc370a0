import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

extension PromiseTests {
  /// A person's orders to a living coordinator, which is killed after each: what it has answered outlives it.
  @Suite struct OrderTests {
    /// Gives an order to the living coordinator.
    ///
    /// - Returns: its answer.
    private func order(_ words: String...) throws -> String {
      let end = try RunningProgram.run("igr", words)
      #expect(end.status == 0 && end.errors.isEmpty, "\(end)")
      return end.output
    }

    /// Kills the coordinator with SIGKILL and starts the next one.
    ///
    /// - Parameter meanwhile: what happens while there is none.
    private func replace(
      _ coordinator: RunningProgram, on stage: PromiseStage, meanwhile: () -> Void = {}
    ) throws -> RunningProgram {
      kill(coordinator.processID, SIGKILL)
      #expect(coordinator.waitForEnd().wasKilled)
      meanwhile()
      return try stage.startCoordinator()
    }

    @Test func aPriorityIsObeyedByTheNextLifeToo() throws {
      try withTemporaryFolder { folder in
        let sweep = PromiseSweep(seeds: [1, 2, 3, 4], epochs: 5)
        let stage = try PromiseStage(sweep, in: folder)
        var coordinator = try stage.startCoordinator()
        #expect(
          try order("priority", stage.results, "7", "--where", "seed=3")
            == "1 unfinished trial now with priority 7\n")
        coordinator = try replace(coordinator, on: stage)
        #expect(
          try order("priority", stage.results, "9", "--where", "seed=4")
            == "1 unfinished trial now with priority 9\n")
        let worker = try stage.startWorker()
        #expect(coordinator.waitForEnd().status == 0)
        #expect(worker.waitForEnd().status == 0)
        let records = try stage.paths.publishedTrials().map {
          try TrialFile.read(stage.paths.trialFile($0))
        }
        let inOrder = records.sorted { a, b in
          guard let first = a.attempts.first, let second = b.attempts.first else { return false }
          return first.token < second.token
        }
        #expect(inOrder.map(\.trial.configuration.seed) == [4, 3, 1, 2])
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    /// The node is this machine, set aside by a rule when its child was killed.
    @Test func aNodeStaysAsideUntilAPersonTakesItBack() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        var sweep = PromiseSweep(seeds: [1], epochs: epochs)
        sweep.rest = "retry: {rules: [{pattern: 'the child was killed', action: exclude_node}]}"
        let stage = try PromiseStage(sweep, in: folder)
        var coordinator = try stage.startCoordinator()
        let worker = try stage.startWorker()
        let held = try stage.holdTrials(of: [worker], &dice)
        for child in held.processes { kill(child, SIGKILL) }
        #expect(!coordinator.waitForErrorLines { $0.contains("is set aside: a retry rule found") }.isEmpty)
        coordinator = try replace(coordinator, on: stage)
        coordinator.waitForErrorLines { $0.contains("joined with 1 slots") }
        let status = try StatusSnapshot.read(stage.paths.statusFile)
        let node = try #require(status.nodes?.first { $0.setAside != nil }, "\(status)")
        #expect(
          try order("retry", stage.results, "--node", "elsewhere").hasPrefix("node elsewhere is not set"))
        #expect(
          try order("retry", stage.results, "--node", node.host) == "node \(node.host) gets trials again\n")
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(worker.waitForEnd().status == 0)
        try stage.expectCauses([.killedBySignal(SIGKILL), .completed])
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    /// Cancelled while it runs, and wanted again by a person before the sweep is over.
    @Test func aRunningTrialIsCancelledAndBroughtBack() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder)
        var coordinator = try stage.startCoordinator()
        let worker = try stage.startWorker()
        let held = try stage.holdTrials(of: [worker], &dice)
        #expect(
          try order("cancel", stage.results, "--where", "seed=1") == "cancelled 1 trial, 1 of them running\n")
        let next = try stage.holdTrials(of: [worker], number: 2, &dice)
        for child in held.processes {
          #expect(!processTree(of: child).contains { $0.command.contains("run-one") }, "its child lives")
        }
        coordinator = try replace(coordinator, on: stage)
        let told = try order("status", stage.results)
        #expect(told.contains("1 cancelled"), "\(told)")
        #expect(try order("retry", stage.results, "--where", "seed=1").contains("1 trial"))
        next.end()
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(worker.waitForEnd().status == 0)
        try stage.expectCauses([.cancelled, .completed, .completed])
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    @Test func aPauseOutlivesTheCoordinator() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder)
        var coordinator = try stage.startCoordinator()
        let workers = [try stage.startWorker(), try stage.startWorker()]
        let held = try stage.holdTrials(of: workers, &dice)
        #expect(
          try order("pause", stage.results) == "paused: 2 running trials checkpoint and wait\n")
        try held.waitUntilSignalled(SIGTERM)
        held.end()
        // At a random moment before, while or after the children write their checkpoints.
        dice.letTimePass(upTo: 300)
        coordinator = try replace(coordinator, on: stage)
        for worker in workers { worker.waitForErrorLines { $0.contains("ended with exit code 0") } }
        #expect(try order("pause", stage.results) == "is paused already\n")
        #expect(try order("resume", stage.results) == "goes on; it was paused\n")
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        for worker in workers { #expect(worker.waitForEnd().status == 0) }
        let causes = try stage.causes()
        #expect(causes.count { $0 == .preempted } == 2 && causes.count { $0 == .completed } == 2, "\(causes)")
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    @Test func aDrainOutlivesTheCoordinator() throws {
      try strikeInTime(epochs: 200) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder)
        var coordinator = try stage.startCoordinator()
        let worker = try stage.startWorker()
        let held = try stage.holdTrials(of: [worker], &dice)
        #expect(
          try order("drain", stage.results) == "draining: 1 running trial finish, then the sweep ends\n")
        coordinator = try replace(coordinator, on: stage) {
          held.end()
          // The trial may be over by then, or not.
          dice.letTimePass(upTo: 2000)
        }
        #expect(coordinator.waitForEnd().status == 3)
        #expect(worker.waitForEnd().status == 0)
        try stage.expectCauses([.completed])
        #expect(try FileManager.default.contentsOfDirectory(atPath: stage.paths.checkpointsFolder) == [])
        let resumed = try RunningProgram.run("igr", ["resume", stage.results, "--workers", "2"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        try stage.expectPeacefulNumbers(sweep)
      }
    }
  }
}
