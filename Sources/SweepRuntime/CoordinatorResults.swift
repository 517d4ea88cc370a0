import ResultStore
import Scheduling
import Trials

/// Results as the coordinator sees them: what is there when it begins, and what it publishes.
///
/// Used on the coordinator's thread.
public protocol CoordinatorResults {
  /// Which of the sweep's trials have a good result.
  ///
  /// - Parameters:
  ///   - known: what the ledger keeps of results that were good before.
  ///   - metric: by which a trial is compared with the others.
  /// - Throws: `CoordinatorError` where that cannot be told.
  func findVerified(
    of sweep: Sweep, known: [TrialID: PublishedResult], metric: (Trial) -> Metric, log: CoordinatorLog
  ) throws(CoordinatorError) -> [FoundResult]

  /// Verifies what a worker claims to have finished and gives it its final name.
  func publish(_ lease: TrialLease, _ claim: ResultClaim) -> Publication
}

/// A good result that was there when a coordinator began.
public struct FoundResult: Sendable {
  public var trial: Trial
  public var result: PublishedResult
  /// The ledger does not know it yet.
  public var isNews: Bool

  public init(trial: Trial, result: PublishedResult, isNews: Bool) {
    self.trial = trial
    self.result = result
    self.isNews = isNews
  }
}

/// What became of a claimed result.
public struct Publication: Sendable {
  /// `resultVerified` or `resultRefused`.
  public var verdict: CoordinatorEvent
  /// What it holds, and what the system says of its file, where it is good.
  public var good: (summary: TrialSummary, stamp: FileStamp)?

  public init(_ verdict: CoordinatorEvent, good: (summary: TrialSummary, stamp: FileStamp)? = nil) {
    self.verdict = verdict
    self.good = good
  }
}

/// Trial files in a results folder.
struct FolderResults: CoordinatorResults {
  let paths: RunPaths

  /// A file that does not verify is set aside, so that its trial runs again; files of trials that the sweep no longer
  /// names stay as they are. One that nobody has touched since it was last verified is not read again.
  ///
  /// - Throws: `CoordinatorError` for a file that a newer program wrote, and when the folder cannot be read.
  func findVerified(
    of sweep: Sweep, known: [TrialID: PublishedResult], metric: (Trial) -> Metric, log: CoordinatorLog
  ) throws(CoordinatorError) -> [FoundResult] {
    do {
      try paths.removeLeftovers()
      let folder = try TrialFolder(of: paths)
      let published = Set(try paths.publishedTrials())
      var found: [FoundResult] = []
      found.reserveCapacity(published.count)
      for trial in sweep.trials where published.contains(trial.id) {
        let stamp = folder.stamp(of: trial.id)
        let metric = metric(trial)
        if let stamp, let result = known[trial.id], result.stamp == stamp, result.metric == metric.name,
          [.completed, .pruned].contains(result.state)
        {
          found.append(FoundResult(trial: trial, result: result, isNews: false))
        } else if let summary = try verify(trial.id, log: log), let stamp {
          // A change during the reading gives another stamp the next time.
          found.append(
            FoundResult(
              trial: trial, result: PublishedResult(summary, stamp, comparedBy: metric), isNews: true))
        }
      }
      return found
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

  func publish(_ lease: TrialLease, _ claim: ResultClaim) -> Publication {
    do {
      let summary = try TrialFile.publish(
        lease.trial, token: lease.token,
        announced: FileFingerprint(byteCount: claim.byteCount, sha256: claim.sha256), in: paths)
      // Nobody but this process touches a file under its final name; without a stamp it is only read again once.
      let stamp = FileStamp(ofFileAt: paths.trialFile(lease.trial))
      return Publication(.resultVerified(lease), good: stamp.map { (summary, $0) })
    } catch {
      return Publication(.resultRefused(lease, reason: "\(error)"))
    }
  }
}

extension PublishedResult {
  init(_ summary: TrialSummary, _ stamp: FileStamp, comparedBy metric: Metric) {
    self.init(
      state: summary.state, byteCount: stamp.byteCount, modified: stamp.modified, changed: stamp.changed,
      metric: metric.name, value: summary.metrics[metric.name])
  }

  var stamp: FileStamp { FileStamp(byteCount: byteCount, modified: modified, changed: changed) }
}
