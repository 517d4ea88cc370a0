import Trials

extension RunPaths {
  /// Where a published file goes that no longer verifies.
  public func damagedTrialFile(_ trial: TrialID) -> String { trialFile(trial) + ".damaged" }

  /// Takes a published file out of the results without losing it. An older damaged file of the trial is replaced.
  ///
  /// - Returns: the file's new path.
  /// - Throws: `ResultStoreError` with the system's reason.
  public func setAsideDamaged(_ trial: TrialID) throws(ResultStoreError) -> String {
    let aside = damagedTrialFile(trial)
    try DurableFile.rename(trialFile(trial), to: aside)
    return aside
  }
}
