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

  /// A short name of a trial of this plan, as in `IGR_I_Dis temp=0.1 seed=2`.
  public func label(of trial: Trial) -> String { varying.label(of: trial.configuration) }
}
