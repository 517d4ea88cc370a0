import Glibc
import Trials

/// What a finished trial took.
public struct TrialCost: Hashable, Sendable {
  public let trial: Trial
  /// Wall time of all its attempts, those included whose work was lost, times its threads.
  public let coreSeconds: Double
  /// Of its file.
  public let byteCount: Int

  public init(trial: Trial, coreSeconds: Double, byteCount: Int) {
    self.trial = trial
    self.coreSeconds = coreSeconds
    self.byteCount = byteCount
  }
}

extension TrialFile {
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func readCost(_ path: String) throws(ResultStoreError) -> TrialCost {
    try ResultStoreError.translating(path) {
      let file = try SealedFile.open(path)
      let trial = try TrialFileHeader(readFrom: file).trial
      let attempts = try ProvenanceTable.read(file.root.group("provenance"), path: path)
      let seconds = attempts.reduce(0.0) { sum, attempt in
        sum + max(0, (attempt.endedUnixSeconds ?? attempt.startedUnixSeconds) - attempt.startedUnixSeconds)
      }
      var status = stat()
      guard stat(path, &status) == 0 else { throw ResultStoreError(system: errno, path, cannotBe: "read") }
      return TrialCost(
        trial: trial, coreSeconds: seconds * Double(trial.threads), byteCount: Int(status.st_size))
    }
  }
}
