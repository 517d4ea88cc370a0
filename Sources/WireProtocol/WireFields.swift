import Trials

/// Fields that several messages share: each is written and read side by side.
extension WireWriter {
  mutating func lease(_ lease: HeldLease) throws(WireError) {
    try text(lease.trial.description, limit: WireFormat.TextLimit.name, "a trial id")
    token(lease.token)
  }

  mutating func token(_ token: FencingToken) {
    number(token.coordinatorEpoch)
    number(token.counter)
  }

  mutating func cause(_ cause: EndCause) throws(WireError) {
    try text(cause.text, limit: WireFormat.TextLimit.name, "a cause")
  }

  mutating func attempt(_ attempt: AttemptRecord) throws(WireError) {
    integer(attempt.number)
    token(attempt.token)
    try text(attempt.worker, limit: WireFormat.TextLimit.name, "a worker's name")
    try line(attempt.host)
    try line(attempt.cpu)
    try line(attempt.blas)
    integer(attempt.threads)
    real(attempt.startedUnixSeconds)
    try optional(attempt.endedUnixSeconds) { (writer, value) throws(WireError) in writer.real(value) }
    try optional(attempt.cause) { (writer, value) throws(WireError) in try writer.cause(value) }
    integer(attempt.firstEpoch)
    integer(attempt.lastEpoch)
    try optional(attempt.peakMemoryMiB) { (writer, value) throws(WireError) in writer.real(value) }
    try line(attempt.message)
  }

  mutating func digest(_ sha256: String) throws(WireError) {
    try text(sha256, limit: WireFormat.TextLimit.digest, "a digest")
  }

  mutating func claim(_ claim: FileClaim) throws(WireError) {
    integer(claim.byteCount)
    try digest(claim.sha256)
  }

  mutating func checkpoint(_ checkpoint: StoredCheckpoint) throws(WireError) {
    try text(checkpoint.trial.description, limit: WireFormat.TextLimit.name, "a trial id")
    for place in [checkpoint.epoch, checkpoint.step] {
      try optional(place) { (writer, value) throws(WireError) in writer.integer(value) }
    }
    try claim(checkpoint.file)
  }

  mutating func dataset(_ dataset: HeldDataset) throws(WireError) {
    try text(dataset.name, limit: WireFormat.TextLimit.line, "a data set's name")
    try text(dataset.digest, limit: WireFormat.TextLimit.name, "a data digest")
  }

  mutating func range(_ range: PieceRange) {
    integer(range.offset)
    integer(range.count)
  }

  mutating func piece(_ piece: FilePiece) throws(WireError) {
    try digest(piece.sha256)
    integer(piece.offset)
    try blob(piece.bytes, limit: WireFormat.pieceLimit, "a piece")
  }

  mutating func trial(_ trial: Trial) throws(WireError) {
    try text(
      trial.configuration.canonicalJSON, limit: WireFormat.TextLimit.configuration, "a trial's configuration")
    try text(trial.dataDigest, limit: WireFormat.TextLimit.name, "a data digest")
    integer(trial.threads)
  }
}

extension WireReader {
  mutating func lease() throws(WireError) -> HeldLease {
    HeldLease(trial: try trialID(), token: try token())
  }

  mutating func trialID() throws(WireError) -> TrialID {
    let text = try text(limit: WireFormat.TextLimit.name, "a trial id")
    guard let trial = TrialID(text) else { throw malformed("a trial id has 16 hexadecimal digits") }
    return trial
  }

  /// Part of file names at the receiver, and therefore nothing but digits.
  mutating func digest() throws(WireError) -> String {
    let text = try text(limit: WireFormat.TextLimit.digest, "a digest")
    let isDigest =
      text.utf8.count == WireFormat.TextLimit.digest
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard isDigest else { throw malformed("a digest has 64 lower-case hexadecimal digits") }
    return text
  }

  mutating func claim() throws(WireError) -> FileClaim {
    FileClaim(byteCount: try place("a file's size"), sha256: try digest())
  }

  mutating func checkpoint() throws(WireError) -> StoredCheckpoint {
    StoredCheckpoint(
      trial: try trialID(),
      epoch: try optional { (reader) throws(WireError) in try reader.integer() },
      step: try optional { (reader) throws(WireError) in try reader.integer() }, file: try claim())
  }

  mutating func dataset() throws(WireError) -> HeldDataset {
    HeldDataset(
      name: try text(limit: WireFormat.TextLimit.line, "a data set's name"),
      digest: try text(limit: WireFormat.TextLimit.name, "a data digest"))
  }

  mutating func range() throws(WireError) -> PieceRange {
    let range = PieceRange(offset: try place("an offset"), count: try integer())
    guard (1...WireFormat.pieceLimit).contains(range.count) else {
      throw malformed("a piece of \(range.count) bytes; between 1 and \(WireFormat.pieceLimit) are possible")
    }
    return range
  }

  mutating func piece() throws(WireError) -> FilePiece {
    FilePiece(
      sha256: try digest(), offset: try place("an offset"),
      bytes: try blob(limit: WireFormat.pieceLimit, "a piece"))
  }

  private mutating func place(_ what: String) throws(WireError) -> Int {
    let value = try integer()
    guard (0...WireFormat.fileLimit).contains(value) else { throw malformed("\(what) of \(value)") }
    return value
  }

  mutating func token() throws(WireError) -> FencingToken {
    FencingToken(coordinatorEpoch: try number(UInt32.self), counter: try number(UInt64.self))
  }

  mutating func cause() throws(WireError) -> EndCause {
    let text = try text(limit: WireFormat.TextLimit.name, "a cause")
    // Compared again, because a number such as +9 would read as 9.
    guard let cause = EndCause(text: text), cause.text == text else { throw malformed("unknown cause") }
    return cause
  }

  mutating func attempt() throws(WireError) -> AttemptRecord {
    AttemptRecord(
      number: try integer(), token: try token(),
      worker: try text(limit: WireFormat.TextLimit.name, "a worker's name"), host: try line(),
      cpu: try line(), blas: try line(), threads: try integer(), startedUnixSeconds: try real(),
      endedUnixSeconds: try optional { (reader) throws(WireError) in try reader.real() },
      cause: try optional { (reader) throws(WireError) in try reader.cause() },
      firstEpoch: try integer(), lastEpoch: try integer(),
      peakMemoryMiB: try optional { (reader) throws(WireError) in try reader.real() }, message: try line())
  }

  /// The configuration is checked as if a person had written it, and must be canonical.
  mutating func trial() throws(WireError) -> Trial {
    let json = try text(limit: WireFormat.TextLimit.configuration, "a trial's configuration")
    let digest = try text(limit: WireFormat.TextLimit.name, "a data digest")
    let threads = try integer()
    guard threads >= 1 else { throw malformed("a trial needs at least 1 thread, found \(threads)") }
    do {
      let configuration = try TrialConfiguration(canonicalJSON: json)
      guard configuration.canonicalJSON == json else {
        throw malformed("the trial's configuration is not canonical")
      }
      return Trial(configuration: configuration, dataDigest: digest, threads: threads)
    } catch let error as ConfigurationError {
      throw malformed("the trial's configuration: \(error)")
    } catch let error as WireError {
      throw error
    } catch {
      throw malformed("\(error)")
    }
  }
}

/// A fitted prior is a list of sticks, each with its mean and log deviation.
extension WireWriter {
  mutating func prior(_ prior: FittedPrior) throws(WireError) {
    try list(Array(zip(prior.mu, prior.xi)), limit: WireFormat.CountLimit.sticks, "the sticks of a prior") {
      (writer, stick) throws(WireError) in
      writer.real(stick.0)
      writer.real(stick.1)
    }
  }
}

extension WireReader {
  mutating func prior() throws(WireError) -> FittedPrior {
    let sticks = try list(limit: WireFormat.CountLimit.sticks, "the sticks of a prior") {
      (reader) throws(WireError) in (mu: try reader.real(), xi: try reader.real())
    }
    return FittedPrior(mu: sticks.map(\.mu), xi: sticks.map(\.xi))
  }
}
