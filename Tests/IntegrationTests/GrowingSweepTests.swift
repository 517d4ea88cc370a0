import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

/// A results folder that goes on with another version of its sweep file.
@Suite(.serialized) struct GrowingSweepTests {
  /// Trials of a few hundredths of a second.
  static func text(_ grid: String, epochs: Int = 2, checkpoint: String = "") -> String {
    """
    name: growing
    base: {dataset_name: mnist, run_with_sample: true, epochs: \(epochs), sample_size_testing: 2, model_type: GS_Dis}
    grid: {\(grid)}
    \(checkpoint)
    """
  }

  private func write(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func finishedLines(_ errors: String) -> Int {
    errors.split(separator: "\n").count { isFinishedTrialLine(String($0)) }
  }

  @Test func aGrownFileRunsOnlyWhatIsNewAndKeepsWhatItNoLongerNames() throws {
    try withTemporaryFolder { folder in
      let (file, results) = (folder + "/sweep.yaml", folder + "/results")
      let paths = RunPaths(root: results)
      let before = Self.text("temp: [0.5], seed: [1, 2]")
      try write(before, file)
      let first = try RunningProgram.run("igr", ["run", file, "--results", results, "--workers", "2"])
      #expect(first.status == 0, "\(first.errors)")
      let old = try TestSweep.digests(results)
      let dates = try modificationDates(of: old.keys, in: results)
      #expect(old.count == 2)

      let after = Self.text("temp: [0.5, 1.0], seed: [1]")
      try write(after, file)
      let difference = [
        "1 new: temp=1", "1 kept, with their results: temp=0.5", "1 no longer named: seed=2",
        "1 of them have results, which stay in the folder and are counted nowhere",
      ]
      let plan = try RunningProgram.run("igr", ["plan", file, "--results", results])
      #expect(plan.status == 0, "\(plan.errors)")
      for line in difference { #expect(plan.output.contains(line), "\(plan.output)") }
      #expect(try paths.readSource().sweepFile == before, "plan changed the folder")

      let second = try RunningProgram.run("igr", ["run", file, "--results", results, "--workers", "2"])
      #expect(second.status == 0, "\(second.errors)")
      for line in difference { #expect(second.errors.contains(line), "\(second.errors)") }
      #expect(finishedLines(second.errors) == 1)
      #expect(try modificationDates(of: old.keys, in: results) == dates, "an old result was touched")
      #expect(try TestSweep.digests(results).count == 3)
      #expect(try String(contentsOfFile: paths.sweepFile, encoding: .utf8) == after)
      #expect(try String(contentsOfFile: paths.formerSweepFile(1), encoding: .utf8) == before)
      #expect(try String(contentsOfFile: paths.retiredFile, encoding: .utf8).contains("seed=2"))

      let status = try RunningProgram.run("igr", ["status", results])
      #expect(status.output.contains("finished, 2 of 2 trials completed"), "\(status.output)")
      #expect(status.output.contains("1 more results are of trials that the sweep file no longer names"))
      let table = try RunningProgram.run("igr", ["table", results])
      #expect(table.status == 0, "\(table.errors)")
      #expect(table.output.contains("All 2 trials completed"), "\(table.output)")

      // Back again: the result that was kept counts, and nothing runs.
      try write(before, file)
      let third = try RunningProgram.run("igr", ["resume", results, "--sweep", file])
      #expect(third.status == 0, "\(third.errors)")
      #expect(third.errors.contains("2 kept, with their results"), "\(third.errors)")
      #expect(finishedLines(third.errors) == 0)
      #expect(try modificationDates(of: old.keys, in: results) == dates)
      #expect(try String(contentsOfFile: paths.formerSweepFile(2), encoding: .utf8) == after)
    }
  }

  @Test func aChangedBaseSaysWhatChangesInEveryTrial() throws {
    try withTemporaryFolder { folder in
      let (file, results) = (folder + "/sweep.yaml", folder + "/results")
      try write(Self.text("temp: [0.5]"), file)
      #expect(try RunningProgram.run("igr", ["run", file, "--results", results]).status == 0)
      let run = try RunningProgram.run(
        "igr", ["run", file, "--results", results, "--set", "learning_rate=0.01"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.contains("every trial changes: learning_rate was 0.001, is 0.01"), "\(run.errors)")
      #expect(finishedLines(run.errors) == 1)
      // The option belongs to the folder now.
      let again = try RunningProgram.run("igr", ["resume", results])
      #expect(again.status == 0 && finishedLines(again.errors) == 0, "\(again.errors)")
      let settings = try RunningProgram.run(
        "igr", ["run", file, "--results", results, "--set", "learning_rate=0.01", "--set", "retry.lost=3"])
      #expect(settings.errors.contains("other settings of this sweep"), "\(settings.errors)")
      #expect(settings.status == 0 && finishedLines(settings.errors) == 0)
    }
  }

  @Test func anEmptyFolderIsResumedWithItsSweepFile() throws {
    try withTemporaryFolder { folder in
      let (file, results) = (folder + "/sweep.yaml", folder + "/results")
      try write(Self.text("temp: [0.5]"), file)
      try FileManager.default.createDirectory(atPath: results, withIntermediateDirectories: false)
      let bare = try RunningProgram.run("igr", ["resume", results])
      #expect(bare.status == 2 && bare.errors.contains("no sweep.yaml"), "\(bare.errors)")
      let run = try RunningProgram.run("igr", ["resume", results, "--sweep", file])
      #expect(run.status == 0, "\(run.errors)")
      #expect(finishedLines(run.errors) == 1)
      // What a copy without empty folders lacks is made again.
      for name in ["checkpoints", "logs", "trials/.incoming"] {
        try FileManager.default.removeItem(atPath: "\(results)/\(name)")
      }
      #expect(try RunningProgram.run("igr", ["resume", results]).status == 0)
    }
  }

  @Test func aCoordinatorThatIsKilledGoesOnWithTheNewFile() throws {
    try strikeInTime(epochs: 60) { epochs, folder in
      let (file, results, fresh) = (folder + "/sweep.yaml", folder + "/results", folder + "/fresh")
      let checkpoint = "checkpoint: {every_seconds: 0.3}"
      try write(Self.text("seed: [1], temp: [0.5]", epochs: epochs, checkpoint: checkpoint), file)
      #expect(try RunningProgram.run("igr", ["run", file, "--results", results]).status == 0)
      let old = try TestSweep.digests(results)
      let dates = try modificationDates(of: old.keys, in: results)

      try write(
        Self.text("seed: [1, 2, 3, 4, 5], temp: [0.5]", epochs: epochs, checkpoint: checkpoint), file)
      let run = try RunningProgram("igr", ["run", file, "--results", results, "--workers", "2"])
      defer { run.killWithDescendants() }
      run.waitForErrorLines(1, where: isFinishedTrialLine)
      let coordinator = try run.holdCoordinator(of: results, trials: 5)
      for process in coordinator.processes { kill(process, SIGKILL) }
      let end = run.waitForEnd()
      #expect(end.status == 0, "\(end.errors)")
      #expect(
        end.errors.contains("the coordinator ended, killed by signal 9; it starts again"), "\(end.errors)")
      #expect(try modificationDates(of: old.keys, in: results) == dates, "an old result was touched")
      let peace = try RunningProgram.run("igr", ["run", file, "--results", fresh, "--workers", "2"])
      #expect(peace.status == 0, "\(peace.errors)")
      #expect(try TestSweep.digests(results).count == 5)
      #expect(try TestSweep.digests(results) == TestSweep.digests(fresh))
    }
  }

  @Test func aFolderOfAnotherSweepIsRefused() throws {
    try withTemporaryFolder { folder in
      let (file, results) = (folder + "/sweep.yaml", folder + "/results")
      try write(Self.text("temp: [0.5]"), file)
      #expect(try RunningProgram.run("igr", ["run", file, "--results", results]).status == 0)
      let other = try RunningProgram.run("igr", ["run", file, "--results", results, "--set", "name=other"])
      #expect(other.status == 2 && other.errors.contains("holds another sweep"), "\(other.errors)")
    }
  }

  // MARK: More epochs

  private static func longer(epochs: Int, keep: Bool) -> String {
    """
    name: longer
    base: {dataset_name: mnist, run_with_sample: true, epochs: \(epochs), check_every: 2, save_every: 5,
           sample_size_testing: 2, temp: 0.5, record: [vertex_distance]}
    cases:
      - {model_type: GS_Dis, n_required: 5}
      - {model_type: IGR_SB_Dis, n_required: 5, validation_n: 10}
    checkpoint: {keep_final: \(keep)}
    """
  }

  @Test func moreEpochsGoOnFromTheKeptCheckpointWithTheSameNumbers() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/sweep.yaml"
      let (grown, fresh) = (folder + "/grown", folder + "/fresh")
      // Five is neither due for a measurement nor kept by a trial of five epochs.
      try write(Self.longer(epochs: 5, keep: true), file)
      let short = try RunningProgram.run("igr", ["run", file, "--results", grown, "--workers", "2"])
      #expect(short.status == 0, "\(short.errors)")
      #expect(try RunPaths(root: grown).keptCheckpoints().count == 2)

      try write(Self.longer(epochs: 8, keep: true), file)
      let long = try RunningProgram.run("igr", ["run", file, "--results", grown, "--workers", "2"])
      #expect(long.status == 0, "\(long.errors)")
      #expect(
        long.errors.contains(
          "2 of the new go on from the final checkpoints of trials that differ in epochs alone"),
        "\(long.errors)")
      let peace = try RunningProgram.run("igr", ["run", file, "--results", fresh, "--workers", "2"])
      #expect(peace.status == 0, "\(peace.errors)")
      let expected = try TestSweep.digests(fresh)
      #expect(expected.count == 2)
      #expect(try TestSweep.digests(grown).filter { expected[$0.key] != nil } == expected)
      for (id, attempts) in try TestSweep.attempts(grown) where expected[id] != nil {
        #expect(attempts.map(\.firstEpoch) == [5], "trained from the start")
      }
      #expect(try TestSweep.attempts(fresh).values.allSatisfy { $0.map(\.firstEpoch) == [0] })
    }
  }

  @Test func withoutAKeptCheckpointThePlanSaysThatTrainingStartsOver() throws {
    try withTemporaryFolder { folder in
      let (file, results) = (folder + "/sweep.yaml", folder + "/results")
      try write(Self.longer(epochs: 2, keep: false), file)
      #expect(try RunningProgram.run("igr", ["run", file, "--results", results]).status == 0)
      #expect(try RunPaths(root: results).keptCheckpoints().isEmpty)
      let plan = try RunningProgram.run("igr", ["plan", file, "--results", results, "--set", "epochs=3"])
      #expect(
        plan.output.contains("2 of the new differ from finished trials in epochs alone"), "\(plan.output)")
      #expect(plan.output.contains("they train from the start"))
    }
  }
}
