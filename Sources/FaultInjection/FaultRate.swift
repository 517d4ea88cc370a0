/// How often something happens on average.
public struct FaultRate: Hashable, Sendable {
  public var perSecond: Double

  public init(perSecond: Double) {
    precondition(perSecond >= 0 && perSecond.isFinite, "a rate is a number from 0")
    self.perSecond = perSecond
  }

  /// Reads `0.1/s`, `6/min`, `30/h`, or a plain number of times per second.
  ///
  /// - Returns: nil for anything else, and above a thousand per second.
  public init?(text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let number = parts.first.flatMap({ Double($0) }), number >= 0, parts.count <= 2 else { return nil }
    let seconds: Double
    switch parts.count == 2 ? parts[1] : "s" {
    case "s": seconds = 1
    case "min": seconds = 60
    case "h": seconds = 3600
    default: return nil
    }
    guard number / seconds <= 1000 else { return nil }
    perSecond = number / seconds
  }
}
