/// Which of a trial's checkpoints to send, and when: one at a time, the newest one next, and no more often than asked for.
///
/// Events and the time go in; what is to be offered now comes out.
public struct CheckpointShipping: Hashable, Sendable {
  public struct Place: Hashable, Sendable {
    public var epoch: Int
    public var step: Int

    public init(epoch: Int, step: Int) {
      self.epoch = epoch
      self.step = step
    }
  }

  /// From the beginning of one transfer to the beginning of the next, at least.
  public let interval: Duration
  private var newest: Place?
  private var underWay: Place?
  /// The last one that the other side has, or did not want.
  private var settled: Place?
  private var lastBegan: Duration?
  private var isHurried = false

  public init(interval: Duration) { self.interval = interval }

  /// Whether the newest checkpoint has been settled.
  public var isSettled: Bool { underWay == nil && newest == settled }

  /// When `timePassed` is due at the latest; nil when nothing waits.
  public var nextDeadline: Duration? {
    guard underWay == nil, newest != settled, let lastBegan else { return nil }
    return lastBegan + interval
  }

  /// A checkpoint lies there in place of the one before.
  public mutating func written(_ place: Place, at now: Duration) -> Place? {
    newest = place
    return next(at: now)
  }

  /// The transfer under way is over, well or badly. What was not taken is not offered again.
  public mutating func ended(at now: Duration) -> Place? {
    if let underWay { settled = underWay }
    underWay = nil
    return next(at: now)
  }

  public mutating func timePassed(at now: Duration) -> Place? { next(at: now) }

  /// The attempt ends: what is newest goes now.
  public mutating func hurry(at now: Duration) -> Place? {
    isHurried = true
    return next(at: now)
  }

  private mutating func next(at now: Duration) -> Place? {
    guard underWay == nil, let newest, newest != settled else { return nil }
    if let lastBegan, !isHurried, now - lastBegan < interval { return nil }
    underWay = newest
    lastBegan = now
    return newest
  }
}
