import ResultStore
import Scheduling
import Trials
import WireProtocol
import ZeroMQ

/// Words about files, which the state machine does not know.
extension CoordinatorService {
  /// A word of a worker whose connection is known.
  func hear(_ message: WorkerMessage, from worker: WorkerID, _ socket: Socket) {
    let now = clock.now.monotonic
    switch message {
    case .hello(let introduction):
      if let reason = otherDatasets(introduction) {
        log.warning("worker \(worker) on \(introduction.host) is refused: \(reason)")
        if let route = peers.route(of: worker) { send(.refused(reason: reason), to: route, socket) }
        peers.forget(worker)
        return
      }
      if introduction.sharesResults { remote.remove(worker) } else { remote.insert(worker) }
      if let event = CoordinatorEvent(message, from: worker) { apply(event, socket) }
      perform(transfers.reconnected(worker, at: now), socket)
    // Whoever is not welcome any more has nothing to say about files.
    case .checkpointOffered, .pieceWanted, .piece, .datasetWanted:
      guard state.knows(worker) else {
        replies.append((.introduceYourself, worker))
        return
      }
      perform(hearOfFile(message, from: worker, at: now), socket)
    default:
      if let event = CoordinatorEvent(message, from: worker) { apply(ruled(event), socket) }
    }
  }

  private func hearOfFile(
    _ message: WorkerMessage, from worker: WorkerID, at now: Duration
  ) -> [CoordinatorTransfers.Outcome] {
    switch message {
    case .checkpointOffered(let held, let checkpoint):
      let lease = TrialLease(held)
      guard sweep.checkpoint.ship, checkpoint.trial == lease.trial, state.isLive(lease, heldBy: worker) else {
        return [
          .send(
            .transferEnded(
              sha256: checkpoint.file.sha256, .refused(reason: "its lease is void or nothing is to be sent")),
            to: worker)
        ]
      }
      return transfers.begin(.checkpoint(lease, checkpoint), from: worker, at: now)
    case .pieceWanted(let file, let range): return transfers.wanted(file, range, by: worker)
    case .piece(let piece): return transfers.arrived(piece, from: worker, at: now)
    case .datasetWanted(let dataset): return transfers.datasetWanted(dataset, by: worker)
    default: return []
    }
  }

  /// Why a worker's data cannot be used; nil where it can.
  private func otherDatasets(_ introduction: WorkerIntroduction) -> String? {
    for theirs in introduction.datasets {
      guard let ours = datasets.first(where: { $0.name == theirs.name }),
        !datasets.contains(theirs)
      else { continue }
      return
        "this sweep trains on \(ours.name) of digest \(ours.digest), the worker has \(theirs.digest): use the same"
        + " files on both, or remove the worker's, so that it fetches the sweep's"
    }
    return nil
  }

  func perform(_ outcomes: [CoordinatorTransfers.Outcome], _ socket: Socket) {
    for outcome in outcomes {
      switch outcome {
      case .send(let message, let worker):
        if let route = peers.route(of: worker) { send(message, to: route, socket) }
      case .resultArrived(let lease, let claim):
        if state.isVerifying(lease) { publish(lease, claim, socket) }
      case .resultFailed(let lease, let reason):
        if state.isVerifying(lease) { apply(.resultRefused(lease, reason: reason), socket) }
      case .log(let text, let trial): log.warning(text, trial: trial)
      }
    }
  }

  func lookAtTransfers(_ socket: Socket) {
    perform(
      transfers.timePassed(at: clock.now.monotonic) { [state] purpose, worker in
        switch purpose {
        case .result(let lease, _): state.isVerifying(lease)
        case .checkpoint(let lease, _): state.isLive(lease, heldBy: worker)
        }
      }, socket)
  }

  /// What has served when a trial is completed.
  func removeServedFiles(of trial: TrialID) {
    guard !remote.isEmpty || transfers.hasWorked else { return }
    configuration.paths.removePartialFiles(of: trial)
    if !sweep.checkpoint.keepFinal {
      trouble("checkpoint of a completed trial") {
        try DurableFile.remove(configuration.paths.checkpointFile(trial))
      }
    }
  }
}
