import Trials

/// Who gets what.
extension CoordinatorState {
  mutating func request(_ worker: WorkerID, _ effects: inout [CoordinatorEffect]) {
    if isOver {
      effects.append(.send(.sweepOver, to: worker))
      return
    }
    guard let entry = workers[worker] else { return }
    workers[worker]?.wanted = min(entry.wanted + 1, entry.description.slots)
    putInLine(worker)
    serveLine(&effects)
    if let wanted = workers[worker]?.wanted, wanted > 0 { effects.append(.send(.nothingNow, to: worker)) }
  }

  mutating func putInLine(_ worker: WorkerID) {
    guard let entry = workers[worker], entry.canTakeOne, entry.lineNumber == nil,
      nodes[entry.description.host]?.asideReason == nil
    else { return }
    let number = line.append(worker, cpu: cpuThatMatters(entry.description.cpu))
    workers[worker]?.lineNumber = number
  }

  /// Lets a pending trial wait for a worker, unless it waits for other trials.
  mutating func putInWaiting(_ index: Int) {
    guard entries[index].state == .pending, entries[index].unmetCount == 0, entries[index].place == nil
    else { return }
    let trial = entries[index].trial.id
    entries[index].place = waiting.insert(
      index, priority: entries[index].priority ?? priorities[trial] ?? 0,
      isFresh: entries[index].attempts.isEmpty, cpu: entries[index].cpu)
  }

  private func cpuThatMatters(_ cpu: String) -> String? { resources.keepsCPUType ? cpu : nil }

  /// Grants while a worker wants and a trial waits that it may have.
  ///
  /// - Complexity: O(log n) per grant, times the number of CPU types where these matter.
  mutating func serveLine(_ effects: inout [CoordinatorEffect]) {
    guard mayGrant else { return }
    while let (worker, place) = nextPair() {
      line.removeFirst(of: cpuThatMatters(workers[worker]?.description.cpu ?? ""))
      workers[worker]?.lineNumber = nil
      waiting.remove(place)
      entries[place.index].place = nil
      grant(place.index, to: worker, &effects)
      putInLine(worker)
    }
  }

  /// The worker that has waited longest among those for whom there is a trial, and the trial's place.
  private mutating func nextPair() -> (WorkerID, WaitingTrials.Place)? {
    var found: (number: Int, worker: WorkerID, place: WaitingTrials.Place)?
    for cpu in line.cpus {
      guard let (number, worker) = firstInLine(of: cpu), number < found?.number ?? .max,
        let place = waiting.first(for: cpu, where: { entries[$0.index].place == $0 })
      else { continue }
      found = (number, worker, place)
    }
    return found.map { ($0.worker, $0.place) }
  }

  private mutating func firstInLine(of cpu: String?) -> (number: Int, worker: WorkerID)? {
    while let (number, worker) = line.first(of: cpu) {
      if let entry = workers[worker], entry.lineNumber == number {
        if entry.canTakeOne, nodes[entry.description.host]?.asideReason == nil { return (number, worker) }
        workers[worker]?.lineNumber = nil
      }
      line.removeFirst(of: cpu)
    }
    return nil
  }

  private mutating func grant(_ index: Int, to worker: WorkerID, _ effects: inout [CoordinatorEffect]) {
    tokenCounter += 1
    let token = FencingToken(coordinatorEpoch: coordinatorEpoch, counter: tokenCounter)
    let earlier = entries[index].attempts
    let secondsLeft = resources.seconds.map { $0 - entries[index].secondsUsed(until: now.unixSeconds) }
    let note = "worker \(worker) on \(workers[worker]?.description.host ?? ""), lease \(token)"
    let attempt = open(index, token, of: worker, note: note, &effects)
    workers[worker]?.wanted -= 1
    let trial = entries[index].trial
    effects.append(
      .send(
        .grant(
          AttemptGrant(
            lease: TrialLease(trial: trial.id, token: token), trial: trial, attempt: attempt.number,
            earlierAttempts: earlier, memoryLimitMiB: resources.memoryMiB, secondsLeft: secondsLeft)),
        to: worker))
  }

  /// Begins an attempt at a pending trial: a lease of a worker that is introduced.
  @discardableResult
  mutating func open(
    _ index: Int, _ token: FencingToken, of worker: WorkerID, note: String,
    _ effects: inout [CoordinatorEffect]
  ) -> AttemptRecord {
    guard let description = workers[worker]?.description else {
      preconditionFailure("\(worker): only a worker that is introduced gets a lease")
    }
    let last = entries[index].attempts.last
    let attempt = AttemptRecord(
      number: (last?.number ?? 0) + 1, token: token, worker: worker.description, host: description.host,
      cpu: description.cpu, blas: description.blas, threads: entries[index].trial.threads,
      startedUnixSeconds: now.unixSeconds, firstEpoch: last?.lastEpoch ?? 0, lastEpoch: last?.lastEpoch ?? 0)
    entries[index].attempts.append(attempt)
    leases[index] = LiveLease(
      token: token, worker: worker, expires: now.monotonic + limits.lease,
      lastHeardUnixSeconds: now.unixSeconds, epoch: attempt.firstEpoch, step: nil)
    workers[worker]?.leases.insert(index)
    effects.append(.record(.attempt(entries[index].trial.id, attempt)))
    change(index, .granted, note: note, &effects)
    return attempt
  }
}
