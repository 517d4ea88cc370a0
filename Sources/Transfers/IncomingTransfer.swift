/// One file on its way to this side, piece by piece: which bytes to ask for, which to keep, and when it is whole.
///
/// The receiver asks and the sender answers, so nothing arrives that there is no room for. Bytes are kept in their order
/// only: what comes twice or too early is dropped, what was lost is asked for again. What is kept of a transfer that broke
/// off is its first bytes, with which the next one begins.
///
/// Events and the time go in, actions come out; times are measured from any fixed instant and never go back.
public struct IncomingTransfer: Hashable, Sendable {
  public struct Limits: Hashable, Sendable {
    /// Bytes of one piece.
    public var pieceBytes: Int
    /// Pieces that are asked for and not there yet, at most.
    public var window: Int
    /// How long no byte may come before everything that is missing is asked for again.
    public var stall: Duration
    /// Stalls in a row after which it is given up.
    public var stallsAtMost: Int
    /// Times that a file with a wrong digest is fetched from its first byte, the first time included.
    public var fetchesAtMost: Int

    // Four pieces keep a connection of 1 Gbit/s and 30 ms busy; three fetches tell bad luck from a bad disk.
    public init(
      pieceBytes: Int = 1 << 20, window: Int = 4, stall: Duration = .seconds(3), stallsAtMost: Int = 20,
      fetchesAtMost: Int = 3
    ) {
      precondition(pieceBytes > 0 && window > 0 && fetchesAtMost > 0)
      self.pieceBytes = pieceBytes
      self.window = window
      self.stall = stall
      self.stallsAtMost = stallsAtMost
      self.fetchesAtMost = fetchesAtMost
    }
  }

  public enum Action: Hashable, Sendable {
    case ask(offset: Int, count: Int)
    /// Keep these bytes; they continue what is there.
    case append([UInt8])
    /// Every byte is there: compare the digest, then say `verified`.
    case verify
    /// Throw away what is there.
    case startOver
    /// The file is whole and right.
    case finish
    case giveUp(reason: String)
  }

  private enum Phase: Hashable {
    case receiving, verifying, over
  }

  public let byteCount: Int
  public let limits: Limits
  /// Bytes that are there, from the first one on.
  public private(set) var received: Int
  /// Pieces that did not continue what was there.
  public private(set) var droppedCount = 0
  private var asked: Int
  private var phase = Phase.receiving
  private var lastProgress: Duration
  private var stalls = 0
  private var fetches = 1

  /// - Parameters:
  ///   - existing: bytes that an earlier transfer has left; more than `byteCount` are none.
  public init(byteCount: Int, existing: Int = 0, limits: Limits = Limits(), at now: Duration) {
    precondition(byteCount >= 0 && existing >= 0)
    self.byteCount = byteCount
    self.limits = limits
    received = existing > byteCount ? 0 : existing
    asked = received
    lastProgress = now
  }

  public var isOver: Bool { phase == .over }

  /// When `timePassed` is due at the latest; nil when it waits for no time.
  public var nextDeadline: Duration? { phase == .receiving ? lastProgress + limits.stall : nil }

  /// The first actions, and those after a reconnect: what was asked of a connection that is gone will not come.
  public mutating func begin(at now: Duration) -> [Action] {
    guard phase == .receiving else { return [] }
    asked = received
    lastProgress = now
    return proceed()
  }

  /// - Parameter offset: of the first of the bytes in the file.
  public mutating func arrived(_ bytes: [UInt8], at offset: Int, _ now: Duration) -> [Action] {
    guard phase == .receiving, offset == received, !bytes.isEmpty, bytes.count <= byteCount - received else {
      droppedCount += 1
      return []
    }
    received += bytes.count
    asked = max(asked, received)
    lastProgress = now
    stalls = 0
    return [.append(bytes)] + proceed()
  }

  /// Answer to `verify`.
  public mutating func verified(_ isRight: Bool, at now: Duration) -> [Action] {
    guard phase == .verifying else { return [] }
    if isRight {
      phase = .over
      return [.finish]
    }
    guard fetches < limits.fetchesAtMost else {
      phase = .over
      return [.startOver, .giveUp(reason: "its SHA-256 was wrong \(fetches) times")]
    }
    fetches += 1
    (received, asked) = (0, 0)
    phase = .receiving
    lastProgress = now
    return [.startOver] + proceed()
  }

  public mutating func timePassed(at now: Duration) -> [Action] {
    guard phase == .receiving, now - lastProgress >= limits.stall else { return [] }
    stalls += 1
    guard stalls <= limits.stallsAtMost else {
      phase = .over
      return [.giveUp(reason: "no byte came for \(limits.stall * limits.stallsAtMost)")]
    }
    return begin(at: now)
  }

  private mutating func proceed() -> [Action] {
    if received == byteCount {
      phase = .verifying
      return [.verify]
    }
    var actions: [Action] = []
    while asked < byteCount, asked - received < limits.window * limits.pieceBytes {
      let count = min(limits.pieceBytes, byteCount - asked)
      actions.append(.ask(offset: asked, count: count))
      asked += count
    }
    return actions
  }
}
