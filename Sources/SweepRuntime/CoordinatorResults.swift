import ResultStore
import Scheduling
import Trials

/// Results as the coordinator sees them: what is there when it begins, and what it publishes.
///
/// Used on the coordinator's thread.
public protocol CoordinatorResults {
  /// Which of the sweep's trials have a good result.
  ///
  /// - Throws: `CoordinatorError` where that cannot be told.
  func findVerified(of sweep: Sweep, log: CoordinatorLog) throws(CoordinatorError) -> [TrialSummary]

  /// Verifies what a worker claims to have finished and gives it its final name.
  ///
  /// - Returns: `resultVerified` or `resultRefused` for the state machine, and what the result holds where it is good.
  func publish(_ lease: TrialLease, _ claim: ResultClaim) -> (CoordinatorEvent, TrialSummary?)
}

/// Trial files in a results folder.
struct FolderResults: CoordinatorResults {
  let paths: RunPaths

  /// A file that does not verify is set aside, so that its trial runs again; files of trials that the sweep no longer
  /// names stay as they are.
  ///
  /// - Throws: `CoordinatorError` for a file that a newer program wrote, and when the folder cannot be read.
  func findVerified(of sweep: Sweep, log: CoordinatorLog) throws(CoordinatorError) -> [TrialSummary] {
    do {
      try paths.removeLeftovers()
      let planned = Set(sweep.trials.map(\.id))
      var verified: [TrialSummary] = []
      for trial in try paths.publishedTrials() where planned.contains(trial) {
        if let summary = try verify(trial, log: log) { verified.append(summary) }
      }
      return verified
    } catch {
      throw CoordinatorError(.environment, "\(error)")
    }
  }

  private func verify(_ trial: TrialID, log: CoordinatorLog) throws(ResultStoreError) -> TrialSummary? {
    let reason: String
    do {
      let summary = try TrialFile.verify(paths.trialFile(trial))
      if summary.trial.id == trial, [.completed, .pruned].contains(summary.state) { return summary }
      reason = "it holds trial \(summary.trial.id), \(summary.state)"
    } catch {
      switch error.code {
      // Neither is the file's fault; setting it aside would lose a good result.
      case .newerSchema, .disk: throw error
      default: reason = "\(error)"
      }
    }
    let aside = try paths.setAsideDamaged(trial)
    log.warning(
      "its result does not verify (\(reason)): moved to \(aside), the trial runs again", trial: trial)
    return nil
  }

  func publish(_ lease: TrialLease, _ claim: ResultClaim) -> (CoordinatorEvent, TrialSummary?) {
    do {
      let summary = try TrialFile.publish(
        lease.trial, token: lease.token,
        announced: FileFingerprint(byteCount: claim.byteCount, sha256: claim.sha256), in: paths)
      return (.resultVerified(lease), summary)
    } catch {
      return (.resultRefused(lease, reason: "\(error)"), nil)
    }
  }
}
