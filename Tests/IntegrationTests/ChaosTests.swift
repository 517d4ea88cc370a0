import Foundation
import ResultStore
import TestSupport
import Testing

/// `igr chaos` as a user calls it.
@Suite struct ChaosTests {
  @Test func aHurtSweepIsProvenEqualToPeace() throws {
    try strikeInTime(epochs: 120) { epochs, folder in
      let sweep = PromiseSweep(seeds: [1, 2, 3], epochs: epochs)
      let file = folder + "/sweep.yaml"
      try sweep.text.write(toFile: file, atomically: true, encoding: .utf8)
      let arguments = [
        "chaos", file, "--results", folder + "/chaos", "--workers", "2", "--kill-child", "1/s",
        "--disconnect",
        "1/s", "--seed", "3",
      ]
      let end = try RunningProgram.run("igr", arguments)
      try Self.checkThatAFaultStruck(end.output)
      #expect(end.status == 0, "\(end.errors)\n\(end.output)")
      for words in [
        "every promise held, seed 3", "trials lost       0", "done twice        0", "differing bytes   0",
        "compared          3 of 3",
      ] {
        #expect(end.output.contains(words), "\(end.output)")
      }
      #expect(
        try TestSweep.digests(folder + "/chaos/faults") == TestSweep.digests(folder + "/chaos/peace"))
      #expect(FileManager.default.fileExists(atPath: folder + "/chaos/report.json"))
      // Nothing that is there is run over.
      let again = try RunningProgram.run("igr", arguments)
      #expect(again.status == 2)
      #expect(again.errors.contains("is there already"), "\(again.errors)")
    }
  }

  /// A learning rate that diverges, and trials that are stopped early: other ones under faults than in peace, perhaps.
  @Test func trialsThatFailOrAreStoppedEarlyBreakNoPromise() throws {
    try strikeInTime(epochs: 80) { epochs, folder in
      let file = folder + "/sweep.yaml"
      try """
      name: early
      base: {dataset_name: mnist, run_with_sample: true, model_type: GS_Dis, n_required: 10, temp: 0.5, epochs: \(epochs),
             check_every: 20, sample_size_testing: 5}
      grid: {learning_rate: [0.001, 0.0001, 1.0e38], seed: [1, 2]}
      checkpoint: {every_seconds: 0.2}
      early_stopping: {asha: {minimum_epochs: 5, reduction: 2, over: [learning_rate, seed]}}
      """.write(toFile: file, atomically: true, encoding: .utf8)
      let end = try RunningProgram.run(
        "igr",
        [
          "chaos", file, "--results", folder + "/chaos", "--workers", "2", "--kill-child", "1/s", "--seed",
          "3",
        ])
      try Self.checkThatAFaultStruck(end.output)
      #expect(end.status == 0, "\(end.errors)\n\(end.output)")
      for words in ["every promise held", "trials lost       0", "nan 2"] {
        #expect(end.output.contains(words), "\(end.output)")
      }
      // Which ones are stopped, if any, is the moment's decision.
      let pruned = try ["faults", "peace"].flatMap { run in
        let paths = RunPaths(root: "\(folder)/chaos/\(run)")
        return try paths.publishedTrials().filter { try TrialFile.read(paths.trialFile($0)).state == .pruned }
      }
      #expect(end.output.contains("up to an early stop") == !pruned.isEmpty, "\(end.output)")
    }
  }

  /// The sweep may be over before its first fault.
  private static func checkThatAFaultStruck(_ output: String) throws {
    if output.contains("no fault struck") { throw CameTooLate("igr chaos struck nothing") }
  }

  /// A comparison with nothing is no proof.
  @Test func aReferenceIsOfTheSameSweepAndComplete() throws {
    try withTemporaryFolder { folder in
      let (file, peace) = (folder + "/sweep.yaml", folder + "/peace")
      try PromiseSweep(seeds: [1], epochs: 2).text.write(toFile: file, atomically: true, encoding: .utf8)
      let run = try RunningProgram.run("igr", ["run", file, "--results", peace, "--workers", "1"])
      #expect(run.status == 0, "\(run.errors)")
      func chaos(_ file: String, _ name: String, _ options: [String] = []) throws
        -> (status: Int32, output: String, errors: String)
      {
        let end = try RunningProgram.run(
          "igr",
          [
            "chaos", file, "--against", peace, "--results", "\(folder)/\(name)", "--workers", "1", "--seed",
            "3",
            "--kill-child", "1/h",
          ] + options)
        return (end.status, end.output, end.errors)
      }
      let other = folder + "/other.yaml"
      try PromiseSweep(seeds: [1], epochs: 2).text.replacingOccurrences(
        of: "name: promises", with: "name: vows"
      )
      .write(toFile: other, atomically: true, encoding: .utf8)
      let strange = try chaos(other, "strange")
      #expect(strange.status == 2, "\(strange.errors)")
      #expect(strange.errors.contains("'promises', not 'vows'"), "\(strange.errors)")
      let grown = try chaos(file, "grown", ["--set", "seed=[1, 2]"])
      #expect(grown.status == 2 && grown.errors.contains("1 of the 2 trials"), "\(grown.errors)")
      for name in ["strange", "grown"] {
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(name)"), "something was launched")
      }

      let still = try chaos(file, "still")
      #expect(still.status == 0, "\(still.errors)")
      for words in ["promises: no fault struck: nothing was proven", "compared          1 of 1"] {
        #expect(still.output.contains(words), "\(still.output)")
      }

      let result = try #require(try RunPaths(root: peace).publishedTrials().first)
      try FileManager.default.removeItem(atPath: RunPaths(root: peace).trialFile(result))
      let unproven = try chaos(file, "unproven", ["--json"])
      #expect(unproven.status == 1, "\(unproven.errors)")
      for words in ["NOT PROVEN", "\"compared\" : 0", result.description] {
        #expect(unproven.output.contains(words), "\(unproven.output)")
      }
    }
  }

  @Test func aRateThatIsNoneIsRefused() throws {
    let end = try RunningProgram.run("igr", ["chaos", "sweep.yaml", "--kill-worker", "often"])
    #expect(end.status == 2)
    #expect(end.errors.contains("often"), "\(end.errors)")
  }
}
