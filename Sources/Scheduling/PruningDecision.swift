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

  /// For a person: why the trial goes on no further, or does.
  public func text(metric: String) -> String {
    let found = "at epoch \(rung) its \(metric) \(Self.short(value))"
    guard let cutoff else { return found + " had nothing to be held against" }
    return found + (verdict == .prune ? " was worse than " : " was not worse than ") + Self.short(cutoff)
  }

  /// As many digits as a person compares: those of a Float32, where it reaches so far.
  private static func short(_ value: Double) -> String {
    let single = Float(value)
    return single.isFinite ? "\(single)" : "\(value)"
  }
}
