import Trials

extension CoordinatorMessage {
  private enum Kind: UInt8 {
    case welcome = 129
    /// Its number and layout are the same in every version, so that an old worker can read why it is refused.
    case refused, introduceYourself, grant, nothingNow, sweepOver, endAcknowledged, abandon
    case pieceWanted, piece, transferEnded, datasetFiles, endAttempt, nodeSetAside
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
    case .pieceWanted: .pieceWanted
    case .piece: .piece
    case .transferEnded: .transferEnded
    case .datasetFiles: .datasetFiles
    case .endAttempt: .endAttempt
    case .nodeSetAside: .nodeSetAside
    }
  }

  private enum EndingKind: UInt8 { case paused = 0, pruned }

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
      try writer.list(
        welcome.datasets, limit: WireFormat.CountLimit.datasets, "the list of data sets"
      ) { (writer, dataset) throws(WireError) in try writer.dataset(dataset) }
      writer.integer(welcome.pieceBytes)
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
      writer.real(grant.checkpoints.everySeconds)
      writer.flag(grant.checkpoints.ship)
      writer.flag(grant.checkpoints.keepFinal)
      try writer.optional(grant.checkpoint) { (writer, checkpoint) throws(WireError) in
        try writer.checkpoint(checkpoint)
      }
      try writer.optional(grant.memoryLimitMiB) { (writer, value) throws(WireError) in writer.real(value) }
      try writer.optional(grant.secondsLeft) { (writer, value) throws(WireError) in writer.real(value) }
      try writer.optional(grant.fittedPrior) { (writer, prior) throws(WireError) in try writer.prior(prior) }
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
    case .pieceWanted(let sha256, let range):
      try writer.digest(sha256)
      writer.range(range)
    case .piece(let piece): try writer.piece(piece)
    case .transferEnded(let sha256, let verdict):
      try writer.digest(sha256)
      switch verdict {
      case .accepted: writer.number(VerdictKind.accepted.rawValue)
      case .refused(let reason):
        writer.number(VerdictKind.rejected.rawValue)
        try writer.line(reason)
      }
    case .datasetFiles(let dataset, let files):
      try writer.dataset(dataset)
      try writer.list(files, limit: WireFormat.CountLimit.datasetFiles, "the list of files") {
        (writer, file) throws(WireError) in
        try writer.text(file.name, limit: WireFormat.TextLimit.line, "a file's name")
        try writer.claim(file.file)
      }
    case .endAttempt(let lease, let ending):
      try writer.lease(lease)
      switch ending {
      case .paused: writer.number(EndingKind.paused.rawValue)
      case .pruned(let rung, let reason):
        writer.number(EndingKind.pruned.rawValue)
        writer.integer(rung)
        try writer.line(reason)
      }
    case .nodeSetAside(let reason): try writer.line(reason)
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
      self = .welcome(try reader.welcome())
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
    case .pieceWanted: self = .pieceWanted(sha256: try reader.digest(), try reader.range())
    case .piece: self = .piece(try reader.piece())
    case .transferEnded:
      let sha256 = try reader.digest()
      switch VerdictKind(rawValue: try reader.number(UInt8.self)) {
      case .accepted: self = .transferEnded(sha256: sha256, .accepted)
      case .rejected: self = .transferEnded(sha256: sha256, .refused(reason: try reader.line()))
      case .stale, nil: throw reader.malformed("unknown verdict")
      }
    case .datasetFiles: self = .datasetFiles(try reader.dataset(), try reader.datasetFiles())
    case .endAttempt:
      let lease = try reader.lease()
      switch EndingKind(rawValue: try reader.number(UInt8.self)) {
      case .paused: self = .endAttempt(lease, .paused)
      case .pruned:
        self = .endAttempt(lease, .pruned(rung: try reader.integer(), reason: try reader.line()))
      case nil: throw reader.malformed("unknown way to end an attempt")
      }
    case .nodeSetAside: self = .nodeSetAside(reason: try reader.line())
    }
    try reader.finish()
  }
}

extension WireReader {
  fileprivate mutating func welcome() throws(WireError) -> Welcome {
    let welcome = Welcome(
      sweep: try text(limit: WireFormat.TextLimit.name, "the sweep's name"),
      coordinatorEpoch: try number(UInt32.self), heartbeatSeconds: try real(), leaseSeconds: try real(),
      patienceSeconds: try real(),
      datasets: try list(limit: WireFormat.CountLimit.datasets, "the list of data sets") {
        (reader) throws(WireError) in try reader.dataset()
      }, pieceBytes: try integer())
    guard (1...WireFormat.pieceLimit).contains(welcome.pieceBytes) else {
      throw malformed("pieces of \(welcome.pieceBytes) bytes")
    }
    return welcome
  }

  fileprivate mutating func datasetFiles() throws(WireError) -> [DatasetFileClaim] {
    try list(limit: WireFormat.CountLimit.datasetFiles, "the list of files") { (reader) throws(WireError) in
      DatasetFileClaim(
        name: try reader.text(limit: WireFormat.TextLimit.line, "a file's name"), file: try reader.claim())
    }
  }

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
      },
      checkpoints: CheckpointSettings(everySeconds: try real(), ship: try flag(), keepFinal: try flag()),
      checkpoint: try optional { (reader) throws(WireError) in try reader.checkpoint() },
      memoryLimitMiB: try optional { (reader) throws(WireError) in try reader.real() },
      secondsLeft: try optional { (reader) throws(WireError) in try reader.real() },
      fittedPrior: try optional { (reader) throws(WireError) in try reader.prior() })
  }
}
