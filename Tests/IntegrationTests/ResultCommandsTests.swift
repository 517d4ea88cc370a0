import Foundation
import ResultStore
import TestSupport
import Testing

/// `igr table`, `igr-aggregate`, `show` and `compare` on the results of a real sweep.
@Suite struct ResultCommandsTests {
  private func expect(
    _ program: String, _ arguments: [String], status: Int32, output: [String] = [], errors: [String] = [],
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let end = try RunningProgram.run(program, arguments)
    #expect(end.status == status, "\(arguments): \(end.errors)", sourceLocation: location)
    for text in output {
      #expect(end.output.contains(text), "\(arguments): \(end.output)", sourceLocation: location)
    }
    for text in errors {
      #expect(end.errors.contains(text), "\(arguments): \(end.errors)", sourceLocation: location)
    }
  }

  @Test func aFinishedSweepIsAskedInEveryWay() throws {
    try withTemporaryFolder { folder in
      let sweep = try TestSweep(in: folder, epochs: 3)
      let results = sweep.results("done")
      try expect("igr", ["run", sweep.file, "--results", results, "--workers", "2"], status: 0)
      let paths = RunPaths(root: results)
      #expect(FileManager.default.fileExists(atPath: paths.summaryFile))
      try tables(of: results, in: folder)
      try show(paths, in: folder)
      try compare(paths, in: folder)
    }
  }

  private func tables(of results: String, in folder: String) throws {
    for (program, command) in [("igr", ["table"]), ("igr-aggregate", [])] {
      func expectTable(_ options: [String], status: Int32, output: [String] = [], errors: [String] = [])
        throws
      {
        try expect(program, command + [results] + options, status: status, output: output, errors: errors)
      }
      try expectTable(
        ["--where", "temp=0.5", "--metric", "test_elbo", "--interval", "bootstrap"], status: 0,
        output: [
          "Only trials with temp = 0.5", "percentile bootstrap, 9999 resamples, seed 1", "[", "GS_Dis",
        ])
      try expectTable(
        ["--format", "csv"], status: 0, output: ["table,model_type,temp,", "every_value,IGR_I_Dis"])
      try expectTable(["--metric", "test_elbw"], status: 2, errors: ["did you mean 'test_elbo'?"])
      try expectTable(["--rows", "modeltype"], status: 2, errors: ["did you mean 'model_type'?"])
      try expectTable(["--where", "temp=7"], status: 2, errors: ["there are 0.5, 1"])
      try expectTable(["--by", "test_elbo"], status: 2, errors: ["--allow-test-selection"])
      try expectTable(
        ["--by", "test_elbo", "--allow-test-selection"], status: 0, output: ["BY TEST IMAGES"])
      try expectTable(["--preset", "sop"], status: 2, errors: ["it needs experiment sop, this is vae"])
      try expectTable(
        ["--preset", "temperature"], status: 0, output: ["temp  n"], errors: ["tables/temperature.md"])
      try expectTable(["--format", "hdf5"], status: 2, errors: ["-o FILE.h5"])
      try expect(
        program, command + ["--preset", "list"], status: 0, output: ["log-likelihood ", "gradients "])
      try expect(program, command + [folder], status: 2, errors: ["is no results folder"])
      let nowhere = try RunningProgram.run(program, command + [folder + "/nowhere"])
      #expect(nowhere.status == 2)
      #expect(
        nowhere.errors.hasPrefix("\(program): \(folder)/nowhere: there is no such folder"),
        "\(nowhere.errors)")
      try expectTable(
        ["-o", folder + "/none/t.md"], status: 2,
        errors: ["\(folder)/none/t.md: cannot be written: there is no folder \(folder)/none"])
      try expectTable(
        ["--columns", "datset"], status: 2, errors: ["--columns", "did you mean 'dataset_name'?"])
    }
    for ending in ["md", "csv", "tex", "html", "json", "h5"] {
      let file = folder + "/table." + ending
      try expect("igr", ["table", results, "-o", file], status: 0)
      #expect(try Data(contentsOf: URL(filePath: file)).count > 500, "\(ending)")
    }
  }

  private func show(_ paths: RunPaths, in folder: String) throws {
    let id = try #require(try paths.publishedTrials().first)
    let picture = folder + "/images.png"
    try expect(
      "igr", ["show", paths.root, String(id.description.prefix(8)), "--images", picture], status: 0,
      output: [
        "trial \(id): completed", "test_log_likelihood", "nats", "attempts\n  1  completed", "epochs 3",
        paths.trialFile(id),
      ])
    #expect(try Data(contentsOf: URL(filePath: picture)).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    try expect("igr", ["show", paths.root, "zzzz"], status: 2, errors: ["there is no trial 'zzzz'"])
    try expect("igr", ["show", paths.root, ""], status: 2, errors: ["there is no trial ''"])
  }

  private func compare(_ paths: RunPaths, in folder: String) throws {
    let copy = RunPaths(root: folder + "/copy")
    try FileManager.default.copyItem(atPath: paths.root, toPath: copy.root)
    try expect(
      "igr", ["compare", paths.root, copy.root], status: 0,
      output: ["8 trials in both", "8 equal, bit for bit"])
    // The copied sweep file looks younger than the status; it is the same nevertheless.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: copy.sweepFile)
    try expect("igr", ["status", copy.root], status: 0, output: ["finished, 8 of 8 trials completed"])
    try expect("igr", ["status", copy.root, "--json"], status: 0, output: ["\"noLongerNamed\" : 0"])
    let id = try #require(try copy.publishedTrials().last)
    try FileManager.default.removeItem(atPath: copy.trialFile(id))
    try expect(
      "igr", ["compare", paths.root, copy.root], status: 1,
      output: ["7 equal", "1 only in \(paths.root)", "(\(id))"])
    try expect("igr", ["compare", paths.root, copy.root, "--json"], status: 1, output: ["\"equal\": false"])
    try expect(
      "igr", ["compare", paths.root, folder + "/nowhere"], status: 2, errors: ["there is no such folder"])
    // Trial files alone, as somebody may have sent them.
    for name in try FileManager.default.contentsOfDirectory(atPath: copy.root) where name != "trials" {
      try FileManager.default.removeItem(atPath: copy.root + "/" + name)
    }
    try expect(
      "igr-aggregate", [copy.root], status: 0,
      output: ["small: comparison", "there is no sweep.yaml: trials without a result cannot be told"])
    #expect(FileManager.default.fileExists(atPath: copy.summaryFile))
    // Nobody, not even root, makes files in /sys.
    try FileManager.default.removeItem(atPath: copy.tablesFolder)
    try FileManager.default.createSymbolicLink(atPath: copy.tablesFolder, withDestinationPath: "/sys")
    try expect(
      "igr", ["table", copy.root], status: 4, output: ["small: comparison"],
      errors: ["\(copy.tablesFolder)/comparison.md: cannot be ", "igr table \(copy.root) -o FILE.md"])
  }

  @Test func runningTrialsAreShownAndMissingOnceNobodyRunsThem() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/sweep.yaml"
      // The first ends at once, the second not within this test.
      try """
      name: long
      base: {dataset_name: mnist, model_type: GS_Dis, temp: 0.5, run_with_sample: true, check_every: 100000}
      zip: {seed: [1, 2, 3], epochs: [1, 100000, 100000]}
      """.write(toFile: file, atomically: true, encoding: .utf8)
      let results = folder + "/results"
      let run = try RunningProgram("igr", ["run", file, "--results", results, "--workers", "1"])
      run.waitForErrorLines(where: isFinishedTrialLine)
      func table(_ command: [String]) throws -> String {
        try RunningProgram.run(command[0], command.dropFirst() + [results]).output
      }
      // The next lease is granted a moment after the line.
      var shown = ""
      repeat { shown = try table(["igr", "table"]) } while !shown.contains("running")
      #expect(shown.contains("0 of 2: 1 running, 1 missing"), "\(shown)")
      #expect(try table(["igr-aggregate"]).contains("0 of 2: 1 running, 1 missing"))
      #expect(try table(["igr", "report", "-o", "-"]).contains("<b>1</b>running"))
      var running: String?
      repeat {
        running = try StatusSnapshot.read(RunPaths(root: results).statusFile).workers.first?.trial
      } while running == nil
      try expect(
        "igr", ["show", results, try #require(running)], status: 0,
        output: [": running\n  at work on ", " of 100000, step ", "attempts\n  1  running"])
      for process in processTree(of: run.processID) { kill(process.processID, SIGKILL) }
      _ = run.waitForEnd()
      // The kernel takes the dead coordinator's lock back.
      repeat { shown = try table(["igr", "table"]) } while shown.contains("running")
      #expect(shown.contains("0 of 2: 2 missing"), "\(shown)")
    }
  }

  @Test func aFailedTrialIsShownWithItsCauseAndLog() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/sweep.yaml"
      try """
      name: failing
      base: {dataset_name: mnist, model_type: GS_Dis, temp: 0.5, run_with_sample: true, epochs: 2, learning_rate: 1.0e+38}
      """.write(toFile: file, atomically: true, encoding: .utf8)
      let results = folder + "/results"
      try expect("igr", ["run", file, "--results", results, "--workers", "1"], status: 1)
      let status = try StatusSnapshot.read(RunPaths(root: results).statusFile)
      let id = try #require(status.failures.first?.trial)
      try expect(
        "igr", ["show", results, id], status: 0,
        output: ["trial \(id): failed", "learning_rate 1e+38", "attempts\n  1  nan"])
      try expect("igr", ["table", results], status: 1, output: ["0 of 1: 1 failed"])
    }
  }
}
