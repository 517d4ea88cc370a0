import ExportFormats
import Reporting
import ResultStore
import Trials

/// The results of a sweep, or some of them, as files of another format.
public struct SweepExport: Sendable {
  private let paths: RunPaths
  private let results: SweepResults
  private let filter: TrialFilter
  /// Trials that the filter lets pass, in the order of the plan.
  private let summaries: [TrialSummary]

  /// What became of an export.
  public struct Outcome: Sendable {
    public let folder: String
    public let fileCount: Int
    /// Trials with their numbers in the export.
    public let exported: [TrialID]
    /// Trials without a result, by their state.
    public let withoutResult: [TrialState: Int]
    /// Files that cannot be read, with the reason.
    public let unreadable: [SweepResults.LeftOutFile]
  }

  /// Why there is nothing to export.
  public struct NothingThere: Error, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// - Parameters:
  ///   - paths: the folder that the results were read from.
  ///   - filter: which trials.
  /// - Throws: `TrialFilter.Problem` for a value that no trial has.
  public init(
    _ results: SweepResults, from paths: RunPaths, where filter: TrialFilter
  ) throws(TrialFilter.Problem) {
    try filter.check(against: results.summaries.map(\.trial.configuration))
    self.paths = paths
    self.results = results
    self.filter = filter
    summaries = results.summaries.filter { filter.matches($0.trial.configuration) }
  }

  /// Writes the export. One trial's record is in memory at a time; tables are put together in memory.
  ///
  /// - Parameters:
  ///   - path: a folder; nil for the format's own in the results folder.
  ///   - mayReplace: whether an older export may lie there.
  /// - Throws: `NothingThere`; `ResultStoreError` with the path and what is wrong; `FormatLimit`. Nothing appears
  ///   under `path` then.
  public func write(_ format: ExportFormat, to path: String? = nil, mayReplace: Bool = false) throws
    -> Outcome
  {
    let published = Set(try paths.publishedTrials())
    guard summaries.contains(where: { published.contains($0.trial.id) }) else {
      let which = filter.isEmpty ? "" : " of those with \(filter)"
      throw NothingThere(
        description: "\(paths.root): no trial\(which) has a result yet, so there is nothing to export")
    }
    let folder = try ExportFolder(
      at: path ?? paths.exportFolder(format.rawValue), mayReplace: mayReplace)
    let labels = VaryingHyperparameters(among: summaries.map(\.trial.configuration))
    var tables = ExportTables()
    var listed: [String] = []
    var exported: [TrialID] = []
    var withoutResult: [TrialState: Int] = [:]
    var unreadable: [SweepResults.LeftOutFile] = []
    for summary in summaries {
      let id = summary.trial.id
      var record: TrialRecord?
      if published.contains(id) {
        do {
          record = try TrialFile.read(paths.trialFile(id))
        } catch {
          unreadable.append(SweepResults.LeftOutFile(path: paths.trialFile(id), reason: error.message))
        }
      } else {
        withoutResult[summary.state, default: 0] += 1
      }
      let file = try record.flatMap { try write($0, format, labels, to: folder) }
      if record != nil { exported.append(id) }
      if format == .csv || format == .parquet { tables.add(summary, record) }
      listed.append(Self.entry(summary, hasResult: record != nil, file: file))
    }
    try write(tables, format, to: folder)
    try folder.publish(list: [
      ("format", Self.quoted(format.rawValue)), ("sweep", Self.quoted(results.sweep)),
      ("where", Self.quoted(filter.description)), ("engine_version", Self.quoted(EngineVersion.program)),
      ("trials", "[\n    \(listed.joined(separator: ",\n    "))\n  ]"),
    ])
    return Outcome(
      folder: folder.path, fileCount: folder.fileCount, exported: exported, withoutResult: withoutResult,
      unreadable: unreadable)
  }

  /// - Returns: the file's name; nil where the format has no file per trial.
  private func write(
    _ record: TrialRecord, _ format: ExportFormat, _ labels: VaryingHyperparameters, to folder: ExportFolder
  ) throws -> String? {
    let id = record.trial.id
    switch format {
    case .csv, .parquet: return nil
    case .hdf5:
      try folder.copy(paths.trialFile(id), as: "\(id).h5")
      return "\(id).h5"
    case .netcdf:
      try folder.copy(paths.trialFile(id), as: "\(id).nc")
      return "\(id).nc"
    case .npz:
      try folder.write(NPZArchive.file(of: record.numberArrays + record.otherArrays), as: "\(id).npz")
      return "\(id).npz"
    case .safetensors:
      let metadata = Dictionary(uniqueKeysWithValues: record.description)
      try folder.write(
        SafetensorsFile.bytes(of: record.numberArrays, metadata: metadata), as: "\(id).safetensors")
      return "\(id).safetensors"
    case .tensorboard:
      // TensorBoard looks for `tfevents` and reads the files of a run in the order of the number behind it.
      let start = String(Int(record.attempts.first?.startedUnixSeconds ?? 0))
      let number = String(repeating: "0", count: max(0, 10 - start.count)) + start
      let run = Self.fileName(labels.label(of: record.trial.configuration), id)
      try folder.write(record.eventFile, as: "\(run)/events.out.tfevents.\(number).igr")
      return run
    }
  }

  private func write(_ tables: ExportTables, _ format: ExportFormat, to folder: ExportFolder) throws {
    for (name, table) in tables.named {
      if format == .csv {
        try folder.write(Array(table.csv.utf8), as: "\(name).csv")
      } else {
        let metadata = ["sweep": results.sweep, "engine_version": EngineVersion.program]
        try folder.write(table.parquet(metadata: metadata), as: "\(name).parquet")
      }
    }
  }

  /// A label that every file system takes, made unique by the trial's id.
  private static func fileName(_ label: String, _ id: TrialID) -> String {
    let plain = label.unicodeScalars.map { scalar in
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || "=._-+".unicodeScalars.contains(scalar)
      return isPlain ? Character(scalar) : scalar == " " ? "," : "_"
    }
    return String(plain.prefix(150)) + "," + id.description
  }

  private static func entry(_ summary: TrialSummary, hasResult: Bool, file: String?) -> String {
    var members = [
      ("trial_id", quoted(summary.trial.id.description)), ("status", quoted(summary.state.rawValue)),
      ("exported", hasResult ? "true" : "false"),
    ]
    if let cause = summary.cause { members.append(("cause", quoted(cause.text))) }
    if let file { members.append(("file", quoted(file))) }
    return "{" + members.map { "\(quoted($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
  }

  private static func quoted(_ text: String) -> String { HyperparameterValue.string(text).canonicalJSON }
}
