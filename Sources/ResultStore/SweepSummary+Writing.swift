import Glibc
import HDF5
import Trials

extension SweepSummary {
  /// Puts `summary.h5` into the folder, unless the one that is there holds the same already.
  ///
  /// - Returns: whether it was written.
  /// - Throws: `ResultStoreError` with the path and the system's reason; the old summary stays then.
  @discardableResult
  public func write() throws(ResultStoreError) -> Bool {
    if isWritten { return false }
    let path = paths.summaryFile
    let bytes = try ResultStoreError.translating(path) { try content() }
    let temporary = TemporaryName.beside(path)
    do {
      try SealedFile.write(bytes, to: temporary)
      try setTime(of: temporary)
      try DurableFile.rename(temporary, to: path)
    } catch {
      unlink(temporary)
      throw error.naming(path)
    }
    return true
  }

  private func setTime(of path: String) throws(ResultStoreError) {
    let (seconds, rest) = newestNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
    guard utimensat(AT_FDCWD, path, [time, time], 0) == 0 else {
      throw ResultStoreError(system: errno, path, cannotBe: "given its time")
    }
  }

  /// The file's bytes, the same for the same trial files.
  func content() throws -> [UInt8] {
    let file = try HDF5File(composing: paths.summaryFile)
    let root = file.root
    try root.setAttribute("summary_version", Int32(SummaryFile.version))
    try root.setAttribute("engine_result_version", Int32(EngineVersion.result))
    let scale = try root.createIndexScale("trial", count: rows.count)
    for column in columns() { try column.write(in: root, along: scale, count: rows.count) }
    try writeCurves(in: root.createGroup("curves"))
    let group = try root.createGroup("left_out")
    let entries = try group.createIndexScale("entry", count: leftOut.count)
    for column in [
      StoredColumn("file", .texts(leftOut.map(\.file)), longName: "file that is no row"),
      StoredColumn("reason", .texts(leftOut.map(\.reason)), longName: "why"),
    ] { try column.write(in: group, along: entries, count: leftOut.count) }
    return try file.finish()
  }

  private func columns() -> [StoredColumn] {
    func texts(_ name: String, _ longName: String, _ value: (SummaryRow) -> String) -> StoredColumn {
      StoredColumn(name, .texts(rows.map(value)), longName: longName)
    }
    let identity = [
      texts("trial_id", "name of the trial") { $0.id.description },
      texts("status", "final state") { $0.summary.state.rawValue },
      texts("sweep", "name of the sweep") { $0.sweep },
    ]
    let provenance = [
      texts("cause", "why the last attempt ended; empty when it completed") { $0.summary.cause?.text ?? "" },
      StoredColumn("attempts", .integers(rows.map { Int64($0.attempts) }), longName: "attempts at the trial"),
      StoredColumn(
        "seconds", .numbers(rows.map(\.seconds)), longName: "wall time of all attempts", units: "s"),
      StoredColumn(
        "peak_memory_mib", .numbers(rows.map(\.peakMemoryMiB)),
        longName: "peak resident memory of an attempt",
        units: "MiB"),
      texts("warnings", "what a reader of the numbers must know, a sentence per line") {
        $0.summary.warnings.joined(separator: "\n")
      },
      texts("data_source", "which files the images came from") { $0.summary.dataSource },
      texts("data_digest", "SHA-256 of the data set") { $0.summary.trial.dataDigest },
      StoredColumn(
        "threads", .integers(rows.map { Int64($0.summary.trial.threads) }), longName: "BLAS threads"),
      texts("engine_version", "version of the program") { $0.engineVersion },
      texts("git_revision", "of the program") { $0.gitRevision },
      texts("result_digest", "SHA-256 over the trial's numbers") { $0.resultDigest },
      texts("config", "every hyperparameter as canonical JSON") {
        $0.summary.trial.configuration.canonicalJSON
      },
      texts("file", "trial file, relative to the results folder") { "trials/\($0.id).h5" },
      StoredColumn(
        "file_bytes", .integers(rows.map { Int64($0.byteCount) }), longName: "length of the trial file"),
      texts("file_sha256", "SHA-256 in the last line of the trial file") { $0.fileSHA256 },
    ]
    return identity + hyperparameterColumns() + metricColumns() + provenance
  }

  private func hyperparameterColumns() -> [StoredColumn] {
    Hyperparameter.all.compactMap { hyperparameter in
      let values = rows.map { $0.summary.trial.configuration.values[hyperparameter.name] }
      guard values.contains(where: { $0 != nil }) else { return nil }
      return StoredColumn(hyperparameter.name, hyperparameters: values, longName: hyperparameter.summary)
    }
  }

  private func metricColumns() -> [StoredColumn] {
    Metric.all.compactMap { metric in
      let values = rows.map { $0.summary.metrics[metric.name] ?? .nan }
      guard values.contains(where: { !$0.isNaN }) else { return nil }
      return StoredColumn(
        SummaryFile.columnName(ofMetric: metric.name), .numbers(values),
        longName: metric.longName + "; final, else last measured", units: metric.units, better: metric.better)
    }
  }

  /// Each metric stacked as [trial, epoch], NaN where it was not measured.
  private func writeCurves(in group: Group) throws {
    let tables = try curves(of: rows.map(\.id))
    // Of what was measured only, so that it makes no difference whether a table comes from its file or a summary.
    let epochs = Set(tables.values.flatMap(\.measuredEpochs)).sorted()
    let places = Dictionary(uniqueKeysWithValues: epochs.enumerated().map { ($1, $0) })
    let trials = try group.createIndexScale("trial", count: rows.count)
    let scale = try group.createDataset(
      "epoch", shape: [epochs.count], values: epochs, storage: TensorGroups.storage)
    try scale.makeScale()
    try ColumnDescription.epoch.describe(scale)
    try StoredColumn("trial_id", .texts(rows.map(\.id.description)), longName: "name of the trial")
      .write(in: group, along: trials, count: rows.count)
    for metric in Metric.all {
      var values = [Double](repeating: .nan, count: rows.count * epochs.count)
      var isMeasured = false
      for (row, id) in rows.map(\.id).enumerated() {
        guard let table = tables[id], let column = table[metric.name] else { continue }
        for (epoch, value) in zip(table.epochs, column) where !value.isNaN {
          guard let place = places[epoch] else { continue }
          values[row * epochs.count + place] = value
          isMeasured = true
        }
      }
      guard isMeasured else { continue }
      let dataset = try group.createDataset(
        metric.name, shape: [rows.count, epochs.count], values: values, storage: TensorGroups.storage)
      try dataset.attach(trials, toAxis: 0)
      try dataset.attach(scale, toAxis: 1)
      try ColumnDescription(metric).describe(dataset)
    }
  }
}

extension EpochTable {
  /// Epochs at which some column has a value.
  fileprivate var measuredEpochs: [Int32] {
    epochs.indices.filter { row in columns.contains { !$0[row].isNaN } }.map { epochs[$0] }
  }
}
