import Trials

extension TrialFile {
  /// Moves a finished file from its temporary to its final name, after it has proved to be the announced one,
  /// whole, and of this trial. Repeating it after a crash in between is safe.
  ///
  /// - Parameter announced: what the worker said of the file.
  /// - Throws: `ResultStoreError`: `missing`; `wrongTrial` when it is another file or trial; what `verify` throws;
  ///   `disk` with the system's reason. The final name is untouched then.
  @discardableResult
  public static func publish(
    _ trial: TrialID, token: FencingToken, announced: FileFingerprint, in paths: RunPaths
  ) throws(ResultStoreError) -> TrialSummary {
    let incoming = paths.incomingTrialFile(trial: trial, token: token)
    let final = paths.trialFile(trial)
    do {
      let summary = try check(incoming, is: announced, trial)
      try DurableFile.sync(incoming)
      try DurableFile.rename(incoming, to: final)
      return summary
    } catch  where error.code == .missing {
      // A coordinator may have died between the rename and its record of it.
      guard let summary = try? check(final, is: announced, trial) else { throw error }
      try DurableFile.sync(paths.trialsFolder)
      return summary
    }
  }

  private static func check(
    _ path: String, is announced: FileFingerprint, _ trial: TrialID
  ) throws(ResultStoreError) -> TrialSummary {
    let found = try FileFingerprint(ofFileAt: path)
    guard found == announced else {
      throw ResultStoreError(
        .wrongTrial, path,
        "is not the announced file: \(announced.byteCount) bytes with SHA-256 \(announced.sha256) were announced,"
          + " found \(found.byteCount) with \(found.sha256)")
    }
    let summary = try verify(path)
    guard summary.trial.id == trial else {
      throw ResultStoreError(.wrongTrial, path, "holds trial \(summary.trial.id), not \(trial)")
    }
    return summary
  }
}
