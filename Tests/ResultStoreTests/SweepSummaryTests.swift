import Foundation
import HDF5
import TestSupport
import Testing
import Trials

@testable import ResultStore

/// `summary.h5`: made from trial files alone, step by step or at once.
@Suite struct SweepSummaryTests {
  private func withFolder(_ body: (RunPaths) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try body(
        try RunPaths.create(root: folder + "/s", source: SweepSource(sweepFile: "name: s\n", overrides: [])))
    }
  }

  @discardableResult
  private func add(_ paths: RunPaths, seed: Int, loss: Double = 100, epochs: Int = 4) throws -> TrialID {
    var record = try Sample.record(seed: seed)
    record.metrics = Sample.metrics(epochs: epochs)
    record.timing = Sample.timing(epochs: epochs)
    record.finals[0].value = -loss
    let path = paths.trialFile(record.trial.id)
    try? FileManager.default.removeItem(atPath: path)
    try TrialFile.write(record, to: path)
    return record.trial.id
  }

  @Test func everyTrialFileIsARow() throws {
    try withFolder { paths in
      let id = try add(paths, seed: 3, loss: 101.0625)
      try add(paths, seed: 1)
      let summary = try SweepSummary.read(paths)
      #expect(try summary.write())
      #expect(summary.rows.map(\.id) == summary.rows.map(\.id).sorted())
      let again = try SweepSummary.read(paths)
      #expect(again.readCount == 0 && again.isWritten && again.rows.count == 2)
      #expect(try again.write() == false)
      let row = try #require(again.rows.first { $0.id == id })
      let direct = try TrialFile.readSummary(paths.trialFile(id))
      #expect(row.summary.trial == direct.trial && row.summary.state == .completed)
      #expect(row.summary.metrics == direct.metrics.filter { !$0.value.isNaN })
      #expect(row.summary.metrics["test_log_likelihood"] == -101.0625)
      // Of the two attempts in SampleRecord: 100.25 s and 100 s.
      #expect(row.attempts == 2 && row.seconds == 200.25 && row.peakMemoryMiB == 99.5)
      #expect(row.sweep == "example")
      let digest = TrialFile.digest(of: try Sample.record(seed: 3)).description
      #expect(row.resultDigest == digest)
      let curves = try #require(try again.curves(of: [id])[id])
      #expect(curves["test_elbo"] == Sample.metrics()["test_elbo"])
      #expect(curves["val_elbo"] == nil && curves.epochs == [0, 1, 2, 3])
    }
  }

  /// The same bytes from the same trial files, in whatever order they came and however often it was refreshed.
  @Test func stepByStepIsTheSameAsAtOnce() throws {
    try withFolder { paths in
      var contents: [Data] = []
      for seeds in [[5, 1, 4, 2, 3], [1, 2, 3, 4, 5]] {
        for seed in seeds {
          try add(paths, seed: seed, loss: Double(seed), epochs: seed + 1)
          try SweepSummary.read(paths).write()
        }
        contents.append(try Data(contentsOf: URL(filePath: paths.summaryFile)))
        try FileManager.default.removeItem(atPath: paths.summaryFile)
        for id in try paths.publishedTrials() {
          try FileManager.default.removeItem(atPath: paths.trialFile(id))
        }
      }
      for seed in 1...5 { try add(paths, seed: seed, loss: Double(seed), epochs: seed + 1) }
      try SweepSummary.read(paths).write()
      contents.append(try Data(contentsOf: URL(filePath: paths.summaryFile)))
      #expect(contents[0] == contents[1] && contents[1] == contents[2])
    }
  }

  @Test func onlyWhatChangedIsReadAgain() throws {
    try withFolder { paths in
      let ids = try (1...4).map { try add(paths, seed: $0) }
      try SweepSummary.read(paths).write()
      try add(paths, seed: 2, loss: 7)
      try add(paths, seed: 9)
      try FileManager.default.removeItem(atPath: paths.trialFile(ids[0]))
      let summary = try SweepSummary.read(paths)
      #expect(summary.readCount == 2 && !summary.isWritten && summary.rows.count == 4)
      #expect(summary.rows.first { $0.id == ids[1] }?.summary.metrics["test_log_likelihood"] == -7)
      #expect(!summary.rows.contains { $0.id == ids[0] })
      try summary.write()
      #expect(try SweepSummary.read(paths).readCount == 0)
    }
  }

  /// A file that was changed in place keeps length and seal; its time gives it away.
  @Test func aFileNewerThanTheSummaryIsReadAgain() throws {
    try withFolder { paths in
      let id = try add(paths, seed: 1)
      try SweepSummary.read(paths).write()
      let file = try #require(FileHandle(forUpdatingAtPath: paths.trialFile(id)))
      try file.seek(toOffset: 3_000)
      try file.write(contentsOf: Data([0x55, 0xAA, 0x55, 0xAA]))
      try file.close()
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: paths.trialFile(id))
      let summary = try SweepSummary.read(paths)
      #expect(summary.rows.isEmpty)
      #expect(summary.leftOut.map(\.file) == ["trials/\(id).h5"])
      #expect(summary.leftOut.first?.reason.contains("damaged") == true)
    }
  }

  @Test func whatIsNoTrialFileIsNamed() throws {
    try withFolder { paths in
      let id = try add(paths, seed: 1)
      try Data("x".utf8).write(to: URL(filePath: paths.trialsFolder + "/notes.txt"))
      try Data("x".utf8).write(to: URL(filePath: paths.trialFile(id) + ".damaged"))
      let cut = try add(paths, seed: 2)
      try FileHandle(forWritingTo: URL(filePath: paths.trialFile(cut))).truncate(atOffset: 2_000)
      let copied = try #require(TrialID("00000000000000aa"))
      try FileManager.default.copyItem(atPath: paths.trialFile(id), toPath: paths.trialFile(copied))
      let summary = try SweepSummary.read(paths)
      #expect(summary.rows.map(\.id) == [id])
      #expect(
        Set(summary.leftOut.map(\.file))
          == ["trials/notes.txt", "trials/\(id).h5.damaged", "trials/\(cut).h5", "trials/\(copied).h5"])
      #expect(
        summary.leftOut.first { $0.file.contains(copied.description) }?.reason
          == "holds trial \(id), another than its name")
      try summary.write()
      // The files that are left out are looked at again, but change nothing.
      #expect(try SweepSummary.read(paths).isWritten)
    }
  }

  @Test(arguments: ["damaged", "missing", "another version"]) func aSummaryThatIsNoneIsMadeAnew(
    _ kind: String
  ) throws {
    try withFolder { paths in
      try add(paths, seed: 1)
      try SweepSummary.read(paths).write()
      let whole = try Data(contentsOf: URL(filePath: paths.summaryFile))
      switch kind {
      case "damaged": try whole.prefix(whole.count / 2).write(to: URL(filePath: paths.summaryFile))
      case "missing": try FileManager.default.removeItem(atPath: paths.summaryFile)
      default:
        let file = try HDF5File(composing: paths.summaryFile)
        try file.root.setAttribute("summary_version", Int32(99))
        try SealedFile.write(try file.finish(), to: paths.summaryFile)
      }
      let summary = try SweepSummary.read(paths)
      #expect(summary.readCount == 1)
      try summary.write()
      #expect(try Data(contentsOf: URL(filePath: paths.summaryFile)) == whole)
    }
  }

  @Test func trialsOfEveryKindShareOneSummary() throws {
    try withFolder { paths in
      let records = try Sample.recordsOfEveryKind()
      for record in records { try TrialFile.write(record, to: paths.trialFile(record.trial.id)) }
      try SweepSummary.read(paths).write()
      let again = try SweepSummary.read(paths)
      #expect(again.readCount == 0 && again.rows.count == records.count)
      #expect(Set(again.rows.map(\.summary.trial)) == Set(records.map(\.trial)))
      #expect(again.rows.contains { $0.summary.warnings == ["truncated too early"] })
    }
  }

  /// The table is what xarray and pandas make of the file without a word of ours.
  @Test(.enabled(if: !Readers.areSkipped), arguments: ["h5netcdf", "netcdf4"])
  func xarrayAndPandasSeeTheTable(engine: String) throws {
    try withFolder { paths in
      for record in try Sample.recordsOfEveryKind() {
        try TrialFile.write(record, to: paths.trialFile(record.trial.id))
      }
      try add(paths, seed: 7, loss: 55.5)
      try SweepSummary.read(paths).write()
      let script = #"""
        import sys, math, xarray
        path, engine = sys.argv[1:]
        table = xarray.open_dataset(path, engine=engine).to_dataframe()
        assert len(table) == 8, len(table)
        assert table.index.name == "trial"
        row = table[table.seed == 7].iloc[0]
        assert (row.model_type, row.temp, row.test_log_likelihood) == ("IGR_I_Dis", 0.15, -55.5), row
        assert row.status == "completed" and row.file == f"trials/{row.trial_id}.h5"
        assert row.n_required == 10 and row.metric_n_required == 10
        assert table.seed.dtype == "int64" and table.test_elbo.dtype == "float64", table.dtypes
        assert math.isnan(table[table.experiment == "relax_toy"].iloc[0].temp)
        curves = xarray.open_dataset(path, engine=engine, group="curves")
        assert curves.test_elbo.dims == ("trial", "epoch"), curves.test_elbo.dims
        assert curves.test_elbo.attrs["units"] == "nats"
        place = list(curves.trial_id.values).index(row.trial_id)
        assert float(curves.test_elbo.sel(trial=place, epoch=3)) == -149
        """#
      _ = try Readers.python(script, [paths.summaryFile, engine])
    }
  }
}
