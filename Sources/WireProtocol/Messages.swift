import Trials

/// What a worker tells the coordinator. Every message but `hello` comes from a worker that was welcomed.
public enum WorkerMessage: Hashable, Sendable {
  /// First word, and the answer to `introduceYourself`.
  case hello(WorkerIntroduction)
  /// The worker has a free slot and wants a lease.
  case requestTrial
  /// Sign of life; names every lease the worker still works on, which keeps these leases alive.
  case heartbeat([LeaseProgress])
  /// The child process of this lease trains.
  case attemptStarted(HeldLease)
  /// An epoch was measured.
  case epochMeasured(HeldLease, EpochReport)
  /// A checkpoint of this lease's trial is complete and synced.
  case checkpointWritten(HeldLease, epoch: Int, step: Int)
  /// The attempt is over, well or badly. Repeated until acknowledged.
  case attemptEnded(HeldLease, AttemptEnd)
  /// The worker ends; leases it still holds are given back.
  case goodbye
}

/// What the coordinator tells a worker.
public enum CoordinatorMessage: Hashable, Sendable {
  /// Answer to `hello`.
  case welcome(Welcome)
  /// The worker may not take part; it ends with this reason.
  case refused(reason: String)
  /// The coordinator does not know this worker (it was restarted, or the worker had been given up).
  case introduceYourself
  case grant(LeaseGrant)
  /// Nothing to lease now; the coordinator grants by itself as soon as there is.
  case nothingNow
  /// Every trial is in a final state; the worker ends.
  case sweepOver
  /// Answer to `attemptEnded`.
  case endAcknowledged(HeldLease, EndVerdict)
  /// The lease is void: end the child without a result.
  case abandon(HeldLease)
}

/// One lease in a worker's hands.
public struct HeldLease: Hashable, Sendable {
  public let trial: TrialID
  public let token: FencingToken

  public init(trial: TrialID, token: FencingToken) {
    self.trial = trial
    self.token = token
  }
}

public struct WorkerIntroduction: Hashable, Sendable {
  public var worker: WorkerID
  public var host: String
  public var processID: Int32
  public var slots: Int
  /// CPU type as the kernel tells it, kernel target and BLAS build, recorded with each attempt.
  public var cpu: String
  public var blas: String
  public var engineResultVersion: Int
  /// Leases the worker still works on or has a result for: a restarted coordinator lets it keep them.
  public var held: [HeldLease]

  public init(
    worker: WorkerID, host: String, processID: Int32, slots: Int, cpu: String, blas: String,
    engineResultVersion: Int, held: [HeldLease]
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

public struct Welcome: Hashable, Sendable {
  public var sweep: String
  public var coordinatorEpoch: UInt32
  public var heartbeatSeconds: Double
  public var leaseSeconds: Double
  /// How long the worker goes on without a word of the coordinator before it checkpoints and ends.
  public var patienceSeconds: Double

  public init(
    sweep: String, coordinatorEpoch: UInt32, heartbeatSeconds: Double, leaseSeconds: Double,
    patienceSeconds: Double
  ) {
    self.sweep = sweep
    self.coordinatorEpoch = coordinatorEpoch
    self.heartbeatSeconds = heartbeatSeconds
    self.leaseSeconds = leaseSeconds
    self.patienceSeconds = patienceSeconds
  }
}

/// How far a lease's training is. `step` only grows while the child makes progress.
public struct LeaseProgress: Hashable, Sendable {
  public var lease: HeldLease
  public var epoch: Int
  public var step: Int

  public init(lease: HeldLease, epoch: Int, step: Int) {
    self.lease = lease
    self.epoch = epoch
    self.step = step
  }
}

public struct EpochReport: Hashable, Sendable {
  public var epoch: Int
  public var imagesPerSecond: Double
  /// By metric name; what was not measured is absent.
  public var metrics: [String: Double]

  public init(epoch: Int, imagesPerSecond: Double, metrics: [String: Double]) {
    self.epoch = epoch
    self.imagesPerSecond = imagesPerSecond
    self.metrics = metrics
  }
}

/// A right to work on one attempt, and all that is needed to do so.
public struct LeaseGrant: Hashable, Sendable {
  public var lease: HeldLease
  public var trial: Trial
  public var sweep: String
  /// Counts the attempts at this trial from 1.
  public var attempt: Int
  /// Earlier attempts, for the provenance in the trial file.
  public var earlierAttempts: [AttemptRecord]
  public var checkpointEverySeconds: Double

  public init(
    lease: HeldLease, trial: Trial, sweep: String, attempt: Int, earlierAttempts: [AttemptRecord],
    checkpointEverySeconds: Double
  ) {
    self.lease = lease
    self.trial = trial
    self.sweep = sweep
    self.attempt = attempt
    self.earlierAttempts = earlierAttempts
    self.checkpointEverySeconds = checkpointEverySeconds
  }
}

/// How an attempt ended, as the agent saw it.
public struct AttemptEnd: Hashable, Sendable {
  public var cause: EndCause
  /// One line for a person; empty on success.
  public var message: String
  public var firstEpoch: Int
  public var lastEpoch: Int
  /// The trial's last finished optimiser step, where the worker knows it.
  public var lastStep: Int?
  public var peakMemoryMiB: Double?
  /// The complete, synced result under its temporary name; only with cause `completed`.
  public var result: ResultFile?
  /// The last lines of the child's log, at most 200; only on failure.
  public var logTail: [String]

  public init(
    cause: EndCause, message: String = "", firstEpoch: Int = 0, lastEpoch: Int = 0, lastStep: Int? = nil,
    peakMemoryMiB: Double? = nil, result: ResultFile? = nil, logTail: [String] = []
  ) {
    self.cause = cause
    self.message = message
    self.firstEpoch = firstEpoch
    self.lastEpoch = lastEpoch
    self.lastStep = lastStep
    self.peakMemoryMiB = peakMemoryMiB
    self.result = result
    self.logTail = logTail
  }
}

/// A finished file before it is published. It lies under the temporary name that its trial and token decide
/// (`RunPaths.incomingTrialFile`), so that no message can name another path.
public struct ResultFile: Hashable, Sendable {
  public var byteCount: Int
  /// 64 hexadecimal digits.
  public var sha256: String

  public init(byteCount: Int, sha256: String) {
    self.byteCount = byteCount
    self.sha256 = sha256
  }
}

public enum EndVerdict: Hashable, Sendable {
  /// Recorded durably (and published, if it was a result).
  case accepted
  /// The lease was void; the word is recorded and changes nothing.
  case stale
  /// The result did not verify; the trial will be tried again.
  case rejected(reason: String)
}
