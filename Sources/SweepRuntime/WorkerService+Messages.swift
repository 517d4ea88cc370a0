import Scheduling
import WireProtocol

extension TrialLease {
  init(_ held: HeldLease) { self.init(trial: held.trial, token: held.token) }
}

extension HeldLease {
  init(_ lease: TrialLease) { self.init(trial: lease.trial, token: lease.token) }
}

extension WorkerState.Event {
  /// Nil for words about files, which are the service's own.
  init?(_ message: CoordinatorMessage) {
    switch message {
    case .welcome(let welcome):
      self = .welcomed(
        heartbeat: .seconds(welcome.heartbeatSeconds), patience: .seconds(welcome.patienceSeconds))
    case .refused(let reason): self = .refused(reason: reason)
    case .introduceYourself: self = .introductionAsked
    case .grant(let grant):
      self = .granted(
        TrialLease(grant.lease),
        WorkerState.Budget(memoryMiB: grant.memoryLimitMiB, seconds: grant.secondsLeft))
    case .nothingNow: self = .nothingNow
    case .sweepOver: self = .sweepOver
    case .endAcknowledged(let lease, .accepted): self = .endAcknowledged(TrialLease(lease), .accepted)
    case .endAcknowledged(let lease, .stale): self = .endAcknowledged(TrialLease(lease), .stale)
    case .endAcknowledged(let lease, .rejected(let reason)):
      self = .endAcknowledged(TrialLease(lease), .rejected(reason: reason))
    case .abandon(let lease): self = .abandoned(TrialLease(lease))
    case .endAttempt(let lease, .paused): self = .endAsked(TrialLease(lease), .paused)
    case .endAttempt(let lease, .pruned(let rung, let reason)):
      self = .endAsked(TrialLease(lease), .pruned(rung: rung, reason: reason))
    case .nodeSetAside(let reason): self = .nodeSetAside(reason: reason)
    case .pieceWanted, .piece, .transferEnded, .datasetFiles: return nil
    }
  }
}

extension WorkerMessage {
  /// All but `hello` and `attemptEnded`, which need more than the state knows.
  init(_ message: WorkerState.Message) {
    switch message {
    case .hello, .attemptEnded: preconditionFailure("built by the service: \(message)")
    case .requestTrial: self = .requestTrial
    case .heartbeat(let progress):
      self = .heartbeat(
        progress.map { LeaseProgress(lease: HeldLease($0.lease), epoch: $0.epoch, step: $0.step) })
    case .attemptStarted(let lease): self = .attemptStarted(HeldLease(lease))
    case .epochMeasured(let lease, let epoch, let imagesPerSecond, let metrics):
      self = .epochMeasured(
        HeldLease(lease), EpochReport(epoch: epoch, imagesPerSecond: imagesPerSecond, metrics: metrics))
    case .checkpointWritten(let lease, let epoch, let step):
      self = .checkpointWritten(HeldLease(lease), epoch: epoch, step: step)
    case .goodbye: self = .goodbye
    }
  }
}

extension AttemptEnd {
  init(_ end: WorkerState.End, peakMemoryMiB: Double?, logTail: [String]) {
    self.init(
      cause: end.cause, message: end.message, firstEpoch: end.firstEpoch, lastEpoch: end.lastEpoch,
      lastStep: end.lastStep, peakMemoryMiB: peakMemoryMiB,
      result: end.result.map { FileClaim(byteCount: $0.byteCount, sha256: $0.sha256) },
      logTail: logTail)
  }
}
