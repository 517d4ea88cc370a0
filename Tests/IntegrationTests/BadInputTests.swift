import Foundation
import ResultStore
import TestSupport
import Testing

/// Bad input gives one clear message with the file and line or path, a non-zero exit, and leaves nothing behind.
@Suite struct BadInputTests {
  struct SweepFileCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let expected: [String]
  }

  static let valid = """
    name: bad-input
    base: {dataset_name: mnist, model_type: GS_Dis, run_with_sample: true, epochs: 1}
    grid: {temp: [0.5]}
    """

  static let sweepFiles: [SweepFileCase] = [
    SweepFileCase(
      testDescription: "misspelt hyperparameter",
      text: valid.replacingOccurrences(of: "epochs", with: "epocs"),
      expected: ["sweep.yaml:2:", "epocs", "epochs"]),
    SweepFileCase(
      testDescription: "wrong type", text: valid.replacingOccurrences(of: "epochs: 1", with: "epochs: many"),
      expected: ["sweep.yaml:2:", "epochs", "integer"]),
    SweepFileCase(
      testDescription: "empty grid", text: valid.replacingOccurrences(of: "[0.5]", with: "[]"),
      expected: ["sweep.yaml:3:", "temp"]),
    SweepFileCase(
      testDescription: "unknown model", text: valid.replacingOccurrences(of: "GS_Dis", with: "GS_Dsi"),
      expected: ["sweep.yaml:2:", "GS_Dsi", "GS_Dis"]),
    SweepFileCase(
      testDescription: "a precision that is not there yet",
      text: valid.replacingOccurrences(of: "GS_Dis", with: "GS_Dis, precision: float64"),
      expected: ["sweep.yaml:2:", "float64", "not there yet"]),
    SweepFileCase(
      testDescription: "RELAX with normal latents",
      text: valid.replacingOccurrences(of: "GS_Dis", with: "Relax_GS_Dis, latent_norm_n: 2")
        .replacingOccurrences(of: "temp: 0.5, ", with: ""),
      expected: ["sweep.yaml:2:", "latent_norm_n", "Relax_GS_Dis"]),
    SweepFileCase(
      testDescription: "a prior file that is not there",
      text: valid.replacingOccurrences(of: "GS_Dis", with: "IGR_I_Dis, prior: no/such.h5"),
      expected: ["sweep.yaml:2:", "no/such.h5", "prior_fit"]),
    SweepFileCase(
      testDescription: "a sample of nothing", text: valid + "\nsample: {n: 2}",
      expected: ["sweep.yaml:4:", "sample", "'of'"]),
    SweepFileCase(testDescription: "not YAML", text: "name: [", expected: ["sweep.yaml:"]),
    SweepFileCase(testDescription: "empty", text: "", expected: ["sweep.yaml"]),
  ]

  @Test(arguments: sweepFiles) func sweepFile(_ test: SweepFileCase) throws {
    try withTemporaryFolder { folder in
      let file = folder + "/sweep.yaml"
      try test.text.write(toFile: file, atomically: true, encoding: .utf8)
      for command in [["plan", file], ["run", file, "--results", folder + "/results"]] {
        let end = try RunningProgram.run("igr", command, in: folder)
        #expect(end.status == 2, "\(end.errors)")
        for part in test.expected { #expect(end.errors.contains(part), "\(end.errors)") }
        #expect(end.output == "")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["sweep.yaml"])
      }
    }
  }

  /// Runs `igr run` on a valid sweep with a change of the surroundings, and returns what it said.
  private func run(
    in folder: String, arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> (status: Int32, errors: String) {
    let file = folder + "/sweep.yaml"
    try Self.valid.write(toFile: file, atomically: true, encoding: .utf8)
    let end = try RunningProgram.run(
      "igr", ["run", file, "--results", folder + "/results", "--workers", "1"] + arguments,
      environment: environment,
      in: folder)
    return (end.status, end.errors)
  }

  @Test func aMissingSweepFile() throws {
    let end = try RunningProgram.run("igr", ["run", "nowhere/sweep.yaml"])
    #expect(end.status == 2)
    #expect(end.errors.contains("nowhere/sweep.yaml"), "\(end.errors)")
  }

  @Test func missingData() throws {
    try withTemporaryFolder { folder in
      let end = try run(in: folder, environment: ["IGR_DATA": folder + "/data"])
      #expect(end.status == 4, "\(end.errors)")
      #expect(end.errors.contains(folder + "/data/mnist"), "\(end.errors)")
      #expect(end.errors.contains("igr data fetch mnist"), "\(end.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/results"))
    }
  }

  @Test(arguments: ["truncated", "altered"]) func damagedData(_ damage: String) throws {
    try withTemporaryFolder { folder in
      let standard =
        ProcessInfo.processInfo.environment["IGR_DATA"] ?? NSHomeDirectory() + "/.cache/igr"
      try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: standard + "/mnist", toPath: folder + "/data/mnist")
      let path = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder + "/data/mnist").sorted()
          .first { $0.hasPrefix("t10k-images") })
      let file = try #require(FileHandle(forUpdatingAtPath: "\(folder)/data/mnist/\(path)"))
      if damage == "truncated" {
        try file.truncate(atOffset: 5_000)
      } else {
        try file.seek(toOffset: 4_000)
        try file.write(contentsOf: Data([1, 2, 3, 4]))
      }
      try file.close()
      let end = try run(in: folder, environment: ["IGR_DATA": folder + "/data"])
      #expect(end.status == 4, "\(end.errors)")
      #expect(end.errors.contains(path), "\(end.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/results"))
    }
  }

  @Test func aResultsFolderOfAnotherSweep() throws {
    try withTemporaryFolder { folder in
      #expect(try run(in: folder).status == 0)
      let before = try FileManager.default.subpathsOfDirectory(atPath: folder + "/results").sorted()
      let file = folder + "/other.yaml"
      try Self.valid.replacingOccurrences(of: "bad-input", with: "another").write(
        toFile: file, atomically: true, encoding: .utf8)
      let end = try RunningProgram.run("igr", ["run", file, "--results", folder + "/results"])
      #expect(end.status == 2)
      #expect(end.errors.contains("'bad-input'") && end.errors.contains("'another'"), "\(end.errors)")
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder + "/results").sorted() == before)
    }
  }

  @Test func aFolderThatIsNoResultsFolder() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/results", withIntermediateDirectories: true)
      try "mine".write(toFile: folder + "/results/notes.txt", atomically: true, encoding: .utf8)
      let end = try run(in: folder)
      #expect(end.status == 2)
      #expect(end.errors.contains(folder + "/results"), "\(end.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/results") == ["notes.txt"])
    }
  }

  /// Root may write anywhere, so the folder lies where nobody may: in the kernel's own file system.
  @Test func noWritePermission() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/sweep.yaml"
      try Self.valid.write(toFile: file, atomically: true, encoding: .utf8)
      let end = try RunningProgram.run("igr", ["run", file, "--results", "/sys/igr-results"])
      #expect(end.status == 4, "\(end.errors)")
      #expect(end.errors.contains("/sys/igr-results"), "\(end.errors)")
      #expect(end.errors.contains("cannot be created"), "\(end.errors)")
    }
  }

  @Test func aPortInUse() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/sweep.yaml"
      try Self.valid.write(toFile: file, atomically: true, encoding: .utf8)
      let first = try RunningProgram(
        "igr-coordinator",
        [
          file, "--bind", "tcp://127.0.0.1:*", "--insecure-loopback", "--results", folder + "/first",
        ])
      defer {
        kill(first.processID, SIGTERM)
        _ = first.waitForEnd()
      }
      let line = try #require(first.waitForErrorLines { $0.contains("bound to tcp://") }.first)
      let endpoint = try #require(line.firstMatch(of: /tcp:\/\/127\.0\.0\.1:\d+/)).output
      let second = try RunningProgram.run(
        "igr-coordinator",
        [file, "--bind", String(endpoint), "--insecure-loopback", "--results", folder + "/second"])
      #expect(second.status == 4, "\(second.errors)")
      #expect(second.errors.contains(endpoint), "\(second.errors)")
    }
  }

  @Test func aTrialFileThatIsNotHDF5() throws {
    try withTemporaryFolder { folder in
      #expect(try run(in: folder).status == 0)
      let trials = folder + "/results/trials"
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: trials).first { $0.hasSuffix(".h5") })
      try "no HDF5".write(toFile: "\(trials)/\(name)", atomically: false, encoding: .utf8)
      let table = try RunningProgram.run("igr", ["table", folder + "/results"])
      #expect(table.errors.contains(name), "\(table.errors)")
      #expect(table.errors.contains("HDF5"), "\(table.errors)")
      // A result that cannot be read is none: resuming makes it again.
      let resumed = try RunningProgram.run("igr", ["resume", folder + "/results", "--workers", "1"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try TestSweep.digests(folder + "/results").count == 1)
    }
  }

  @Test func aFolderInUseIsToldByTheFrontDoor() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/sweep.yaml"
      try Self.valid.write(toFile: file, atomically: true, encoding: .utf8)
      let holder = try RunningProgram(
        "igr-coordinator",
        [file, "--bind", "tcp://127.0.0.1:*", "--insecure-loopback", "--results", folder + "/results"])
      defer {
        kill(holder.processID, SIGTERM)
        _ = holder.waitForEnd()
      }
      holder.waitForErrorLines { $0.contains("bound to tcp://") }
      let status = try RunningProgram.run("igr", ["status", folder + "/results"])
      #expect(status.output.contains("running"), "\(status.output)")
      try FileManager.default.copyItem(atPath: folder + "/results", toPath: folder + "/copy")
      let copy = try RunningProgram.run("igr", ["status", folder + "/copy"])
      #expect(copy.output.contains("interrupted"), "\(copy.output)")
      let end = try RunningProgram.run(
        "igr", ["run", file, "--results", folder + "/results", "--workers", "1"])
      #expect(end.status == 4, "\(end.errors)")
      #expect(end.errors.contains("another coordinator (process \(holder.processID) on "), "\(end.errors)")
    }
  }

  /// Logs are continued by every run: the reason of an earlier one is none for this one.
  @Test func theReasonIsThatOfThisRun() throws {
    try withTemporaryFolder { folder in
      #expect(try run(in: folder).status == 0)
      let log = RunPaths(root: folder + "/results").coordinatorLog
      let old = try String(contentsOfFile: log, encoding: .utf8)
      try (old + "igr-coordinator: an old reason\n").write(toFile: log, atomically: false, encoding: .utf8)
      let ledger = folder + "/results/ledger.1.sqlite"
      try String(repeating: "no database ", count: 500).write(
        toFile: ledger, atomically: false, encoding: .utf8)
      let end = try run(in: folder)
      #expect(end.status == 4 && !end.errors.contains("an old reason"), "\(end.errors)")
      #expect(end.errors.contains("ledger.1.sqlite"), "\(end.errors)")
    }
  }

  @Test func aDamagedLedgerIsToldByTheFrontDoor() throws {
    try withTemporaryFolder { folder in
      #expect(try run(in: folder).status == 0)
      let ledger = folder + "/results/ledger.1.sqlite"
      try String(repeating: "no database ", count: 500).write(
        toFile: ledger, atomically: false, encoding: .utf8)
      let end = try run(in: folder)
      #expect(end.status == 4, "\(end.errors)")
      #expect(end.errors.contains("ledger.1.sqlite"), "\(end.errors)")
    }
  }

  @Test func anUnknownOptionIsAWrongCommand() throws {
    let end = try RunningProgram.run("igr", ["run", "--wrokers", "2"])
    #expect(end.status == 2)
    #expect(end.errors.contains("wrokers"), "\(end.errors)")
  }
}
