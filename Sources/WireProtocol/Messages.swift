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
  /// A checkpoint of this lease's trial is ready to be asked for, piece by piece.
  case checkpointOffered(HeldLease, StoredCheckpoint)
  /// Asks for bytes of a file that the coordinator has.
  case pieceWanted(WantedFile, PieceRange)
  /// Bytes that the coordinator asked for.
  case piece(FilePiece)
  /// Asks which files make up a data set of the sweep that this worker lacks.
  case datasetWanted(HeldDataset)
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
  /// Asks for bytes of a result or a checkpoint that the worker has named.
  case pieceWanted(sha256: String, PieceRange)
  /// Bytes that the worker asked for.
  case piece(FilePiece)
  /// Nothing more will be asked of the file that the worker offered, or be given of the file that it wanted.
  case transferEnded(sha256: String, TransferVerdict)
  /// Answer to `datasetWanted`.
  case datasetFiles(HeldDataset, [DatasetFileClaim])
  /// The attempt is to end before its trial does; the worker still reports its end. Repeated until it does.
  case endAttempt(HeldLease, AttemptEnding)
  /// The worker's machine gets no more trials of this sweep; leases that are out may end.
  case nodeSetAside(reason: String)
}

/// How an attempt is to end by the coordinator's will.
public enum AttemptEnding: Hashable, Sendable {
  /// Write a checkpoint and give the lease back.
  case paused
  /// Write a trial file of what was measured up to the epoch `rung`, with status `pruned` and the reason, one line for
  /// a person.
  case pruned(rung: Int, reason: String)
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
  /// Version of the program.
  public var program: String
  /// The machine's architecture, as `x86_64`, and the CPU's features that kernels choose by, as `avx2 fma`.
  public var architecture: String
  public var cpuFeatures: String
  /// Whether the worker writes into the coordinator's own results folder, so that no file has to be sent.
  public var sharesResults: Bool
  /// Those data sets of the sweep that the worker has.
  public var datasets: [HeldDataset]

  public init(
    worker: WorkerID, host: String, processID: Int32, slots: Int, cpu: String, blas: String,
    engineResultVersion: Int, held: [HeldLease], program: String = EngineVersion.program,
    architecture: String = "", cpuFeatures: String = "", sharesResults: Bool = true,
    datasets: [HeldDataset] = []
  ) {
    self.worker = worker
    self.host = host
    self.processID = processID
    self.slots = slots
    self.cpu = cpu
    self.blas = blas
    self.engineResultVersion = engineResultVersion
    self.held = held
    self.program = program
    self.architecture = architecture
    self.cpuFeatures = cpuFeatures
    self.sharesResults = sharesResults
    self.datasets = datasets
  }
}

public struct Welcome: Hashable, Sendable {
  public var sweep: String
  public var coordinatorEpoch: UInt32
  public var heartbeatSeconds: Double
  public var leaseSeconds: Double
  /// How long the worker goes on without a word of the coordinator before it checkpoints and ends.
  public var patienceSeconds: Double
  /// Data sets that trials of the sweep train on.
  public var datasets: [HeldDataset]
  /// Bytes of a file that are asked for at a time.
  public var pieceBytes: Int

  public init(
    sweep: String, coordinatorEpoch: UInt32, heartbeatSeconds: Double, leaseSeconds: Double,
    patienceSeconds: Double, datasets: [HeldDataset] = [], pieceBytes: Int = WireFormat.pieceLimit
  ) {
    self.sweep = sweep
    self.coordinatorEpoch = coordinatorEpoch
    self.heartbeatSeconds = heartbeatSeconds
    self.leaseSeconds = leaseSeconds
    self.patienceSeconds = patienceSeconds
    self.datasets = datasets
    self.pieceBytes = pieceBytes
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
  public var checkpoints: CheckpointSettings
  /// The checkpoint that the coordinator has for this trial; nil: begin anew, or from what lies in a shared folder.
  public var checkpoint: StoredCheckpoint?
  /// Resident memory at which the worker ends the child, in MiB; nil: no limit.
  public var memoryLimitMiB: Double?
  /// What is left of the trial's time, all its attempts together; nil: no limit.
  public var secondsLeft: Double?
  /// What the trial's `priorFit` found; nil where it has none.
  public var fittedPrior: FittedPrior?

  public init(
    lease: HeldLease, trial: Trial, sweep: String, attempt: Int, earlierAttempts: [AttemptRecord],
    checkpoints: CheckpointSettings = CheckpointSettings(), checkpoint: StoredCheckpoint? = nil,
    memoryLimitMiB: Double? = nil, secondsLeft: Double? = nil,
    fittedPrior: FittedPrior? = nil
  ) {
    self.fittedPrior = fittedPrior
    self.lease = lease
    self.trial = trial
    self.sweep = sweep
    self.attempt = attempt
    self.earlierAttempts = earlierAttempts
    self.checkpoints = checkpoints
    self.checkpoint = checkpoint
    self.memoryLimitMiB = memoryLimitMiB
    self.secondsLeft = secondsLeft
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
  /// The complete, synced result under its temporary name; only with causes `completed` and `pruned`.
  public var result: FileClaim?
  /// The last lines of the child's log, at most 200; only on failure.
  public var logTail: [String]

  public init(
    cause: EndCause, message: String = "", firstEpoch: Int = 0, lastEpoch: Int = 0, lastStep: Int? = nil,
    peakMemoryMiB: Double? = nil, result: FileClaim? = nil, logTail: [String] = []
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

public enum EndVerdict: Hashable, Sendable {
  /// Recorded durably (and published, if it was a result).
  case accepted
  /// The lease was void; the word is recorded and changes nothing.
  case stale
  /// The result did not verify; the trial will be tried again.
  case rejected(reason: String)
}
