import ResultStore
import Scheduling
import Trials

/// What a trial takes over from other trials of the folder before it begins.
extension CoordinatorService {
  /// Puts the checkpoint in place that a trial with more epochs begins at, and reads the prior that another trial has
  /// fitted.
  ///
  /// - Returns: the prior; nil where the trial needs none, or it cannot be read: then the attempt fails for that reason
  ///   and is tried again.
  func prepare(_ grant: AttemptGrant) -> FittedPrior? {
    do {
      if let shorter = try shorterTrials.prepareCheckpoint(of: grant.trial, in: configuration.paths) {
        log.info(
          "trial \(grant.trial.id) goes on from the final checkpoint of \(shorter), which has fewer epochs")
      }
    } catch {
      log.warning(
        "the checkpoint of a shorter trial is of no use, training starts anew: \(error)",
        trial: grant.trial.id)
    }
    guard let fit = grant.trial.configuration.priorFit else { return nil }
    if let prior = fittedPriors[fit] { return prior }
    do {
      let prior = try FittedPrior(readingTrialFile: configuration.paths.trialFile(fit))
      fittedPriors[fit] = prior
      return prior
    } catch {
      log.warning("the prior that \(fit) fitted cannot be read: \(error)", trial: grant.trial.id)
      return nil
    }
  }
}
