import Scheduling
import Trials
import WireProtocol

extension CoordinatorEvent {
  /// What a message of a known worker means. For `hello` the name inside the message counts.
  /// Nil for words about files, which are the service's own.
  init?(_ message: WorkerMessage, from worker: WorkerID) {
    switch message {
    case .hello(let introduction):
      self = .workerIntroduced(
        WorkerDescription(
          worker: introduction.worker, host: introduction.host, processID: introduction.processID,
          slots: introduction.slots, cpu: introduction.cpu, blas: introduction.blas,
          engineResultVersion: introduction.engineResultVersion, held: introduction.held.map(TrialLease.init))
      )
    case .requestTrial: self = .trialRequested(by: worker)
    case .heartbeat(let leases):
      self = .heartbeatReceived(
        from: worker,
        leases.map { LeaseStanding(lease: TrialLease($0.lease), epoch: $0.epoch, step: $0.step) })
    case .attemptStarted(let lease): self = .attemptStarted(by: worker, TrialLease(lease))
    case .epochMeasured(let lease, let report):
      self = .epochMeasured(
        by: worker, TrialLease(lease), epoch: report.epoch, imagesPerSecond: report.imagesPerSecond,
        metrics: report.metrics)
    case .checkpointWritten(let lease, let epoch, let step):
      self = .checkpointReported(by: worker, TrialLease(lease), epoch: epoch, step: step)
    case .attemptEnded(let lease, let end):
      self = .attemptEndReported(
        by: worker, TrialLease(lease),
        AttemptEndReport(
          cause: end.cause, message: end.message, firstEpoch: end.firstEpoch, lastEpoch: end.lastEpoch,
          lastStep: end.lastStep, peakMemoryMiB: end.peakMemoryMiB,
          result: end.result.map { ResultClaim(byteCount: $0.byteCount, sha256: $0.sha256) },
          logTail: end.logTail))
    case .goodbye: self = .workerLeft(worker)
    case .checkpointOffered, .pieceWanted, .piece, .datasetWanted: return nil
    }
  }
}

extension CoordinatorMessage {
  /// What a reply is on the wire.
  ///
  /// - Parameter fittedPrior: of a grant.
  init(
    _ reply: CoordinatorReply, welcome: Welcome, checkpoints: CheckpointSettings,
    fittedPrior: FittedPrior? = nil
  ) {
    switch reply {
    case .welcome: self = .welcome(welcome)
    case .refused(let reason): self = .refused(reason: reason)
    case .introduceYourself: self = .introduceYourself
    case .grant(let grant):
      self = .grant(
        LeaseGrant(
          lease: HeldLease(grant.lease), trial: grant.trial, sweep: welcome.sweep, attempt: grant.attempt,
          earlierAttempts: grant.earlierAttempts, checkpoints: checkpoints,
          memoryLimitMiB: grant.memoryLimitMiB, secondsLeft: grant.secondsLeft,
          fittedPrior: fittedPrior))
    case .nothingNow: self = .nothingNow
    case .sweepOver: self = .sweepOver
    case .endAcknowledged(let lease, .accepted): self = .endAcknowledged(HeldLease(lease), .accepted)
    case .endAcknowledged(let lease, .stale): self = .endAcknowledged(HeldLease(lease), .stale)
    case .endAcknowledged(let lease, .rejected(let reason)):
      self = .endAcknowledged(HeldLease(lease), .rejected(reason: reason))
    case .abandon(let lease): self = .abandon(HeldLease(lease))
    case .endAttempt(let lease, .paused): self = .endAttempt(HeldLease(lease), .paused)
    case .endAttempt(let lease, .pruned(let rung, let reason)):
      self = .endAttempt(HeldLease(lease), .pruned(rung: rung, reason: reason))
    case .nodeSetAside(let reason): self = .nodeSetAside(reason: reason)
    }
  }
}
