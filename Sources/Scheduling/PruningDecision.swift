import Trials

/// What an early-stopping rule decided about a trial at one training epoch. Made once, recorded durably, and never
/// made again, also when the epoch is measured again after a restart.
public struct PruningDecision: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable { case goOn = "go on", prune }

  /// Training epoch at which the rule looks at trials.
  public var rung: Int
  /// The trial's value that was judged.
  public var value: Double
  /// What it was held against; nil when there was nothing to hold it against yet.
  public var cutoff: Double?
  public var verdict: Verdict
  public var unixSeconds: Double

  public init(rung: Int, value: Double, cutoff: Double?, verdict: Verdict, unixSeconds: Double) {
    self.rung = rung
    self.value = value
    self.cutoff = cutoff
    self.verdict = verdict
    self.unixSeconds = unixSeconds
  }

  /// One line for a person.
  public func text(metric: String) -> String {
    let held = cutoff.map { "held against \($0)" } ?? "nothing to hold it against yet"
    return "\(verdict.rawValue) at epoch \(rung): \(metric) \(value), \(held)"
  }
}
