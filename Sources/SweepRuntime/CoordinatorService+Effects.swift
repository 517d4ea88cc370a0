import ResultStore
import Scheduling
import Trials
import WireProtocol
import ZeroMQ

extension CoordinatorService {
  func apply(_ event: CoordinatorEvent, _ socket: Socket) {
    perform(state.apply(event, at: clock.now), socket)
  }

  /// Publishes and logs at once; gathers records and what may be said only after them.
  func perform(_ effects: [CoordinatorEffect], _ socket: Socket) {
    for effect in effects {
      switch effect {
      case .record(let record):
        records.append(record)
        note(record)
      case .verifyAndPublish(let lease, let claim):
        if undurable.contains(lease.trial) {
          unpublished.append((lease, claim))
        } else if let worker = state.holder(of: lease.trial), remote.contains(worker) {
          perform(transfers.begin(.result(lease, claim), from: worker, at: clock.now.monotonic), socket)
        } else {
          publish(lease, claim, socket)
        }
      case .send(let reply, let worker): replies.append((reply, worker))
      case .forget(let worker): departures.append(worker)
      case .answer(let order, let text): answers[order.id] = text
      case .log(let line): log.line(line)
      }
    }
  }

  /// Nothing is published any more in a folder that is another coordinator's by now: its worker says its word again.
  func publish(_ lease: TrialLease, _ claim: ResultClaim, _ socket: Socket) {
    if isSuperseded() { return }
    let publication = results.publish(lease, claim)
    if let (summary, stamp) = publication.good {
      let metric = CoordinatorStatus.metric(of: summary.trial, in: sweep)
      status.noteResult(of: summary.trial, summary.state, summary.metrics[metric.name])
      publishedMetrics = summary.metrics
      records.append(.result(lease.trial, PublishedResult(summary, stamp, comparedBy: metric)))
    }
    apply(publication.verdict, socket)
    publishedMetrics = [:]
    // The first file that is read touches most of the HDF5 library.
    if !hasRead {
      hasRead = true
      StartingMemory.giveBack()
    }
  }

  /// What people want to know of a record.
  private func note(_ record: LedgerRecord) {
    switch record {
    case .trial(let standing):
      guard standing.state.isFinal, let view = state.trialView(of: standing.trial) else { return }
      status.noteFinished(view, metrics: publishedMetrics)
      if standing.state == .completed || standing.state == .pruned { removeServedFiles(of: standing.trial) }
    case .logTail(let trial, let attempt, let lines):
      trouble("log of a failed attempt") {
        try DurableFile.replace(
          configuration.paths.attemptLog(trial, attempt: attempt), with: lines.map { $0 + "\n" }.joined())
      }
    case .attempt(let trial, let attempt): if attempt.cause == nil { undurable.insert(trial) }
    case .staleWord, .decision, .node, .mode, .result, .order, .owner: break
    }
  }

  /// Says what needs no record, makes the records durable, and then says the rest. Where the ledger cannot be written
  /// nothing is said: the turn waits, with all that comes after it, until it can.
  func speak(_ socket: Socket) {
    if isSuperseded() { return }
    if !isLedgerInTrouble {
      // Who is granted a trial begins while the disk works.
      for (reply, worker) in replies where !reply.tellsWhatIsRecorded { say(reply, to: worker, socket) }
      replies.removeAll { !$0.reply.tellsWhatIsRecorded }
    }
    guard commit() else { return }
    while !unpublished.isEmpty {
      let waiting = unpublished
      unpublished = []
      for (lease, claim) in waiting where state.isVerifying(lease) {
        perform([.verifyAndPublish(lease, claim)], socket)
      }
      guard commit() else { return }
    }
    // Who has the answer finds it in the status too.
    if !answers.isEmpty { write(status.snapshot(of: state, at: clock.now, hasEnded: false)) }
    for (id, text) in answers {
      if trouble("answer to an order", { try control.answer(id, text) }) { answers[id] = nil }
    }
    for (reply, worker) in replies { say(reply, to: worker, socket) }
    replies.removeAll(keepingCapacity: true)
    // Who left and came back within one turn is known again.
    for worker in departures where !state.knows(worker) {
      peers.forget(worker)
      remote.remove(worker)
    }
    departures.removeAll(keepingCapacity: true)
  }

  /// - Returns: whether every record is durable.
  private func commit() -> Bool {
    guard !records.isEmpty else { return true }
    isLedgerInTrouble = !trouble("ledger") { try ledger.commit(records) }
    if isLedgerInTrouble { return false }
    records.removeAll(keepingCapacity: true)
    undurable.removeAll(keepingCapacity: true)
    return true
  }

  private func say(_ reply: CoordinatorReply, to worker: WorkerID, _ socket: Socket) {
    guard let route = peers.route(of: worker) else { return }
    var fittedPrior: FittedPrior?
    if case .grant(let grant) = reply { fittedPrior = prepare(grant) }
    var message = CoordinatorMessage(
      reply, welcome: welcome, checkpoints: sweep.checkpoint, fittedPrior: fittedPrior)
    if case .grant(var grant) = message, remote.contains(worker) {
      grant.checkpoint = transfers.checkpoint(of: grant.lease.trial)
      message = .grant(grant)
    }
    send(message, to: route, socket)
  }

  /// Carries out what people have put into the folder.
  func takeOrders(_ socket: Socket) {
    guard let ids = try? control.waitingIDs() else { return }
    // One whose answer is not durable yet still lies there.
    for id in ids where answers[id] == nil {
      do {
        apply(.orderGiven(try control.read(id)), socket)
      } catch let error as ControlError {
        log.warning("the order \(id) \(error): not carried out")
        answers[id] = "not carried out: it \(error)"
      } catch {
        log.warning("an order cannot be read, trying again: \(error)")
      }
    }
  }

  func send(_ message: CoordinatorMessage, to route: CoordinatorPeers.Route, _ socket: Socket) {
    do {
      switch try socket.send([route, try message.encoded()]) {
      // An unroutable peer has gone; one whose queue is full does not read. Its leases run out by themselves.
      case .sent, .unroutable: break
      case .wouldBlock: log.warning("a worker does not read its messages; one was dropped")
      }
    } catch {
      log.warning("a message could not be sent: \(error)")
    }
  }

  private var welcome: Welcome {
    Welcome(
      sweep: sweep.name, coordinatorEpoch: state.coordinatorEpoch,
      heartbeatSeconds: configuration.heartbeat / .seconds(1),
      leaseSeconds: configuration.limits.lease / .seconds(1),
      patienceSeconds: configuration.patience / .seconds(1), datasets: datasets,
      pieceBytes: configuration.pieceBytes)
  }
}
