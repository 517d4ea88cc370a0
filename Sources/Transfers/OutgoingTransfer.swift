/// One file that this side offers until the other has it, or does not want it.
///
/// The offer is repeated for as long as nobody asks for bytes; the asking itself, and its repetition, is the receiver's
/// (`IncomingTransfer`). Events and the time go in, actions come out.
public struct OutgoingTransfer: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    case offer
    case send(offset: Int, count: Int)
  }

  public let byteCount: Int
  /// Between an offer, or the last question, and the next offer.
  public let interval: Duration
  private var lastHeard: Duration
  /// Whether the other side has said its last word.
  public private(set) var isOver = false
  /// Questions for bytes that the file does not have.
  public private(set) var droppedCount = 0

  public init(byteCount: Int, interval: Duration = .seconds(5), at now: Duration) {
    self.byteCount = byteCount
    self.interval = interval
    lastHeard = now
  }

  /// When the next offer is due; nil when none is.
  public var nextOffer: Duration? { isOver ? nil : lastHeard + interval }

  /// The first offer, and the one after a reconnect.
  public mutating func begin(at now: Duration) -> [Action] {
    guard !isOver else { return [] }
    lastHeard = now
    return [.offer]
  }

  public mutating func wanted(offset: Int, count: Int, at now: Duration) -> [Action] {
    guard !isOver, offset >= 0, count > 0, offset < byteCount else {
      droppedCount += 1
      return []
    }
    lastHeard = now
    return [.send(offset: offset, count: min(count, byteCount - offset))]
  }

  public mutating func timePassed(at now: Duration) -> [Action] {
    guard !isOver, now - lastHeard >= interval else { return [] }
    return begin(at: now)
  }

  public mutating func ended() { isOver = true }
}
