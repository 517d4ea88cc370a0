import Digests
import HDF5
import Trials

/// The result of one trial as one HDF5 file that people open with their own tools. docs/results-format.md has the
/// layout.
public enum TrialFile {
  /// Rises when an older reader could misread a file. Recorded as `schema_version`.
  public static let schemaVersion = 1

  /// The SHA-256 over the record's metrics, final numbers and tensors: equal for equal numbers, whoever computed
  /// them and when.
  public static func digest(of record: TrialRecord) -> SHA256Digest { ResultDigest(of: record).finish() }

  /// Everything the file holds, its digest checked.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func read(_ path: String) throws(ResultStoreError) -> TrialRecord {
    try ResultStoreError.translating(path) {
      let file = try SealedFile.open(path)
      let header = try TrialFileHeader(readFrom: file)
      let record = TrialRecord(
        trial: header.trial, sweep: header.sweep, state: header.state, engineVersion: header.engineVersion,
        gitRevision: header.gitRevision,
        metrics: try EpochTable(readFrom: file.root.group("metrics"), path: path),
        finals: try readFinals(file.root.group("final")),
        tensors: try TensorGroups.read(file.root.group("tensors")),
        timing: try EpochTable(readFrom: file.root.group("timing"), path: path),
        attempts: try ProvenanceTable.read(file.root.group("provenance"), path: path),
        warnings: header.warnings, dataSource: header.dataSource)
      try compare(digest(of: record), with: header.resultDigest, path)
      return record
    }
  }

  /// Which trial a file is of.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func readTrial(_ path: String) throws(ResultStoreError) -> Trial {
    try ResultStoreError.translating(path) { try TrialFileHeader(readFrom: SealedFile.open(path)).trial }
  }

  /// What tables need, without reading a tensor. Cheap, and therefore without a check of the digest.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func readSummary(_ path: String) throws(ResultStoreError) -> TrialSummary {
    try ResultStoreError.translating(path) {
      let file = try SealedFile.open(path)
      return try summary(of: file, try TrialFileHeader(readFrom: file), path)
    }
  }

  /// Checks that the file is complete, that its id is the one of its configuration, and that its numbers are the
  /// ones that were written.
  ///
  /// - Returns: the summary, so that a caller needs not open the file again.
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  @discardableResult
  public static func verify(_ path: String) throws(ResultStoreError) -> TrialSummary {
    try ResultStoreError.translating(path) {
      let file = try SealedFile.open(path)
      let header = try TrialFileHeader(readFrom: file)
      let summary = try summary(of: file, header, path)
      _ = try EpochTable(readFrom: file.root.group("timing"), path: path)
      try compare(ResultDigest(of: file).finish(), with: header.resultDigest, path)
      return summary
    }
  }

  private static func summary(
    of file: HDF5File, _ header: TrialFileHeader, _ path: String
  ) throws -> TrialSummary {
    try summary(
      of: file, header, try EpochTable(readFrom: file.root.group("metrics"), path: path),
      try ProvenanceTable.read(file.root.group("provenance"), path: path))
  }

  static func summary(
    of file: HDF5File, _ header: TrialFileHeader, _ table: EpochTable, _ attempts: [AttemptRecord]
  ) throws -> TrialSummary {
    var metrics: [String: Double] = [:]
    for name in table.names { metrics[name] = table.last(name) }
    for final in try readFinals(file.root.group("final")) where !final.value.isNaN {
      metrics[final.name] = final.value
    }
    let cause = attempts.last?.cause
    return TrialSummary(
      trial: header.trial, state: header.state, metrics: metrics, cause: cause == .completed ? nil : cause,
      warnings: header.warnings, dataSource: header.dataSource)
  }

  static func readFinals(_ group: Group) throws -> [(name: String, value: Double)] {
    var finals: [(name: String, value: Double)] = []
    for member in try group.members() where member.kind == .dataset {
      let values = try group.dataset(member.name).read(as: Double.self)
      guard let value = values.first, values.count == 1 else {
        throw ResultStoreError(
          .damaged, group.attributeFile.path, "\(group.path)/\(member.name) should hold one number")
      }
      finals.append((member.name, value))
    }
    return finals
  }

  static func compare(_ found: SHA256Digest, with recorded: String, _ path: String) throws {
    if found.description != recorded {
      throw ResultStoreError(
        .damaged, path,
        "its numbers are not the ones that were written: result_digest is \(recorded), found \(found)")
    }
  }
}
