import Glibc
import ResultStore
import Scheduling
import Transfers
import Trials
import WireProtocol

/// Words and deeds about files, which the state machine does not know.
extension WorkerService {
  /// A stopped child's last checkpoint may take so long to be sent, in which its end is not told. Within the grace time.
  private static let longestHold = Duration.seconds(10)

  // MARK: Data sets

  /// The coordinator has said what the sweep trains on.
  func prepare(for welcome: Welcome) {
    transfers.limits = IncomingTransfer.Limits(pieceBytes: welcome.pieceBytes)
    guard configuration.datasets != nil else { return }
    take(datasets.welcomed(welcome.datasets))
  }

  private func take(_ step: WorkerDatasets.Step) {
    switch step {
    case .ready: handle(.prepared)
    case .wait: handle(.preparing)
    case .examine(let names):
      handle(.preparing)
      guard let places = configuration.datasets else { return }
      do {
        examination = try DatasetExamination(names, in: places)
      } catch {
        handle(.refused(reason: "\(error)"))
      }
    case .ask(let dataset):
      handle(.preparing)
      log.line("the data set \(dataset.name) is not here; asking the coordinator for it")
      send(.datasetWanted(dataset))
    case .fetch(let dataset, let file): fetch(file, of: dataset)
    case .end(let reason): handle(.refused(reason: reason))
    }
  }

  private func fetch(_ file: DatasetFileClaim, of dataset: HeldDataset) {
    guard let target = configuration.datasets?.place(of: file.name, in: dataset.name) else {
      handle(
        .refused(
          reason:
            "the coordinator gives a file '\(file.name)' for the data set \(dataset.name), which has none of that"
            + " name inside the data folder: put the data set there by hand"))
      return
    }
    log.line("fetching \(target), \(file.file.byteCount) bytes")
    perform(transfers.fetchData(file, of: dataset.name, to: target, at: now))
  }

  // MARK: The coordinator's words

  func hearOfFile(_ message: CoordinatorMessage) throws {
    switch message {
    case .pieceWanted(let sha256, let range):
      do {
        perform(try transfers.wanted(sha256, range, at: now))
      } catch {
        // Asked again after a while; whoever asks gives up some time.
        log.line("\(error)")
      }
    case .piece(let piece): perform(transfers.arrived(piece, at: now))
    case .transferEnded(let sha256, let verdict): perform(transfers.ended(sha256, verdict))
    case .datasetFiles(let dataset, let files): take(datasets.answered(dataset, files))
    default: break
    }
  }

  func perform(_ outcomes: [WorkerTransfers.Outcome]) {
    for outcome in outcomes {
      switch outcome {
      case .send(let message): send(message)
      case .progressed(let lease): handle(.childEvaluated(lease))
      case .checkpointFetched(let lease, let failure): checkpointFetched(lease, failure)
      case .checkpointSettled(let lease, let failure):
        if let failure { log.line("its checkpoint was not taken: \(failure)", trial: place(lease)) }
        if let next = attempts[lease]?.shipping.ended(at: now) {
          perform(transfers.offerCheckpoint(lease, next))
        }
        tellHeldEnd(of: lease)
      case .dataFileFetched(let failure): take(datasets.fileFetched(failure: failure))
      }
    }
  }

  /// What is due, and a little of what waits for nobody.
  func lookAtFiles() {
    if let found = examination?.result() {
      examination = nil
      take(datasets.examined(found))
    }
    perform(transfers.proceed(at: now))
    if let deadline = transfers.nextDeadline, now >= deadline { perform(transfers.timePassed(at: now)) }
    for lease in attempts.keys {
      if let deadline = attempts[lease]?.shipping.nextDeadline, now >= deadline,
        let place = attempts[lease]?.shipping.timePassed(at: now)
      {
        perform(transfers.offerCheckpoint(lease, place))
      }
      if let held = attempts[lease]?.heldEnd, now >= held.deadline {
        log.line("its last checkpoint could not be sent in time", trial: place(lease))
        transfers.cancelCheckpoints(of: lease)
        tellEnd(of: lease, held.exit, held.outOfMemory)
      }
    }
  }

  // MARK: Checkpoints

  /// - Returns: whether the child has to wait for its checkpoint.
  func fetchCheckpoint(for lease: TrialLease) -> Bool {
    guard !configuration.sharesResults, let checkpoint = attempts[lease]?.grant.checkpoint else {
      return false
    }
    if let mine = localSteps[lease.trial], access(paths.checkpointFile(lease.trial), F_OK) == 0,
      mine >= checkpoint.step ?? .max
    {
      return false
    }
    attempts[lease]?.isFetching = true
    log.line(
      "fetching its checkpoint" + (checkpoint.step.map { " of step \($0)" } ?? "")
        + ", \(checkpoint.file.byteCount) bytes", trial: place(lease))
    perform(transfers.fetchCheckpoint(checkpoint, for: lease, at: now))
    return true
  }

  private func checkpointFetched(_ lease: TrialLease, _ failure: String?) {
    guard attempts[lease]?.isFetching == true else { return }
    attempts[lease]?.isFetching = false
    if let failure {
      log.line("its checkpoint could not be fetched, training starts over: \(failure)", trial: place(lease))
    }
    startWork(lease)
  }

  func checkpointWritten(_ lease: TrialLease, epoch: Int, step: Int) {
    guard !configuration.sharesResults, attempts[lease]?.grant.checkpoints.ship == true else { return }
    localSteps[lease.trial] = step
    let place = CheckpointShipping.Place(epoch: epoch, step: step)
    if let next = attempts[lease]?.shipping.written(place, at: now) {
      perform(transfers.offerCheckpoint(lease, next))
    }
  }

  /// Whether the child's end is to wait until its newest checkpoint is with the coordinator, so that any other worker can
  /// go on from there.
  func holdsEnd(
    of lease: TrialLease, _ exit: WorkerState.ChildExit, _ outOfMemory: String?
  ) -> Bool {
    guard !configuration.sharesResults, let attempt = attempts[lease], state.isWanted(lease) else {
      return false
    }
    switch attempt.lastWord {
    case .completed, .pruned: if !attempt.grant.checkpoints.keepFinal { return false }
    case .stopped, .failed, nil: break
    }
    if let next = attempts[lease]?.shipping.hurry(at: now) { perform(transfers.offerCheckpoint(lease, next)) }
    guard attempts[lease]?.shipping.isSettled == false else { return false }
    attempts[lease]?.heldEnd = HeldEnd(exit: exit, outOfMemory: outOfMemory, deadline: now + Self.longestHold)
    return true
  }

  private func tellHeldEnd(of lease: TrialLease) {
    guard let attempt = attempts[lease], let held = attempt.heldEnd, attempt.shipping.isSettled else {
      return
    }
    tellEnd(of: lease, held.exit, held.outOfMemory)
  }

  /// Ends a lease that has no child: it waits for its checkpoint, or its child's end waits to be told.
  ///
  /// - Returns: false when there is a child to be ended.
  func endWithoutChild(_ lease: TrialLease, signal: Int32) -> Bool {
    if attempts[lease]?.isFetching == true {
      attempts[lease]?.isFetching = false
      transfers.cancelCheckpoints(of: lease)
      tellEnd(of: lease, .signalled(number: signal), nil)
      return true
    }
    guard let held = attempts[lease]?.heldEnd else { return false }
    // Being asked to stop is no reason to lose what is on its way.
    if signal == SIGTERM { return true }
    transfers.cancelCheckpoints(of: lease)
    tellEnd(of: lease, held.exit, held.outOfMemory)
    return true
  }
}
