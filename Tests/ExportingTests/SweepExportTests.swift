import FoundationEssentials
import Reporting
import ResultStore
import SweepFiles
import TestSupport
import Testing
import Trials

@testable import Exporting

@Suite struct SweepExportTests {
  private static let sweepFile = """
    name: table
    base: {dataset_name: mnist, epochs: 1, temp: 0.5}
    cases: [{model_type: GS_Dis, n_required: 10}, {model_type: IGR_I_Dis, n_required: 9}]
    grid: {seed: [1, 2]}
    """

  /// Results for all but the last of four trials.
  private func withResults(_ body: (RunPaths, [Trial]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(
        root: folder + "/results", source: SweepSource(sweepFile: Self.sweepFile, overrides: []))
      let trials = try SweepDefinition.parse(Self.sweepFile, path: "sweep.yaml").plan {
        $0.dataDigest { _ in "data" }
      }
      .sweep.trials
      for trial in trials.dropLast() { try TrialFile.write(record(trial), to: paths.trialFile(trial.id)) }
      try body(paths, trials)
    }
  }

  private func record(_ trial: Trial) -> TrialRecord {
    var metrics = EpochTable(names: trial.configuration.metricsPerEpoch.map(\.name))
    metrics.append(epoch: 0, ["test_elbo": -500])
    metrics.append(epoch: 1, ["test_elbo": -0.1, "train_loss": 1.0 / 3])
    var timing = EpochTable(names: ["seconds", "images_per_second"])
    timing.append(epoch: 0, [:])
    timing.append(epoch: 1, ["seconds": 2])
    return TrialRecord(
      trial: trial, sweep: "s", state: .completed, engineVersion: "0.1.0", gitRevision: "r", metrics: metrics,
      finals: trial.configuration.metricsAtEnd.map { ($0.name, .nan) },
      tensors: [NamedTensor(name: "weights/a/bias", axes: ["output"], shape: [2], values: [1, -0.0])],
      timing: timing,
      attempts: [
        AttemptRecord(
          number: 1, token: FencingToken(coordinatorEpoch: 1, counter: 1), worker: "w", host: "h, \"i\"",
          startedUnixSeconds: 0, endedUnixSeconds: 1, cause: .completed, lastEpoch: 1)
      ])
  }

  private func export(
    _ paths: RunPaths, _ format: ExportFormat, where conditions: [String] = [], mayReplace: Bool = false
  ) throws -> SweepExport.Outcome {
    try SweepExport(SweepResults.read(paths), from: paths, where: TrialFilter(conditions))
      .write(format, mayReplace: mayReplace)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func copiesAreTheTrialFiles() throws {
    try withResults { paths, trials in
      for (format, ending) in [(ExportFormat.hdf5, "h5"), (.netcdf, "nc")] {
        let outcome = try export(paths, format)
        #expect(outcome.folder == paths.root + "/exports/\(format.rawValue)")
        #expect(outcome.exported == trials.dropLast().map(\.id))
        #expect(outcome.withoutResult == [.pending: 1])
        #expect(
          try names(outcome.folder)
            == (trials.dropLast().map { "\($0.id).\(ending)" } + ["export.json"]).sorted())
        for trial in trials.dropLast() {
          #expect(
            FileManager.default.contents(atPath: "\(outcome.folder)/\(trial.id).\(ending)")
              == FileManager.default.contents(atPath: paths.trialFile(trial.id)))
        }
      }
    }
  }

  @Test func tablesHaveARowForEveryPlannedTrial() throws {
    try withResults { paths, trials in
      let folder = try export(paths, .csv).folder
      #expect(
        try names(folder) == ["attempts.csv", "export.json", "metrics.csv", "timing.csv", "trials.csv"])
      func rows(_ name: String) throws -> [Substring] {
        String(
          decoding: try #require(FileManager.default.contents(atPath: "\(folder)/\(name)")), as: UTF8.self
        )
        .split(separator: "\n")
      }
      let table = try rows("trials.csv")
      #expect(table[0].hasPrefix("trial_id,status,cause,"))
      #expect(table.count == 5)
      #expect(table.dropFirst().map { $0.prefix(16) } == trials.map { $0.id.description.prefix(16) })
      #expect(table[4].dropFirst(16).hasPrefix(",pending,,"))
      #expect(table[1].contains(",NaN,"))
      let metrics = try rows("metrics.csv")
      #expect(metrics.count == 7)
      #expect(
        metrics[2] == "\(trials[0].id),1,0.3333333333333333,-0.1,NaN,NaN,NaN,NaN"
          && metrics[0]
            == "trial_id,epoch,train_loss,test_elbo,test_elbo_discrete_kl,val_elbo,n_required,gradient_norm"
      )
      #expect(try rows("attempts.csv")[1].contains(",\"h, \"\"i\"\"\","))
    }
  }

  @Test func aFilterKeepsSomeTrials() throws {
    try withResults { paths, trials in
      let outcome = try export(paths, .npz, where: ["model_type=IGR_I_Dis"])
      #expect(outcome.exported == [trials[2].id])
      #expect(try names(outcome.folder) == ["\(trials[2].id).npz", "export.json"].sorted())
      #expect(throws: TrialFilter.Problem.self) { try export(paths, .npz, where: ["model_type=GS"]) }
      #expect(throws: SweepExport.NothingThere.self) {
        try export(paths, .npz, where: ["model_type=IGR_I_Dis", "seed=2"])
      }
    }
  }

  @Test func runsAreNamedByWhatTellsThemApart() throws {
    try withResults { paths, trials in
      let folder = try export(paths, .tensorboard).folder
      #expect(
        try names(folder) == [
          "GS_Dis,seed=1,\(trials[0].id)", "GS_Dis,seed=2,\(trials[1].id)",
          "IGR_I_Dis,seed=1,\(trials[2].id)",
          "export.json",
        ])
      #expect(try names("\(folder)/GS_Dis,seed=1,\(trials[0].id)") == ["events.out.tfevents.0000000000.igr"])
    }
  }

  @Test func anOlderExportIsReplacedOnlyWhenAskedAndOnlyIfItIsOne() throws {
    try withResults { paths, _ in
      let folder = try export(paths, .npz).folder
      #expect(throws: ResultStoreError.self) { try export(paths, .npz) }
      #expect(try export(paths, .npz, where: ["model_type=GS_Dis"], mayReplace: true).exported.count == 2)
      #expect(try names(folder).count == 3)
      let note = folder + "/notes.txt"
      #expect(FileManager.default.createFile(atPath: note, contents: Data("mine".utf8)))
      #expect {
        try export(paths, .npz, mayReplace: true)
      } throws: { "\($0)".contains("holds notes.txt, which is not of an export") }
      #expect(FileManager.default.contents(atPath: note) == Data("mine".utf8))
      #expect(try names(paths.root + "/exports") == ["npz"])
    }
  }

  @Test func aDamagedFileIsLeftOutAndNamed() throws {
    try withResults { paths, trials in
      var bytes = try #require(FileManager.default.contents(atPath: paths.trialFile(trials[1].id)))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: URL(filePath: paths.trialFile(trials[1].id)))
      let outcome = try export(paths, .safetensors)
      #expect(outcome.exported == [trials[0].id, trials[2].id])
      #expect(outcome.unreadable.map(\.path) == [paths.trialFile(trials[1].id)])
    }
  }
}
