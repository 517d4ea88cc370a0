/// When an event happened. Time is an argument here: the shell reads the clocks.
public struct Moment: Hashable, Sendable {
  /// Since any fixed origin; never runs backwards. Leases are measured with it.
  public var monotonic: Duration
  /// Seconds since 1970-01-01 UTC, for records that people read.
  public var unixSeconds: Double

  public init(monotonic: Duration, unixSeconds: Double) {
    self.monotonic = monotonic
    self.unixSeconds = unixSeconds
  }
}
