import Trials

/// All that a worker needs to begin an attempt.
public struct AttemptGrant: Hashable, Sendable {
  public var lease: TrialLease
  public var trial: Trial
  /// Counts the attempts at this trial from 1.
  public var attempt: Int
  public var earlierAttempts: [AttemptRecord]
  /// Resident memory at which the worker ends the child; nil: no limit.
  public var memoryLimitMiB: Double?
  /// What is left of the trial's time; nil: no limit.
  public var secondsLeft: Double?
}

/// What became of a worker's word on an attempt's end.
public enum LeaseVerdict: Hashable, Sendable {
  /// Recorded durably (and published, if it was a result).
  case accepted
  /// The lease was void; the word is recorded and changes nothing.
  case stale
  /// The result did not verify.
  case rejected(reason: String)
}

/// What to tell a worker.
public enum CoordinatorReply: Hashable, Sendable {
  case welcome
  case refused(reason: String)
  case introduceYourself
  case grant(AttemptGrant)
  case nothingNow
  case sweepOver
  case endAcknowledged(TrialLease, LeaseVerdict)
  case abandon(TrialLease)
  /// The lease is to end before its trial does; the worker still reports the attempt's end.
  case endAttempt(TrialLease, LeaseEnding)
  /// The worker's machine gets no more trials.
  case nodeSetAside(reason: String)

  /// Whether whoever hears it relies on the ledger's knowing. A grant may be heard of before: a coordinator that dies
  /// in between takes the lease up again when its worker names it.
  public var tellsWhatIsRecorded: Bool {
    switch self {
    case .welcome, .refused, .introduceYourself, .grant, .nothingNow: false
    case .sweepOver, .endAcknowledged, .abandon, .endAttempt, .nodeSetAside: true
    }
  }
}

/// One line for the coordinator's log.
public struct CoordinatorLogLine: Hashable, Sendable {
  public enum Level: String, Sendable { case info, warning }

  public var level: Level
  public var trial: TrialID?
  /// Number of the attempt, from 1.
  public var attempt: Int?
  public var text: String
}

/// What the shell is to do, as imperatives, in this order with two freedoms and two duties:
/// - `verifyAndPublish` may be performed before records of the same batch are durable; but the record of the lease it
///   rests on must be durable.
/// - every `record` must be durable before a `send` of the same batch leaves whose reply `tellsWhatIsRecorded`; the
///   others may leave at once, in their order, as long as the ledger takes records.
public enum CoordinatorEffect: Hashable, Sendable {
  case record(LedgerRecord)
  case verifyAndPublish(TrialLease, ResultClaim)
  case send(CoordinatorReply, to: WorkerID)
  /// The worker is no longer known; its connection may be forgotten after what was sent before.
  case forget(WorkerID)
  /// What became of a person's order; to be told once the records of the same batch are durable.
  case answer(SweepOrder, text: String)
  case log(CoordinatorLogLine)
}
