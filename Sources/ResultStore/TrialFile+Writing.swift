import Glibc
import HDF5
import Trials

extension TrialFile {
  /// Writes a record under a temporary name (`RunPaths.incomingTrialFile`), syncs it and reads it back. A file that
  /// an earlier try left under the name is replaced.
  ///
  /// - Returns: the file's size and digest, for the announcement.
  /// - Throws: `ResultStoreError`: `invalidRecord` when a column or axis breaks the format; `disk` with the system's
  ///   reason. Nothing is left under `path` then.
  @discardableResult
  public static func write(
    _ record: TrialRecord, to path: String
  ) throws(ResultStoreError) -> FileFingerprint {
    if let fault = fault(in: record) {
      throw ResultStoreError(.invalidRecord, path, "trial \(record.trial.id): \(fault)")
    }
    let bytes = try ResultStoreError.translating(path) {
      try content(of: record, under: TrialFileHeader(of: record), for: path)
    }
    do {
      let fingerprint = try SealedFile.write(bytes, to: path)
      try DurableFile.sync(DurableFile.folder(of: path))
      try verify(path)
      return fingerprint
    } catch {
      unlink(path)
      throw error
    }
  }

  private static func fault(in record: TrialRecord) -> String? {
    let configuration = record.trial.configuration
    if let fault = record.metrics.fault(configuration.metricsPerEpoch.map(ColumnDescription.init)) {
      return "the table of metrics \(fault)"
    }
    if let fault = record.timing.fault(ColumnDescription.timing) { return "the table of times \(fault)" }
    let names = record.finals.map(\.name)
    for metric in configuration.metricsAtEnd where names.filter({ $0 == metric.name }).count != 1 {
      return "needs '\(metric.name)' once among its final numbers; what was not measured is NaN"
    }
    if let unknown = names.first(where: { name in !configuration.metricsAtEnd.contains { $0.name == name } })
    {
      return "has an unknown final number '\(unknown)'"
    }
    if record.attempts.isEmpty { return "has no attempt" }
    return TensorGroups.fault(in: record.tensors)
  }

  /// The bytes of a file without its seal.
  static func content(
    of record: TrialRecord, under header: TrialFileHeader, for path: String
  ) throws -> [UInt8] {
    let file = try HDF5File(composing: path)
    try header.write(in: file.root)
    let configuration = record.trial.configuration
    try record.metrics.write(
      in: file.root.createGroup("metrics"), configuration.metricsPerEpoch.map(ColumnDescription.init))
    let final = try file.root.createGroup("final")
    for column in configuration.metricsAtEnd.map(ColumnDescription.init) {
      guard let value = record.finals.first(where: { $0.name == column.name })?.value else { continue }
      try column.describe(final.createDataset(column.name, shape: [], values: [value]))
    }
    try TensorGroups.write(record.tensors, in: file.root.createGroup("tensors"))
    try record.timing.write(in: file.root.createGroup("timing"), ColumnDescription.timing)
    try ProvenanceTable.write(record.attempts, in: file.root.createGroup("provenance"))
    return try file.finish()
  }
}
