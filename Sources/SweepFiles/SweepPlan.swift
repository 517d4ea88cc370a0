import Trials

/// The trials a sweep file stands for.
public struct SweepPlan: Sendable {
  public let sweep: Sweep
  /// What the author may not have meant; the plan holds nevertheless. Each begins with its place.
  public let warnings: [String]
  /// Which hyperparameters tell the trials apart.
  public let varying: VaryingHyperparameters
  /// SHA-256 of the file and its overrides as 64 hexadecimal digits.
  public let digest: String
  /// How many trials `exclude` took out.
  public let excludedCount: Int
  /// How many trials were equal to others once `when` had dropped names, and so are one with them.
  public let mergedCount: Int
  /// Images of data sets whose files alone tell how many there are, as far as they were asked; by `dataset_name`.
  let trainingImageCounts: [String: Int]
  /// Which hyperparameters tell the prior fits apart.
  let varyingFits: VaryingHyperparameters
  /// Prior fits, as `sweep.fits`.
  let fits: Set<TrialID>

  /// A short name of a trial of this plan, as in `IGR_I_Dis temp=0.1 seed=2` or, for a fit that others wait for,
  /// `prior_fit IGR_I n_required=9`.
  public func label(of trial: Trial) -> String {
    guard fits.contains(trial.id) else { return varying.label(of: trial.configuration) }
    return "prior_fit " + varyingFits.label(of: trial.configuration)
  }
}
