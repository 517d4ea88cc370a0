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

  mutating func trial(_ trial: Trial) throws(WireError) {
    try text(
      trial.configuration.canonicalJSON, limit: WireFormat.TextLimit.configuration, "a trial's configuration")
    try text(trial.dataDigest, limit: WireFormat.TextLimit.name, "a data digest")
    integer(trial.threads)
  }
}

extension WireReader {
  mutating func lease() throws(WireError) -> HeldLease {
    let text = try text(limit: WireFormat.TextLimit.name, "a trial id")
    guard let trial = TrialID(text) else { throw malformed("a trial id has 16 hexadecimal digits") }
    return HeldLease(trial: trial, token: try token())
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
