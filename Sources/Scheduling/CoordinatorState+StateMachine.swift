import Trials

extension CoordinatorState {
  /// Applies one event.
  ///
  /// - Parameter moment: when it happened; later than or equal to the moment of the event before.
  /// - Returns: what to do, in order (see `CoordinatorEffect`).
  /// - Complexity: O(log trials) per lease named by the event; `timePassed` O(live leases + workers); an order O(trials).
  public mutating func apply(_ event: CoordinatorEvent, at moment: Moment) -> [CoordinatorEffect] {
    var effects: [CoordinatorEffect] = []
    advance(to: moment, &effects)
    switch event {
    case .workerIntroduced(let description): introduce(description, &effects)
    case .trialRequested(let worker):
      if isKnown(worker, &effects) { request(worker, &effects) }
    case .heartbeatReceived(let worker, let standings):
      if isKnown(worker, &effects) {
        for standing in standings { extendLease(standing, of: worker, &effects) }
        serveLine(&effects)
      }
    case .attemptStarted(let worker, let lease):
      if let index = liveIndex(of: lease, heldBy: worker, &effects), entries[index].state == .leased {
        if resources.keepsCPUType { entries[index].cpu = entries[index].attempts.last?.cpu }
        change(index, .began, note: "", &effects)
      }
    case .epochMeasured(let worker, let lease, let epoch, let imagesPerSecond, let metrics):
      if let index = liveIndex(of: lease, heldBy: worker, &effects) {
        leases[index]?.epoch = epoch
        leases[index]?.imagesPerSecond = imagesPerSecond
        noteEpoch(of: index, epoch, metrics, &effects)
      }
    case .checkpointReported(let worker, let lease, let epoch, let step):
      if let index = liveIndex(of: lease, heldBy: worker, &effects) {
        leases[index]?.epoch = epoch
        if entries[index].account.checkpointWritten(atStep: step) {
          effects.append(.record(.trial(entries[index].standing)))
        }
      }
    case .attemptEndReported(let worker, let lease, let report):
      if isKnown(worker, &effects) { hearEnd(of: lease, by: worker, report, &effects) }
    case .resultVerified(let lease): acceptResult(of: lease, &effects)
    case .resultRefused(let lease, let reason): refuseResult(of: lease, reason, &effects)
    case .workerLeft(let worker): dismiss(worker, &effects)
    case .timePassed: expire(&effects)
    case .stopRequested: isStopping = true
    case .orderGiven(let order): obey(order, &effects)
    }
    return effects
  }

  // MARK: Time

  /// Moves the clock. After a gap everybody gets one fresh lease time: this coordinator could not hear them.
  private mutating func advance(to moment: Moment, _ effects: inout [CoordinatorEffect]) {
    let gap = moment.monotonic - now.monotonic
    now.monotonic = max(now.monotonic, moment.monotonic)
    now.unixSeconds = moment.unixSeconds
    guard gap > limits.clockGap else { return }
    for index in leases.keys { leases[index]?.expires = now.monotonic + limits.lease }
    for worker in workers.keys { workers[worker]?.lastWord = now.monotonic }
    log(
      .warning, "this coordinator stood still for \(gap); every lease gets a fresh lease time", nil, &effects)
  }

  private mutating func expire(_ effects: inout [CoordinatorEffect]) {
    // Sorted, so that equal histories give equal effects.
    // A result that is still being sent needs its worker as a training one does.
    let expired = leases.filter { $0.value.expires <= now.monotonic }
    for (index, lease) in expired.sorted(by: { $0.key < $1.key }) {
      let host = entries[index].attempts.last?.host ?? ""
      endAttempt(
        index,
        AttemptEndReport(
          cause: .workerLost, message: "worker \(lease.worker) on \(host) was not heard for \(limits.lease)",
          firstEpoch: entries[index].attempts.last?.firstEpoch ?? 0, lastEpoch: lease.epoch), &effects)
    }
    let silent = workers.filter { now.monotonic - $0.value.lastWord > limits.lease }.keys
    for worker in silent.sorted() { forget(worker, "was not heard for \(limits.lease)", &effects) }
    serveLine(&effects)
  }

  // MARK: Workers

  private mutating func introduce(_ description: WorkerDescription, _ effects: inout [CoordinatorEffect]) {
    let id = description.worker
    guard description.engineResultVersion == EngineVersion.result else {
      effects.append(
        .send(
          .refused(
            reason: "this sweep needs engine result version \(EngineVersion.result), the worker has"
              + " \(description.engineResultVersion): install the same igr on both"), to: id))
      effects.append(.forget(id))
      return
    }
    var description = description
    description.slots = min(max(description.slots, 1), Self.slotLimit)
    let held = description.held
    description.held = []
    let before = workers[id]
    if let before { nodes[before.description.host]?.workers.remove(id) }
    let isWhereItWas =
      before?.description.host == description.host && before?.description.cpu == description.cpu
    workers[id] = WorkerEntry(
      description: description,
      // A worker that was known has its leases already; one that was not may hold some of an earlier life.
      leases: before?.leases ?? Set(leases.filter { $0.value.worker == id }.keys),
      wanted: min(before?.wanted ?? 0, description.slots),
      lineNumber: isWhereItWas ? before?.lineNumber : nil,
      lastWord: now.monotonic)
    nodes[description.host, default: NodeEntry()].workers.insert(id)
    effects.append(.send(.welcome, to: id))
    if before == nil {
      log(
        .info,
        "worker \(id) on \(description.host) (process \(description.processID)) joined with"
          + " \(description.slots) slots and \(held.count) leases", nil, &effects)
    }
    if let reason = nodes[description.host]?.asideReason {
      effects.append(.send(.nodeSetAside(reason: reason), to: id))
    }
    for lease in held {
      adoptIfUnknown(lease, of: id, &effects)
      guard let index = liveIndex(of: lease, heldBy: id, &effects) else { continue }
      hear(index)
      remind(index, &effects)
    }
    if isOver || isDrained { effects.append(.send(.sweepOver, to: id)) }
    putInLine(id)
    serveLine(&effects)
  }

  /// No machine has more; a larger number in a message is nonsense.
  private static let slotLimit = 4096

  /// Notes a sign of life. A worker that is not known is asked to introduce itself.
  private mutating func isKnown(_ worker: WorkerID, _ effects: inout [CoordinatorEffect]) -> Bool {
    guard workers[worker] != nil else {
      effects.append(.send(.introduceYourself, to: worker))
      return false
    }
    workers[worker]?.lastWord = now.monotonic
    return true
  }

  private mutating func forget(_ worker: WorkerID, _ why: String, _ effects: inout [CoordinatorEffect]) {
    guard let entry = workers.removeValue(forKey: worker) else { return }
    nodes[entry.description.host]?.workers.remove(worker)
    effects.append(.forget(worker))
    log(.info, "worker \(worker) on \(entry.description.host) \(why)", nil, &effects)
  }

  private mutating func dismiss(_ worker: WorkerID, _ effects: inout [CoordinatorEffect]) {
    guard let entry = workers[worker] else {
      effects.append(.forget(worker))
      return
    }
    workers[worker]?.wanted = 0
    for index in entry.leases.sorted() {
      endAttempt(
        index,
        AttemptEndReport(
          cause: .preempted, message: "worker \(worker) ended and gave the lease back",
          firstEpoch: entries[index].attempts.last?.firstEpoch ?? 0,
          lastEpoch: leases[index]?.epoch ?? 0), &effects)
    }
    forget(worker, "left", &effects)
    serveLine(&effects)
  }

  private mutating func extendLease(
    _ standing: LeaseStanding, of worker: WorkerID, _ effects: inout [CoordinatorEffect]
  ) {
    adoptIfUnknown(standing.lease, of: worker, &effects)
    guard let index = liveIndex(of: standing.lease, heldBy: worker, &effects) else { return }
    hear(index)
    leases[index]?.epoch = standing.epoch
    leases[index]?.step = standing.step
    remind(index, &effects)
  }

  private mutating func hear(_ index: Int) {
    leases[index]?.expires = now.monotonic + limits.lease
    leases[index]?.lastHeardUnixSeconds = now.unixSeconds
  }

  /// The trial whose live lease this is. A worker with a void lease is told to abandon it, unless it was the one
  /// who ended it: then its words have only crossed ours.
  private mutating func liveIndex(
    of lease: TrialLease, heldBy worker: WorkerID, _ effects: inout [CoordinatorEffect]
  ) -> Int? {
    guard isKnown(worker, &effects) else { return nil }
    if let index = indices[lease.trial] {
      if let live = leases[index], live.token == lease.token, live.worker == worker { return index }
      if let cause = entries[index].attempt(with: lease.token)?.cause, cause != .workerLost,
        cause != .cancelled
      {
        return nil
      }
    }
    effects.append(.send(.abandon(lease), to: worker))
    return nil
  }
}
