import Trials

extension CoordinatorMessage {
  private enum Kind: UInt8 {
    case welcome = 129
    /// Its number and layout are the same in every version, so that an old worker can read why it is refused.
    case refused, introduceYourself, grant, nothingNow, sweepOver, endAcknowledged, abandon
  }

  private var kind: Kind {
    switch self {
    case .welcome: .welcome
    case .refused: .refused
    case .introduceYourself: .introduceYourself
    case .grant: .grant
    case .nothingNow: .nothingNow
    case .sweepOver: .sweepOver
    case .endAcknowledged: .endAcknowledged
    case .abandon: .abandon
    }
  }

  private enum VerdictKind: UInt8 {
    case accepted = 0
    case stale, rejected
  }

  /// One payload frame (docs/design/0001-wire-protocol.md). Texts for people are cut where they are too long.
  ///
  /// - Throws: `WireError.oversized` for more than a payload or a field may hold.
  public func encoded() throws(WireError) -> [UInt8] {
    var writer = WireWriter(type: kind.rawValue)
    switch self {
    case .welcome(let welcome):
      try writer.text(welcome.sweep, limit: WireFormat.TextLimit.name, "the sweep's name")
      writer.number(welcome.coordinatorEpoch)
      writer.real(welcome.heartbeatSeconds)
      writer.real(welcome.leaseSeconds)
      writer.real(welcome.patienceSeconds)
    case .refused(let reason): try writer.line(reason)
    case .introduceYourself, .nothingNow, .sweepOver: break
    case .grant(let grant):
      try writer.lease(grant.lease)
      try writer.trial(grant.trial)
      try writer.text(grant.sweep, limit: WireFormat.TextLimit.name, "the sweep's name")
      writer.integer(grant.attempt)
      try writer.list(
        grant.earlierAttempts, limit: WireFormat.CountLimit.attempts, "the list of earlier attempts"
      ) { (writer, attempt) throws(WireError) in try writer.attempt(attempt) }
      writer.real(grant.checkpointEverySeconds)
    case .endAcknowledged(let lease, let verdict):
      try writer.lease(lease)
      switch verdict {
      case .accepted: writer.number(VerdictKind.accepted.rawValue)
      case .stale: writer.number(VerdictKind.stale.rawValue)
      case .rejected(let reason):
        writer.number(VerdictKind.rejected.rawValue)
        try writer.line(reason)
      }
    case .abandon(let lease): try writer.lease(lease)
    }
    return try writer.finish()
  }

  /// Reads one payload frame.
  ///
  /// - Throws: `WireError` for everything that `encoded` does not write; never traps, and allocates no more than a
  ///   small multiple of the payload.
  public init(decoding payload: [UInt8]) throws(WireError) {
    var reader = try WireReader(payload)
    if reader.type != Kind.refused.rawValue { try reader.requireOurVersion() }
    guard let kind = Kind(rawValue: reader.type) else {
      throw .malformed("unknown coordinator message type \(reader.type)")
    }
    switch kind {
    case .welcome:
      self = .welcome(
        Welcome(
          sweep: try reader.text(limit: WireFormat.TextLimit.name, "the sweep's name"),
          coordinatorEpoch: try reader.number(UInt32.self), heartbeatSeconds: try reader.real(),
          leaseSeconds: try reader.real(), patienceSeconds: try reader.real()))
    case .refused: self = .refused(reason: try reader.line())
    case .introduceYourself: self = .introduceYourself
    case .grant: self = .grant(try reader.grant())
    case .nothingNow: self = .nothingNow
    case .sweepOver: self = .sweepOver
    case .endAcknowledged:
      let lease = try reader.lease()
      switch VerdictKind(rawValue: try reader.number(UInt8.self)) {
      case .accepted: self = .endAcknowledged(lease, .accepted)
      case .stale: self = .endAcknowledged(lease, .stale)
      case .rejected: self = .endAcknowledged(lease, .rejected(reason: try reader.line()))
      case nil: throw reader.malformed("unknown verdict")
      }
    case .abandon: self = .abandon(try reader.lease())
    }
    try reader.finish()
  }
}

extension WireReader {
  fileprivate mutating func grant() throws(WireError) -> LeaseGrant {
    let lease = try lease()
    let trial = try trial()
    guard trial.id == lease.trial else {
      throw malformed("the lease is for trial \(lease.trial), its configuration is trial \(trial.id)")
    }
    return LeaseGrant(
      lease: lease, trial: trial, sweep: try text(limit: WireFormat.TextLimit.name, "the sweep's name"),
      attempt: try integer(),
      earlierAttempts: try list(limit: WireFormat.CountLimit.attempts, "the list of earlier attempts") {
        (reader) throws(WireError) in try reader.attempt()
      }, checkpointEverySeconds: try real())
  }
}
