import Trials

/// What `summary.h5` keeps of one trial file: everything but curves and tensors.
public struct SummaryRow: Sendable {
  public var summary: TrialSummary
  public var sweep: String
  public var engineVersion: String
  public var gitRevision: String
  /// SHA-256 over the trial's numbers.
  public var resultDigest: String
  public var attempts: Int
  /// Wall time of the attempts that are known to have ended.
  public var seconds: Double
  /// Largest of all attempts; NaN if unknown.
  public var peakMemoryMiB: Double
  /// Length of the trial file.
  public var byteCount: Int
  /// SHA-256 of the trial file without its last line.
  public var fileSHA256: String

  public var id: TrialID { summary.trial.id }
}

extension TrialFile {
  /// What a summary needs, without reading a tensor, and the metrics per epoch. The seal is checked.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  static func readRow(_ path: String, _ seal: FileSeal) throws(ResultStoreError) -> (SummaryRow, EpochTable) {
    try ResultStoreError.translating(path) {
      let file = try SealedFile.open(path)
      let header = try TrialFileHeader(readFrom: file)
      let table = try EpochTable(readFrom: file.root.group("metrics"), path: path)
      let attempts = try ProvenanceTable.read(file.root.group("provenance"), path: path)
      let row = SummaryRow(
        summary: try summary(of: file, header, table, attempts), sweep: header.sweep,
        engineVersion: header.engineVersion, gitRevision: header.gitRevision,
        resultDigest: header.resultDigest,
        attempts: attempts.count,
        seconds: attempts.reduce(0) {
          $0 + ($1.endedUnixSeconds ?? $1.startedUnixSeconds) - $1.startedUnixSeconds
        },
        peakMemoryMiB: attempts.compactMap(\.peakMemoryMiB).max() ?? .nan, byteCount: seal.byteCount,
        fileSHA256: seal.sha256)
      return (row, table)
    }
  }
}
