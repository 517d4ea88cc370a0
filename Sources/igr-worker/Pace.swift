/// Lets something happen at most once in an interval.
struct Pace {
  let interval: Duration
  private var last: ContinuousClock.Instant?

  /// - Parameter start: counts as the last time; nil makes the first time due at once.
  init(every interval: Duration, since start: ContinuousClock.Instant? = nil) {
    self.interval = interval
    last = start
  }

  /// Begins the next interval after something that took its time: at least four times as long as it took, so that it
  /// never takes more than a fifth of all time.
  mutating func restart(after cost: Duration, at now: ContinuousClock.Instant) {
    last = now + max(.zero, cost * 4 - interval)
  }

  /// Whether it is time, and if so, begins the next interval.
  mutating func isDue(at now: ContinuousClock.Instant) -> Bool {
    if let last, last.duration(to: now) < interval { return false }
    last = now
    return true
  }
}
