import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

/// A person's hand on a real sweep: pause, resume, cancel, retry, watch, early stopping, limits, a damaged ledger.
@Suite(.serialized) struct ControlTests {
  private func igr(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
    let end = try RunningProgram.run("igr", arguments)
    return (end.status, end.output, end.errors)
  }

  private func status(_ results: String) throws -> StatusSnapshot {
    try StatusSnapshot.read(RunPaths(root: results).statusFile)
  }

  /// Some of its trials do not end by themselves, so that it cannot be over before the order.
  @Test func aPausedSweepGoesOnAndEndsWithTheSameNumbers() throws {
    try withTemporaryFolder { folder in
      let plain = try TestSweep(in: folder)
      let peace = try RunningProgram.run("igr", ["run", plain.file, "--results", plain.results("peace")])
      #expect(peace.status == 0, "\(peace.errors)")
      let sweep = try TestSweep(in: folder, isEndless: true)
      let results = sweep.results("paused")
      let run = try RunningProgram("igr", ["run", sweep.file, "--results", results, "--workers", "2"])
      defer { run.killWithDescendants() }
      run.waitForErrorLines(2, where: isFinishedTrialLine)
      let paused = try igr("pause", results)
      #expect(paused.status == 0 && paused.output.hasPrefix("paused: "), "\(paused)")
      // Written at most half a second later.
      try waitUntil("the status tells of the pause") {
        try igr("status", results).output.contains("running, paused")
      }
      let resumed = try igr("resume", results)
      #expect(resumed.output == "goes on; it was paused\n", "\(resumed)")
      let cancelled = try igr("cancel", results, "--where", TestSweep.endless)
      #expect(cancelled.output.hasPrefix("cancelled 4 trials"), "\(cancelled)")
      let end = run.waitForEnd()
      #expect(end.status == 1, "\(end.errors)")
      #expect(try TestSweep.digests(results) == TestSweep.digests(plain.results("peace")))
    }
  }

  @Test func drainedTheSweepEndsResumable() throws {
    try strikeInTime(epochs: 40) { epochs, folder in
      let sweep = try TestSweep(in: folder, epochs: epochs)
      let results = sweep.results("drained")
      let run = try RunningProgram("igr", ["run", sweep.file, "--results", results, "--workers", "2"])
      defer { run.killWithDescendants() }
      run.waitForErrorLines(1, where: isFinishedTrialLine)
      let running = try run.holdTrials(2)
      let before = try TestSweep.publishedCount(results)
      guard before + 2 < TestSweep.trialCount else { throw CameTooLate("no trial waited any more") }
      let drained = try igr("drain", results)
      #expect(drained.output.hasPrefix("draining: "), "\(drained)")
      running.end()
      #expect(run.waitForEnd().status == 3)
      #expect(try TestSweep.digests(results).count == before + 2)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: RunPaths(root: results).checkpointsFolder) == [])
      let resumed = try igr("resume", results)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try TestSweep.digests(results).count == TestSweep.trialCount)
    }
  }

  @Test func cancelledTrialsStayOutUntilTheyAreRetried() throws {
    try withTemporaryFolder { folder in
      let sweep = try TestSweep(in: folder, epochs: 20)
      let results = sweep.results("cancelled")
      // A folder that a coordinator without workers has left: the next one carries the orders out.
      let first = try RunningProgram(
        "igr-coordinator",
        [sweep.file, "--bind", "tcp://127.0.0.1:*", "--insecure-loopback", "--results", results])
      defer { first.killWithDescendants() }
      first.waitForErrorLines { $0.contains("bound to tcp://") }
      kill(first.processID, SIGINT)
      #expect(first.waitForEnd().status == 3)
      let cancelled = try igr("cancel", results, "--where", "model_type=IGR_I_Dis")
      #expect(cancelled.status == 0 && cancelled.errors.contains("the next one carries it out"))
      #expect(try igr("status", results).output.contains("waits for a coordinator: cancel 4 trials"))
      let run = try igr("resume", results)
      #expect(run.status == 1, "\(run.errors)")
      #expect(try status(results).count(.cancelled) == 4 && status(results).count(.completed) == 4)
      let wrong = try igr("cancel", results, "--where", "model_typ=IGR_I_Dis")
      #expect(wrong.status == 2 && wrong.errors.contains("model_type"), "\(wrong.errors)")
      let none = try igr("retry", results, "--trial", "0000000000000000")
      #expect(none.status == 2 && none.errors.contains("no such trial"), "\(none.errors)")
      _ = try igr("retry", results, "--where", "model_type=IGR_I_Dis")
      let again = try igr("resume", results)
      #expect(again.status == 0, "\(again.errors)")
      #expect(try TestSweep.digests(results).count == TestSweep.trialCount)
      let watched = try igr("watch", results)
      #expect(watched.status == 0 && watched.output == "small: finished, 8 completed of 8\n", "\(watched)")
    }
  }

  @Test func prunedTrialsKeepTheNumbersUpToTheirRung() throws {
    // A verdict has to reach its trial before that is complete.
    try strikeInTime(epochs: 80) { epochs, folder in
      let peaceful = try TestSweep(in: folder, epochs: epochs)
      let peace = try RunningProgram.run(
        "igr", ["run", peaceful.file, "--results", peaceful.results("peace")])
      #expect(peace.status == 0, "\(peace.errors)")
      let sweep = try TestSweep(
        in: folder, epochs: epochs,
        extra: """
          objective: {metric: train_loss, direction: minimize}
          early_stopping: {asha: {minimum_epochs: 5, reduction: 2, over: [model_type, n_required, temp, seed]}}
          """)
      let results = sweep.results("pruned")
      let run = try RunningProgram.run("igr", ["run", sweep.file, "--results", results, "--workers", "2"])
      #expect(run.status == 0, "\(run.errors)")
      let snapshot = try status(results)
      #expect(snapshot.count(.pruned) + snapshot.count(.completed) == 8)
      guard snapshot.count(.pruned) > 0 else {
        throw CameTooLate("every trial was complete before its verdict came")
      }
      var prunedFiles = 0
      for trial in try RunPaths(root: results).publishedTrials() {
        let record = try TrialFile.read(RunPaths(root: results).trialFile(trial))
        guard record.state == .pruned else { continue }
        prunedFiles += 1
        let whole = try TrialFile.read(RunPaths(root: peaceful.results("peace")).trialFile(trial))
        let rung = try #require(record.metrics.epochs.last)
        #expect((0...10).contains { rung == 5 << $0 } && Int(rung) <= epochs, "\(rung)")
        let expected = whole.metrics.through(epoch: Int(rung))
        for (found, wanted) in zip(record.metrics.columns, expected.columns) {
          #expect(found.map(\.bitPattern) == wanted.map(\.bitPattern))
        }
        #expect(record.attempts.last?.cause == .pruned)
        let reason = "at epoch \(Int(rung)) its train_loss "
        #expect(record.warnings.count == 1 && record.warnings[0].contains(reason), "\(record.warnings)")
        #expect(run.errors.contains("  pruned  ") && run.errors.contains(reason), "\(run.errors)")
      }
      #expect(prunedFiles > 0, "no pruned trial left a file")
      let again = try RunningProgram.run("igr", ["resume", results])
      #expect(again.status == 0, "\(again.errors)")
      #expect(try status(results).count(.pruned) == snapshot.count(.pruned), "a verdict was not honoured")
    }
  }

  @Test func memoryAndTimeLimitsAreCausesOfTheirOwn() throws {
    try withTemporaryFolder { folder in
      let sweep = try TestSweep(
        in: folder, epochs: 100_000,
        extra: "retry: {oom: 0}\nresources: {memory_mb: 1}")
      let memory = try RunningProgram.run("igr", ["run", sweep.file, "--results", sweep.results("memory")])
      #expect(memory.status == 1, "\(memory.errors)")
      let limited = try status(sweep.results("memory")).failures
      #expect(limited.count == 8 && limited.allSatisfy { $0.cause == "memory limit" }, "\(limited)")
      #expect(limited.allSatisfy { $0.message.contains("allows 1 MiB") }, "\(limited)")

      let long = try TestSweep(in: folder, epochs: 100_000, extra: "resources: {seconds: 0.5}")
      let time = try RunningProgram.run("igr", ["run", long.file, "--results", long.results("time")])
      #expect(time.status == 1, "\(time.errors)")
      let failures = try status(long.results("time")).failures
      #expect(failures.count == 8 && failures.allSatisfy { $0.cause == "time limit" }, "\(failures)")
    }
  }

  @Test func aDamagedLedgerIsMadeAnewFromTheTrialFiles() throws {
    try withTemporaryFolder { folder in
      let sweep = try TestSweep(in: folder, epochs: 20)
      let results = sweep.results("repaired")
      #expect(try igr("run", sweep.file, "--results", results).status == 0)
      let before = try TestSweep.digests(results)
      let epoch = try #require(try RunPaths(root: results).ledgerEpochs().last)
      let ledger = RunPaths(root: results).ledgerFile(epoch: epoch)
      #expect(try igr("doctor", results).status == 0)
      #expect(truncate(ledger, 1000) == 0)
      let refused = try igr("resume", results)
      #expect(refused.status == 4 && refused.errors.contains("igr doctor DIR --repair"), "\(refused.errors)")
      #expect(try igr("doctor", results).status == 4)
      let repaired = try igr("doctor", results, "--repair")
      #expect(repaired.status == 0 && repaired.output.contains("8 trials from their files"), "\(repaired)")
      #expect(FileManager.default.fileExists(atPath: ledger + ".damaged"))
      let resumed = try igr("resume", results)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try TestSweep.digests(results) == before)
      #expect(!resumed.errors.split(separator: "\n").contains { isFinishedTrialLine(String($0)) })
      // The folder for temporary files goes with the job whose it was.
      let trial = try #require(before.keys.first).description
      for arguments in [["doctor", results], ["resume", results], ["show", results, trial]] {
        let end = try RunningProgram.run("igr", arguments, environment: ["TMPDIR": folder + "/gone"])
        #expect(end.status == 0, "\(arguments): \(end.errors)")
      }
      #expect(
        try !FileManager.default.contentsOfDirectory(atPath: results).contains { $0.hasPrefix(".igr-ledger") }
      )
    }
  }
}
