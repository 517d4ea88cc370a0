import ZeroMQ

/// What an agent makes of handshakes that fail: before its first welcome a refusal is final, because a person has just
/// given it the wrong key; later it may be a coordinator that is being restarted, and patience decides.
struct WorkerHandshakes {
  enum Reaction: Hashable {
    case nothing
    case tell(String)
    case end(reason: String)
  }

  var wasWelcomed = false
  private var told: Set<HandshakeEvent> = []

  mutating func note(_ event: HandshakeEvent) -> Reaction {
    switch event {
    case .succeeded:
      told = []
      return .nothing
    case .refused where !wasWelcomed:
      return .end(
        reason: "its key is not among those that are allowed there, or is revoked; see 'igr keys --help'")
    case .mechanismMismatch where !wasWelcomed:
      return .end(
        reason: "only one of the two sides uses keys: give both the same --keys DIR, or neither")
    default: break
    }
    guard told.insert(event).inserted else { return .nothing }
    switch event {
    case .refused: return .tell("the coordinator does not allow this worker's key any more; trying again")
    case .cryptographic, .brokenOff:
      return .tell(
        "no connection: \(event.text); if this goes on, --keys holds the public key of another coordinator; trying"
          + " again")
    default: return .tell("no connection: \(event.text); trying again")
    }
  }
}
