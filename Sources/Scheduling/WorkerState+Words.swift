import Trials

extension WorkerState {
  /// The numbers an agent decides with.
  public struct Limits: Hashable, Sendable {
    /// Children at a time.
    public var slots: Int
    /// Interval of signs of life until the coordinator names another.
    public var heartbeat: Duration
    /// How long to go on without a word of the coordinator; nil takes the coordinator's choice.
    public var patience: Duration?
    /// Time for children to write their checkpoints when the agent is asked to end.
    public var grace: Duration
    /// Time for the coordinator to acknowledge the last reports.
    public var farewell: Duration
    /// A child without progress for longer than this, and for longer than `hangFactor` of its median steps, is hung.
    public var hangFloor: Duration
    public var hangFactor: Int

    public init(
      slots: Int, heartbeat: Duration = .seconds(2), patience: Duration? = nil,
      grace: Duration = .seconds(20),
      farewell: Duration = .seconds(5), hangFloor: Duration = .seconds(60), hangFactor: Int = 20
    ) {
      precondition(slots > 0, "an agent has at least one slot")
      self.slots = slots
      self.heartbeat = heartbeat
      self.patience = patience
      self.grace = grace
      self.farewell = farewell
      self.hangFloor = hangFloor
      self.hangFactor = hangFactor
    }
  }

  /// How an attempt ended, as the agent saw it.
  public struct End: Hashable, Sendable {
    public var cause: EndCause
    /// One line for a person; empty on success.
    public var message: String
    public var firstEpoch = 0
    public var lastEpoch = 0
    /// The last finished optimiser step; nil when the child never began.
    public var lastStep: Int?
    /// Only with causes `completed` and `pruned`.
    public var result: ResultClaim?

    init(
      cause: EndCause, message: String = "", firstEpoch: Int = 0, lastEpoch: Int = 0,
      result: ResultClaim? = nil
    ) {
      self.cause = cause
      self.message = message
      self.firstEpoch = firstEpoch
      self.lastEpoch = lastEpoch
      self.result = result
    }
  }

  /// What one attempt may use, by the coordinator's grant.
  public struct Budget: Hashable, Sendable {
    /// Resident memory of the child; nil: no limit.
    public var memoryMiB: Double?
    /// Wall time from its start; nil: no limit.
    public var seconds: Double?

    public init(memoryMiB: Double? = nil, seconds: Double? = nil) {
      self.memoryMiB = memoryMiB
      self.seconds = seconds
    }
  }

  /// A child's last word about itself.
  public enum FinalWord: Hashable, Sendable {
    case completed(ResultClaim)
    /// It was asked to end early, and has written a trial file of what it measured.
    case pruned(ResultClaim)
    /// It was asked to stop, and has written its checkpoint.
    case stopped
    case failed(EndCause, message: String)

    /// In words for a log.
    public var text: String {
      switch self {
      case .completed(let result): "completed, \(result.byteCount) bytes"
      case .pruned(let result): "ended early, \(result.byteCount) bytes"
      case .stopped: "stopped after its checkpoint"
      case .failed(let cause, let message): "\(cause.text): \(message)"
      }
    }
  }

  /// What the system tells of a child's end.
  public enum ChildExit: Hashable, Sendable {
    case exited(code: Int32)
    case signalled(number: Int32)
  }

  public enum StopReason: Hashable, Sendable {
    case terminate
    case interrupt
    /// The process that started the agent is gone.
    case parentGone

    var text: String {
      switch self {
      case .terminate: "asked to end (SIGTERM)"
      case .interrupt: "interrupted (SIGINT)"
      case .parentGone: "the process that started this worker is gone"
      }
    }
  }

  /// How the agent's own process ends.
  public enum Exit: Hashable, Sendable {
    /// The sweep is over, or the agent was asked to end and gave its leases back.
    case done
    /// The coordinator does not want this agent.
    case refused(reason: String)
    /// Patience is over, or a second interrupt; trials can be continued from their checkpoints.
    case interrupted
  }

  public enum Event: Hashable, Sendable {
    // The coordinator's words.
    case welcomed(heartbeat: Duration, patience: Duration)
    case introductionAsked
    case refused(reason: String)
    case granted(TrialLease, Budget = Budget())
    case nothingNow
    case sweepOver
    case endAcknowledged(TrialLease, LeaseVerdict)
    case abandoned(TrialLease)
    case endAsked(TrialLease, LeaseEnding)
    case nodeSetAside(reason: String)
    // The children's words.
    case childBegan(TrialLease, epoch: Int, step: Int)
    case childStepped(TrialLease, epoch: Int, step: Int)
    case childEvaluated(TrialLease)
    case childMeasured(TrialLease, epoch: Int, imagesPerSecond: Double, metrics: [String: Double])
    case childWroteCheckpoint(TrialLease, epoch: Int, step: Int)
    case childNotStarted(TrialLease, message: String)
    /// The child is reaped and its last word, if it had one, is read. `outOfMemory`: what shows that the system's
    /// out-of-memory killer ended it, in words.
    case childEnded(TrialLease, word: FinalWord?, exit: ChildExit, outOfMemory: String? = nil)
    // The shell's.
    /// It is not known yet whether this machine has what trials need: none are asked for.
    case preparing
    /// It has.
    case prepared
    // The system's.
    /// Answer to `measureMemory`.
    case childUsesMemory(TrialLease, residentMiB: Double)
    case stopRequested(StopReason)
    case timePassed
  }

  public enum Message: Hashable, Sendable {
    case hello([TrialLease])
    case requestTrial
    case heartbeat([LeaseStanding])
    case attemptStarted(TrialLease)
    case epochMeasured(TrialLease, epoch: Int, imagesPerSecond: Double, metrics: [String: Double])
    case checkpointWritten(TrialLease, epoch: Int, step: Int)
    case attemptEnded(TrialLease, End)
    case goodbye
  }

  public enum Action: Hashable, Sendable {
    case send(Message)
    case startChild(TrialLease)
    /// SIGTERM: write a checkpoint and end.
    case askChildToStop(TrialLease)
    /// Write a trial file of what was measured up to the epoch and end.
    case askChildToEndEarly(TrialLease, rung: Int, reason: String)
    /// Look how much memory the child has.
    case measureMemory(TrialLease)
    /// SIGKILL to the child's process group.
    case killChild(TrialLease)
    case removeCheckpoint(TrialID)
    case log(TrialLease?, String)
    case end(Exit)
  }
}
