import HDF5
import Trials

/// `summary.h5`: one column per property of a trial along the axis `trial`, and below `/curves` every metric per epoch.
/// docs/results-format.md has the layout.
public enum SummaryFile {
  /// Rises when an older reader could misread a file.
  public static let version = 1

  /// A metric that has the name of a hyperparameter (`n_required`) has this before it.
  static func columnName(ofMetric name: String) -> String {
    Hyperparameter.named(name) == nil ? name : "metric_" + name
  }

  static func read(
    _ path: String
  ) throws(ResultStoreError) -> (rows: [SummaryRow], leftOut: [SweepSummary.LeftOutFile]) {
    try ResultStoreError.translating(path) {
      let file = try open(path)
      let columns = try SummaryColumns(file.root, path: path)
      let leftOut = try file.root.group("left_out")
      let files = try leftOut.dataset("file").read(as: String.self)
      let reasons = try leftOut.dataset("reason").read(as: String.self)
      return (
        try columns.rows(), zip(files, reasons).map { SweepSummary.LeftOutFile(file: $0, reason: $1) }
      )
    }
  }

  static func open(_ path: String) throws -> HDF5File {
    let file = try SealedFile.open(path)
    let found = Int(try file.root.attribute("summary_version", as: Int32.self))
    guard found == version else {
      throw ResultStoreError(
        .newerSchema, path, "has summary version \(found), this program reads \(version)")
    }
    let rules = Int(try file.root.attribute("engine_result_version", as: Int32.self))
    guard rules == EngineVersion.result else {
      throw ResultStoreError(.otherEngine, path, "is of version \(rules) of the engine's rules")
    }
    return file
  }
}

/// Reads the columns of a summary back into rows.
struct SummaryColumns {
  let group: Group
  let path: String
  let count: Int

  init(_ group: Group, path: String) throws {
    self.group = group
    self.path = path
    count = try group.dataset("trial").form().count
  }

  func column<Element: HDF5Scalar>(_ name: String, _ type: Element.Type = Element.self) throws -> [Element] {
    let values = try group.dataset(name).read(as: type)
    guard values.count == count else {
      throw ResultStoreError(.damaged, path, "/\(name) has \(values.count) rows, /trial \(count)")
    }
    return values
  }

  func rows() throws -> [SummaryRow] {
    if count == 0 { return [] }
    let ids: [String] = try column("trial_id")
    let states: [String] = try column("status")
    let configurations: [String] = try column("config")
    let digests: [String] = try column("data_digest")
    let threads: [Int64] = try column("threads")
    let causes: [String] = try column("cause")
    let warnings: [String] = try column("warnings")
    let sources: [String] = try column("data_source")
    let sweeps: [String] = try column("sweep")
    let engines: [String] = try column("engine_version")
    let revisions: [String] = try column("git_revision")
    let results: [String] = try column("result_digest")
    let attempts: [Int64] = try column("attempts")
    let seconds: [Double] = try column("seconds")
    let memory: [Double] = try column("peak_memory_mib")
    let bytes: [Int64] = try column("file_bytes")
    let seals: [String] = try column("file_sha256")
    let metrics = try metricColumns()
    return try (0..<count).map { row in
      let trial = Trial(
        configuration: try TrialConfiguration(canonicalJSON: configurations[row]), dataDigest: digests[row],
        threads: Int(threads[row]))
      guard trial.id.description == ids[row], let state = TrialState(rawValue: states[row]) else {
        throw ResultStoreError(.damaged, path, "row \(row) is not of trial \(ids[row])")
      }
      let measured = metrics.compactMap { name, values in values[row].isNaN ? nil : (name, values[row]) }
      return SummaryRow(
        summary: TrialSummary(
          trial: trial, state: state, metrics: Dictionary(measured) { $1 },
          cause: EndCause(text: causes[row]),
          warnings: warnings[row].split(separator: "\n").map(String.init), dataSource: sources[row]),
        sweep: sweeps[row], engineVersion: engines[row], gitRevision: revisions[row],
        resultDigest: results[row],
        attempts: Int(attempts[row]), seconds: seconds[row], peakMemoryMiB: memory[row],
        byteCount: Int(bytes[row]), fileSHA256: seals[row])
    }
  }

  private func metricColumns() throws -> [(name: String, values: [Double])] {
    try Metric.all.compactMap { metric in
      let name = SummaryFile.columnName(ofMetric: metric.name)
      guard try group.kind(of: name) == .dataset else { return nil }
      return (metric.name, try column(name))
    }
  }
}

/// The curves of an open summary.
struct SummaryCurves {
  private let places: [TrialID: Int]
  private let epochs: [Int32]
  private let columns: [(name: String, values: [Double])]

  init(_ group: Group) throws {
    let ids = try group.dataset("trial_id").read(as: String.self)
    let places = ids.enumerated().compactMap { index, id in TrialID(id).map { ($0, index) } }
    self.places = Dictionary(places) { $1 }
    epochs = try group.dataset("epoch").read(as: Int32.self)
    columns = try Metric.all.compactMap { metric in
      guard try group.kind(of: metric.name) == .dataset else { return nil }
      return (metric.name, try group.dataset(metric.name).read(as: Double.self))
    }
  }

  /// Metrics that were measured at least once; rows up to the last epoch that has any.
  func table(of id: TrialID) -> EpochTable? {
    guard let place = places[id] else { return nil }
    let slice = place * epochs.count..<(place + 1) * epochs.count
    let measured = columns.map { ($0.name, Array($0.values[slice])) }
      .filter { $0.1.contains { !$0.isNaN } }
    let length = measured.map { ($0.1.lastIndex { !$0.isNaN } ?? -1) + 1 }.max() ?? 0
    return EpochTable(
      names: measured.map(\.0), epochs: Array(epochs.prefix(length)),
      columns: measured.map { Array($0.1.prefix(length)) })
  }
}

extension SummaryFile {
  static func openCurves(_ path: String) throws -> SummaryCurves {
    try SummaryCurves(open(path).root.group("curves"))
  }
}
