import Trials

/// What a worker says of itself when it introduces itself.
public struct WorkerDescription: Hashable, Sendable {
  public var worker: WorkerID
  public var host: String
  public var processID: Int32
  /// Leases it can work on at the same time.
  public var slots: Int
  public var cpu: String
  public var blas: String
  public var engineResultVersion: Int
  /// Leases it still works on or has a result for.
  public var held: [TrialLease]

  public init(
    worker: WorkerID, host: String, processID: Int32, slots: Int, cpu: String, blas: String,
    engineResultVersion: Int, held: [TrialLease]
  ) {
    self.worker = worker
    self.host = host
    self.processID = processID
    self.slots = slots
    self.cpu = cpu
    self.blas = blas
    self.engineResultVersion = engineResultVersion
    self.held = held
  }
}

/// How far a lease's training is, by the worker's word.
public struct LeaseStanding: Hashable, Sendable {
  public var lease: TrialLease
  public var epoch: Int
  public var step: Int

  public init(lease: TrialLease, epoch: Int, step: Int) {
    self.lease = lease
    self.epoch = epoch
    self.step = step
  }
}

/// A finished file before it is published, as the worker described it.
public struct ResultClaim: Hashable, Sendable {
  public var byteCount: Int
  /// 64 hexadecimal digits.
  public var sha256: String

  public init(byteCount: Int, sha256: String) {
    self.byteCount = byteCount
    self.sha256 = sha256
  }
}

/// How an attempt ended, by the worker's word.
public struct AttemptEndReport: Hashable, Sendable {
  public var cause: EndCause
  /// One line for a person; empty on success.
  public var message: String
  public var firstEpoch: Int
  public var lastEpoch: Int
  /// The trial's last finished optimiser step, where the worker knows it.
  public var lastStep: Int?
  public var peakMemoryMiB: Double?
  /// Only with causes `completed` and `pruned`.
  public var result: ResultClaim?
  /// The last lines of the child's log; only on failure.
  public var logTail: [String]
  /// What the first of the sweep's retry rules whose pattern is found in `message` or `logTail` says. Patterns are
  /// matched outside: this module has no regular expressions.
  public var ruling: RetryRule.Action?

  public init(
    cause: EndCause, message: String = "", firstEpoch: Int = 0, lastEpoch: Int = 0, lastStep: Int? = nil,
    peakMemoryMiB: Double? = nil, result: ResultClaim? = nil, logTail: [String] = [],
    ruling: RetryRule.Action? = nil
  ) {
    self.cause = cause
    self.message = message
    self.firstEpoch = firstEpoch
    self.lastEpoch = lastEpoch
    self.lastStep = lastStep
    self.peakMemoryMiB = peakMemoryMiB
    self.result = result
    self.logTail = logTail
    self.ruling = ruling
  }
}

/// What happened to the coordinator, in the past tense.
public enum CoordinatorEvent: Hashable, Sendable {
  case workerIntroduced(WorkerDescription)
  case trialRequested(by: WorkerID)
  /// Names every lease the worker works on; extends these leases and nothing else does.
  case heartbeatReceived(from: WorkerID, [LeaseStanding])
  case attemptStarted(by: WorkerID, TrialLease)
  /// `metrics` by name: what was measured at this epoch's end.
  case epochMeasured(
    by: WorkerID, TrialLease, epoch: Int, imagesPerSecond: Double, metrics: [String: Double] = [:])
  case checkpointReported(by: WorkerID, TrialLease, epoch: Int, step: Int)
  case attemptEndReported(by: WorkerID, TrialLease, AttemptEndReport)
  /// Answer to the effect `verifyAndPublish`: the result lies under its final name, synced.
  case resultVerified(TrialLease)
  /// Answer to the effect `verifyAndPublish`: nothing was published.
  case resultRefused(TrialLease, reason: String)
  /// The worker said goodbye; leases it still holds are given back.
  case workerLeft(WorkerID)
  /// Clock tick; must come at least every half lease time.
  case timePassed
  /// This coordinator is to end: nothing is granted any more; running attempts may still end.
  case stopRequested
  /// A person's word.
  case orderGiven(SweepOrder)
}
