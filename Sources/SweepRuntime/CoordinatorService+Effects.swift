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
        if isSuperseded() { break }
        let (verdict, summary) = results.publish(lease, claim)
        if let summary { status.noteResult(summary) }
        publishedMetrics = summary?.metrics ?? [:]
        apply(verdict, socket)
        publishedMetrics = [:]
      case .send(let reply, let worker): replies.append((reply, worker))
      case .forget(let worker): departures.append(worker)
      case .answer(let order, let text): answers[order.id] = text
      case .log(let line): log.line(line)
      }
    }
  }

  /// What people want to know of a record.
  private func note(_ record: LedgerRecord) {
    switch record {
    case .trial(let standing):
      guard standing.state.isFinal, let view = state.trialView(of: standing.trial) else { return }
      status.noteFinished(view, metrics: publishedMetrics)
    case .logTail(let trial, let attempt, let lines):
      trouble("log of a failed attempt") {
        try DurableFile.replace(
          configuration.paths.attemptLog(trial, attempt: attempt), with: lines.map { $0 + "\n" }.joined())
      }
    case .attempt, .staleWord, .decision, .node, .mode, .order: break
    }
  }

  /// Makes the records durable and then speaks. Where the ledger cannot be written nothing is said: the turn waits,
  /// with all that comes after it, until it can.
  func speak(_ socket: Socket) {
    if isSuperseded() { return }
    if !records.isEmpty {
      guard trouble("ledger", { try ledger.commit(records) }) else { return }
      records.removeAll(keepingCapacity: true)
    }
    for (id, text) in answers {
      if trouble("answer to an order", { try control.answer(id, text) }) { answers[id] = nil }
    }
    for (reply, worker) in replies {
      if let route = peers.route(of: worker) {
        send(
          CoordinatorMessage(
            reply, welcome: welcome, checkpoints: sweep.checkpoint), to: route, socket
        )
      }
    }
    replies.removeAll(keepingCapacity: true)
    // Who left and came back within one turn is known again.
    for worker in departures where !state.knows(worker) { peers.forget(worker) }
    departures.removeAll(keepingCapacity: true)
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
      patienceSeconds: configuration.patience / .seconds(1))
  }
}
