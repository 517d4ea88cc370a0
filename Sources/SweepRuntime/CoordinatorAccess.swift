import Keys
import ZeroMQ

/// Who may talk to a coordinator: the keys of its list, or, on loopback and by permission, everybody.
struct CoordinatorAccess {
  private var watch: AccessWatch?
  /// What was told already. Bounded: behind a flood of addresses there is no reader.
  private var told: Set<String> = []
  private(set) var refusedCount = 0
  private(set) var failedHandshakes: [HandshakeEvent: Int] = [:]

  static let complaintLimit = 256

  /// - Parameter watch: nil lets everybody in.
  init(_ watch: AccessWatch?) { self.watch = watch }

  /// Whether messages of this key's holder are heard.
  func allows(_ key: CurveKey?) -> Bool { watch?.list.allows(key) ?? true }

  /// Decides about a new connection.
  ///
  /// - Returns: the answer, and a line for the log where this peer was not told of before.
  mutating func decide(_ request: AccessRequest) -> (isAllowed: Bool, line: String?) {
    guard let watch else { return (true, nil) }
    let reason: String
    switch watch.list.verdict(on: request.key) {
    case .allowed: return (true, nil)
    case .revoked(let name): reason = "its key '\(name)' is revoked"
    case .unknown:
      reason = request.key.map { "its key \($0.text) is not in the list of allowed keys" } ?? "it has no key"
    }
    refusedCount += 1
    return (false, once("a connection from \(request.address) is refused: \(reason)"))
  }

  /// A line for a message of a holder whose key is not allowed (any more), where it was not told of before.
  mutating func refuse(_ key: CurveKey?, address: String?) -> String? {
    refusedCount += 1
    let name: String =
      switch watch?.list.verdict(on: key) {
      case .revoked(let name): "the revoked key '\(name)'"
      default: key.map { "the key \($0.text), which is not allowed" } ?? "no key"
      }
    return once("messages from \(address ?? "an unknown place") with \(name) are dropped")
  }

  /// Counts handshakes; tells the first failure of each kind.
  mutating func note(_ event: HandshakeEvent) -> String? {
    // A refused key is told by `decide`, with its name.
    guard event != .succeeded, event != .refused else { return nil }
    failedHandshakes[event, default: 0] += 1
    return once("a connection failed in its handshake: \(event.text); more of the kind are only counted")
  }

  /// Reads the list again if it has changed.
  ///
  /// - Returns: what to log, and the keys that nothing may be sent to any more.
  mutating func refresh() -> (lines: [String], revoked: [CurveKey]) {
    do {
      guard let change = try watch?.refresh() else { return ([], []) }
      // Whoever comes back is told of anew.
      told = []
      return (
        change.revoked.map {
          "the key '\($0.name)' is revoked: its holders get nothing from now on, and their leases run out"
        } + change.added.map { "the key '\($0)' is allowed from now on" },
        change.revoked.map(\.key)
      )
    } catch {
      return (["the list of allowed keys cannot be used, the last good one stays in force: \(error)"], [])
    }
  }

  /// What was turned away, for the last line of a log; nil where nothing was.
  var summary: String? {
    var parts =
      refusedCount > 0 ? ["\(refusedCount) connections or messages of keys that are not allowed"] : []
    let failed = failedHandshakes.values.reduce(0, +)
    if failed > 0 { parts.append("\(failed) failed handshakes") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ") + " were turned away"
  }

  private mutating func once(_ line: String) -> String? {
    guard told.count < Self.complaintLimit, told.insert(line).inserted else { return nil }
    return line
  }
}
