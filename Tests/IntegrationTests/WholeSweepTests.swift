import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

/// `igr run` with a real coordinator, real workers and real child processes, in peace and under `kill -9`.
@Suite(.serialized) struct WholeSweepTests {
  @Test func aPeacefulSweepEndsWithTablesAndOneFilePerTrial() throws {
    try withTemporaryFolder { folder in
      let sweep = try TestSweep(in: folder, epochs: 20)
      let run = try RunningProgram.run(
        "igr", ["run", sweep.file, "--results", sweep.results("peace"), "--workers", "2"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("IGR_I_Dis") && run.output.contains("GS_Dis"), "\(run.output)")
      #expect(
        run.errors.split(separator: "\n").filter { isFinishedTrialLine(String($0)) }.count
          == TestSweep.trialCount)
      #expect(try TestSweep.digests(sweep.results("peace")).count == TestSweep.trialCount)
      for name in ["comparison.md", "comparison.csv", "comparison.tex"] {
        let text = try String(contentsOfFile: "\(sweep.results("peace"))/tables/\(name)", encoding: .utf8)
        #expect(text.contains("IGR"), "\(name): \(text)")
      }
      // What is left: no checkpoint, nothing unpublished.
      let paths = RunPaths(root: sweep.results("peace"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: paths.checkpointsFolder) == [])
      #expect(try FileManager.default.contentsOfDirectory(atPath: paths.incomingFolder) == [])

      let status = try RunningProgram.run("igr", ["status", sweep.results("peace")])
      #expect(status.output.contains("finished, 8 of 8 trials completed"), "\(status.output)")

      let again = try RunningProgram.run("igr", ["run", sweep.file, "--results", sweep.results("peace")])
      #expect(again.status == 0, "\(again.errors)")
      #expect(
        !again.errors.split(separator: "\n").contains { isFinishedTrialLine(String($0)) },
        "ran something again")
    }
  }

  @Test func everythingKilledAndResumedGivesTheSameBytes() throws {
    try strikeInTime(epochs: 100) { epochs, folder in
      let sweep = try TestSweep(in: folder, epochs: epochs)
      let results = sweep.results("killed")
      let killed = try RunningProgram("igr", ["run", sweep.file, "--results", results, "--workers", "2"])
      defer { killed.killWithDescendants() }
      // In the middle: some trials are done, two are at work, one of them with a checkpoint.
      killed.waitForErrorLines(3, where: isFinishedTrialLine)
      while try killed.isRunning && unfinishedWithCheckpoint(results).isEmpty { pauseBetweenLooks() }
      // Nobody is replaced while it stands still.
      _ = try Standstill(of: [killed.processID])
      let tree = processTree(of: killed.processID)
      let standing = try Standstill(of: tree.map(\.processID))
      guard try !unfinishedWithCheckpoint(results).isEmpty,
        tree.contains(where: { $0.command.contains("run-one") })
      else { throw CameTooLate("no trial was at work, with a checkpoint") }
      #expect(tree.contains { $0.command.contains("igr-coordinator") }, "\(tree)")
      for process in standing.processes { kill(process, SIGKILL) }
      #expect(killed.waitForEnd().wasKilled)
      let finishedBefore = try TestSweep.digests(results)
      #expect(
        (1..<TestSweep.trialCount).contains(finishedBefore.count), "\(finishedBefore.count) trials were done")
      let datesBefore = try modificationDates(of: finishedBefore.keys, in: results)

      let dead = try RunningProgram.run("igr", ["status", results])
      #expect(dead.output.contains("interrupted"), "\(dead.output)")

      let resumed = try RunningProgram.run("igr", ["resume", results, "--workers", "2"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      let peace = try RunningProgram.run(
        "igr", ["run", sweep.file, "--results", sweep.results("peace"), "--workers", "2"])
      #expect(peace.status == 0, "\(peace.errors)")
      #expect(try TestSweep.digests(results) == TestSweep.digests(sweep.results("peace")))
      #expect(
        try modificationDates(of: finishedBefore.keys, in: results) == datesBefore,
        "a finished trial ran again")
      let continued = try TestSweep.attempts(results).filter { finishedBefore[$0.key] == nil }
        .values.compactMap(\.last).filter { $0.firstEpoch > 0 }
      #expect(!continued.isEmpty, "no trial went on from a checkpoint")
    }
  }

  /// Trials that have finished an epoch, by their checkpoints, and have no result.
  private func unfinishedWithCheckpoint(_ results: String) throws -> [TrialID] {
    let paths = RunPaths(root: results)
    let published = try paths.publishedTrials()
    return try paths.keptCheckpoints().filter { trial in
      guard !published.contains(trial) else { return false }
      let checkpoint = try? CheckpointFile.read(paths.checkpointFile(trial), expecting: trial)
      return checkpoint.map { $0.epoch > 0 } ?? false
    }
  }

  @Test func aKilledWorkerIsReplacedWithoutAHand() throws {
    try strikeInTime(epochs: 80) { epochs, folder in
      let sweep = try TestSweep(in: folder, epochs: epochs)
      let results = sweep.results("worker-killed")
      let run = try RunningProgram(
        "igr",
        ["run", sweep.file, "--results", results, "--workers", "2", "--lease", "6", "--heartbeat", "1"])
      defer { run.killWithDescendants() }
      run.waitForErrorLines(2, where: isFinishedTrialLine)
      // A worker at work: neither it nor its child ends before the fault.
      let children = try run.holdTrials(2)
      let victim = try #require(run.agentProcesses.first)
      let itsChildren = processTree(of: victim).dropFirst().map(\.processID)
      #expect(itsChildren.count == 1 && children.processes.contains(itsChildren[0]))
      kill(victim, SIGKILL)
      children.end()
      let end = run.waitForEnd()
      #expect(end.status == 0, "\(end.errors)")
      #expect(end.errors.contains("ended, killed by signal 9; it starts again"), "\(end.errors)")
      #expect(try TestSweep.digests(results).count == TestSweep.trialCount)
      for child in itsChildren {
        #expect(
          !processTree(of: child).contains { $0.command.contains("run-one") },
          "a child outlived its agent")
      }
      let peace = try RunningProgram.run("igr", ["run", sweep.file, "--results", sweep.results("peace")])
      #expect(peace.status == 0)
      #expect(try TestSweep.digests(results) == TestSweep.digests(sweep.results("peace")))
    }
  }

  @Test func aKilledCoordinatorIsRestartedAndWorkersFindIt() throws {
    try strikeInTime(epochs: 80) { epochs, folder in
      let sweep = try TestSweep(in: folder, epochs: epochs)
      let results = sweep.results("coordinator-killed")
      let run = try RunningProgram("igr", ["run", sweep.file, "--results", results, "--workers", "2"])
      defer { run.killWithDescendants() }
      run.waitForErrorLines(2, where: isFinishedTrialLine)
      let coordinator = try run.holdCoordinator(of: results, trials: TestSweep.trialCount)
      for process in coordinator.processes { kill(process, SIGKILL) }
      let end = run.waitForEnd()
      #expect(end.status == 0, "\(end.errors)")
      #expect(
        end.errors.contains("the coordinator ended, killed by signal 9; it starts again"), "\(end.errors)")
      let peace = try RunningProgram.run("igr", ["run", sweep.file, "--results", sweep.results("peace")])
      #expect(peace.status == 0, "\(peace.errors)")
      #expect(try TestSweep.digests(results) == TestSweep.digests(sweep.results("peace")))
    }
  }

  /// The front door stands still, so that nobody starts the coordinator again while people ask.
  @Test func nobodyIsToldToResumeWhileTheCoordinatorIsStartedAgain() throws {
    try strikeInTime(epochs: 40) { epochs, folder in
      let sweep = try TestSweep(in: folder, epochs: epochs)
      let results = sweep.results("restarted")
      let run = try RunningProgram("igr", ["run", sweep.file, "--results", results, "--workers", "2"])
      defer { run.killWithDescendants() }
      run.waitForErrorLines(1, where: isFinishedTrialLine)
      let coordinator = try run.holdCoordinator(of: results, trials: TestSweep.trialCount)
      let frontDoor = try Standstill(of: [run.processID])
      for process in coordinator.processes {
        kill(process, SIGKILL)
        try waitUntil("the coordinator is dead") { processState(process) == "Z" }
      }
      let status = try RunningProgram.run("igr", ["status", results])
      #expect(status.output.hasPrefix("small: running, "), "\(status.output)")
      #expect(
        status.output.contains("igr (process \(run.processID)) starts it again in a moment"),
        "\(status.output)")
      #expect(!status.output.contains("igr resume"), "\(status.output)")
      for words in [["resume", results], ["run", sweep.file, "--results", results]] {
        let second = try RunningProgram.run("igr", words)
        #expect(second.status == 2, "\(second.errors)")
        #expect(
          second.errors.contains("another igr (process \(run.processID)) runs this sweep"), "\(second.errors)"
        )
      }
      frontDoor.end()
      let end = run.waitForEnd()
      #expect(end.status == 0, "\(end.errors)")
      #expect(try TestSweep.digests(results).count == TestSweep.trialCount)
    }
  }

  /// Some of its trials do not end by themselves, so that it cannot be over before.
  @Test func interruptOnceCheckpointsAndSaysHowToResume() throws {
    try withTemporaryFolder { folder in
      let sweep = try TestSweep(in: folder, epochs: 40, isEndless: true)
      let results = sweep.results("interrupted")
      let run = try RunningProgram("igr", ["run", sweep.file, "--results", results, "--workers", "2"])
      defer { run.killWithDescendants() }
      run.waitForErrorLines(1, where: isFinishedTrialLine)
      let tree = processTree(of: run.processID)
      #expect(tree.count >= 4, "\(tree)")
      kill(run.processID, SIGINT)
      let end = run.waitForEnd()
      #expect(end.status == 3, "\(end.errors)")
      #expect(end.errors.contains("igr resume \(results)"), "\(end.errors)")
      for process in tree {
        #expect(
          !processTree(of: process.processID).contains { $0.command.contains("igr") },
          "left running: \(process)")
      }
      let cancelled = try RunningProgram.run("igr", ["cancel", results, "--where", TestSweep.endless])
      #expect(cancelled.status == 0, "\(cancelled.errors)")
      let resumed = try RunningProgram.run("igr", ["resume", results, "--workers", "2"])
      #expect(resumed.status == 1, "\(resumed.errors)")
      #expect(try TestSweep.digests(results).count == TestSweep.trialCount)
    }
  }
}
