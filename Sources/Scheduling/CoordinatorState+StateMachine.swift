import Trials

extension CoordinatorState {
  /// Applies one event.
  ///
  /// - Parameter moment: when it happened; later than or equal to the moment of the event before.
  /// - Returns: what to do, in order (see `CoordinatorEffect`).
  /// - Complexity: O(leases named by the event); `timePassed` O(live leases + workers).
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
      }
    case .attemptStarted(let worker, let lease):
      if let index = liveIndex(of: lease, heldBy: worker, &effects), entries[index].state == .leased {
        change(index, .began, note: "", &effects)
      }
    case .epochMeasured(let worker, let lease, let epoch, let imagesPerSecond):
      if let index = liveIndex(of: lease, heldBy: worker, &effects) {
        entries[index].lease?.epoch = epoch
        entries[index].lease?.imagesPerSecond = imagesPerSecond
      }
    case .checkpointReported(let worker, let lease, let epoch, let step):
      if let index = liveIndex(of: lease, heldBy: worker, &effects) {
        entries[index].lease?.epoch = epoch
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
    case .stopRequested: isDraining = true
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
    for index in live { entries[index].lease?.expires = now.monotonic + limits.lease }
    for worker in workers.keys { workers[worker]?.lastWord = now.monotonic }
    effects.append(
      .log(
        CoordinatorLogLine(
          level: .warning,
          text: "this coordinator stood still for \(gap); every lease gets a fresh lease time")))
  }

  private mutating func expire(_ effects: inout [CoordinatorEffect]) {
    // Sorted, so that equal histories give equal effects.
    for index in live.sorted() {
      guard let lease = entries[index].lease, lease.verifying == nil, lease.expires <= now.monotonic else {
        continue
      }
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
    let isNew = workers[id] == nil
    workers[id] = WorkerEntry(
      description: description, leases: live.filter { entries[$0].lease?.worker == id },
      wanted: workers[id]?.wanted ?? 0, isInLine: workers[id]?.isInLine ?? false, lastWord: now.monotonic)
    effects.append(.send(.welcome, to: id))
    if isNew {
      effects.append(
        .log(
          CoordinatorLogLine(
            level: .info,
            text: "worker \(id) on \(description.host) (process \(description.processID)) joined with"
              + " \(description.slots) slots and \(held.count) leases")))
    }
    for lease in held {
      guard let index = liveIndex(of: lease, heldBy: id, &effects) else { continue }
      entries[index].lease?.expires = now.monotonic + limits.lease
    }
    if isOver { effects.append(.send(.sweepOver, to: id)) }
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
    effects.append(.forget(worker))
    effects.append(
      .log(CoordinatorLogLine(level: .info, text: "worker \(worker) on \(entry.description.host) \(why)")))
  }

  private mutating func dismiss(_ worker: WorkerID, _ effects: inout [CoordinatorEffect]) {
    guard let entry = workers[worker] else {
      effects.append(.forget(worker))
      return
    }
    workers[worker]?.wanted = 0
    for index in entry.leases.sorted() where entries[index].lease?.verifying == nil {
      endAttempt(
        index,
        AttemptEndReport(
          cause: .preempted, message: "worker \(worker) ended and gave the lease back",
          firstEpoch: entries[index].attempts.last?.firstEpoch ?? 0,
          lastEpoch: entries[index].lease?.epoch ?? 0), &effects)
    }
    forget(worker, "left", &effects)
    serveLine(&effects)
  }

  private mutating func extendLease(
    _ standing: LeaseStanding, of worker: WorkerID, _ effects: inout [CoordinatorEffect]
  ) {
    guard let index = liveIndex(of: standing.lease, heldBy: worker, &effects) else { return }
    entries[index].lease?.expires = now.monotonic + limits.lease
    entries[index].lease?.epoch = standing.epoch
    entries[index].lease?.step = standing.step
  }

  /// The trial whose live lease this is. A worker with a void lease is told to abandon it, unless it was the one
  /// who ended it: then its words have only crossed ours.
  private mutating func liveIndex(
    of lease: TrialLease, heldBy worker: WorkerID, _ effects: inout [CoordinatorEffect]
  ) -> Int? {
    guard isKnown(worker, &effects) else { return nil }
    if let index = indices[lease.trial] {
      if let live = entries[index].lease, live.token == lease.token, live.worker == worker { return index }
      if let cause = entries[index].attempt(with: lease.token)?.cause, cause != .workerLost { return nil }
    }
    effects.append(.send(.abandon(lease), to: worker))
    return nil
  }

  // MARK: Granting

  private mutating func request(_ worker: WorkerID, _ effects: inout [CoordinatorEffect]) {
    if isOver {
      effects.append(.send(.sweepOver, to: worker))
      return
    }
    guard var entry = workers[worker] else { return }
    entry.wanted = min(entry.wanted + 1, entry.description.slots)
    workers[worker] = entry
    putInLine(worker)
    serveLine(&effects)
    if let wanted = workers[worker]?.wanted, wanted > 0 { effects.append(.send(.nothingNow, to: worker)) }
  }

  private mutating func putInLine(_ worker: WorkerID) {
    guard let entry = workers[worker], entry.canTakeOne, !entry.isInLine else { return }
    workers[worker]?.isInLine = true
    line.append(worker)
  }

  /// Grants while a worker wants and a trial waits.
  private mutating func serveLine(_ effects: inout [CoordinatorEffect]) {
    while !isDraining, let worker = firstInLine(), let index = takeWaitingTrial() {
      line.removeFirst()
      workers[worker]?.isInLine = false
      grant(index, to: worker, &effects)
      putInLine(worker)
    }
  }

  private mutating func firstInLine() -> WorkerID? {
    while let worker = line.first {
      if workers[worker]?.canTakeOne == true { return worker }
      workers[worker]?.isInLine = false
      line.removeFirst()
    }
    return nil
  }

  private mutating func takeWaitingTrial() -> Int? {
    while let index = returned.first {
      returned.removeFirst()
      if entries[index].state == .pending { return index }
    }
    while let index = fresh.first {
      fresh.removeFirst()
      if entries[index].state == .pending { return index }
    }
    return nil
  }

  private mutating func grant(_ index: Int, to worker: WorkerID, _ effects: inout [CoordinatorEffect]) {
    guard let description = workers[worker]?.description else { return }
    tokenCounter += 1
    let token = FencingToken(coordinatorEpoch: coordinatorEpoch, counter: tokenCounter)
    let earlier = entries[index].attempts
    let attempt = AttemptRecord(
      number: (earlier.last?.number ?? 0) + 1, token: token, worker: worker.description,
      host: description.host,
      cpu: description.cpu, blas: description.blas, threads: entries[index].trial.threads,
      startedUnixSeconds: now.unixSeconds, firstEpoch: earlier.last?.lastEpoch ?? 0,
      lastEpoch: earlier.last?.lastEpoch ?? 0)
    entries[index].attempts.append(attempt)
    entries[index].lease = LiveLease(
      token: token, worker: worker, expires: now.monotonic + limits.lease, epoch: attempt.firstEpoch,
      step: nil)
    live.insert(index)
    workers[worker]?.leases.insert(index)
    workers[worker]?.wanted -= 1
    let trial = entries[index].trial
    effects.append(.record(.attempt(trial.id, attempt)))
    change(index, .granted, note: "worker \(worker) on \(description.host), lease \(token)", &effects)
    effects.append(
      .send(
        .grant(
          AttemptGrant(
            lease: TrialLease(trial: trial.id, token: token), trial: trial, attempt: attempt.number,
            earlierAttempts: earlier)), to: worker))
  }

  // MARK: Ends

  private mutating func hearEnd(
    of lease: TrialLease, by worker: WorkerID, _ report: AttemptEndReport,
    _ effects: inout [CoordinatorEffect]
  ) {
    func answer(_ verdict: LeaseVerdict) {
      effects.append(.send(.endAcknowledged(lease, verdict), to: worker))
    }

    if let index = indices[lease.trial], let live = entries[index].lease, live.token == lease.token,
      live.worker == worker
    {
      // A repeated word while the result is being verified is answered with the verdict.
      guard live.verifying == nil else { return }
      if report.cause == .completed {
        guard let result = report.result else {
          let reason = "said completed and named no result file"
          endAttempt(index, report.failing(.bug, reason), &effects)
          answer(.rejected(reason: reason))
          serveLine(&effects)
          return
        }
        entries[index].lease?.verifying = report
        effects.append(.verifyAndPublish(lease, result))
        return
      }
      endAttempt(index, report, &effects)
      answer(.accepted)
      serveLine(&effects)
      return
    }

    let attempt = indices[lease.trial].flatMap { entries[$0].attempt(with: lease.token) }
    switch attempt?.cause {
    case .none, .workerLost?:
      effects.append(
        .record(
          .staleWord(
            StaleWord(lease: lease, worker: worker, cause: report.cause, unixSeconds: now.unixSeconds))))
      effects.append(
        .log(
          CoordinatorLogLine(
            level: .warning, trial: lease.trial, attempt: attempt?.number,
            text: "worker \(worker) says '\(report.cause.text)' for lease \(lease.token), which it had lost:"
              + " recorded, changes nothing")))
      answer(.stale)
    case .completed?: answer(.accepted)
    case .some:
      // The same word again: its first answer was lost.
      answer(report.cause == .completed ? .rejected(reason: attempt?.message ?? "") : .accepted)
    }
  }

  private mutating func acceptResult(of lease: TrialLease, _ effects: inout [CoordinatorEffect]) {
    guard let index = verifyingIndex(of: lease), let live = entries[index].lease, let report = live.verifying
    else { return }
    close(index, report)
    let attempt = entries[index].attempts[entries[index].attempts.count - 1]
    effects.append(.record(.attempt(lease.trial, attempt)))
    change(index, .verified, note: "", &effects)
    effects.append(.record(.trial(entries[index].standing)))
    effects.append(.send(.endAcknowledged(lease, .accepted), to: live.worker))
    putInLine(live.worker)
    announceIfOver(&effects)
    serveLine(&effects)
  }

  private mutating func refuseResult(
    of lease: TrialLease, _ reason: String, _ effects: inout [CoordinatorEffect]
  ) {
    guard let index = verifyingIndex(of: lease), let live = entries[index].lease, let report = live.verifying
    else { return }
    endAttempt(index, report.failing(.disk, reason), &effects)
    effects.append(.send(.endAcknowledged(lease, .rejected(reason: reason)), to: live.worker))
    serveLine(&effects)
  }

  private func verifyingIndex(of lease: TrialLease) -> Int? {
    guard let index = indices[lease.trial], let live = entries[index].lease, live.token == lease.token,
      live.verifying != nil
    else {
      assertionFailure("\(lease): a verdict on a result that nobody asked to verify")
      return nil
    }
    return index
  }

  /// Ends the open attempt without a result; the trial waits again or is set aside.
  private mutating func endAttempt(
    _ index: Int, _ report: AttemptEndReport, _ effects: inout [CoordinatorEffect]
  ) {
    guard let lease = entries[index].lease else { return }
    let trial = entries[index].trial.id
    // A lease that never began says nothing about the trial, so no step is held against it.
    let step = entries[index].state == .running ? report.lastStep ?? lease.step : nil
    close(index, report)
    let attempt = entries[index].attempts[entries[index].attempts.count - 1]
    effects.append(.record(.attempt(trial, attempt)))
    if !report.logTail.isEmpty {
      effects.append(.record(.logTail(trial, attempt: attempt.number, lines: report.logTail)))
    }
    let words = report.message.isEmpty ? report.cause.text : "\(report.cause.text): \(report.message)"
    switch entries[index].account.book(report.cause, atStep: step, budget: budget) {
    case .tryAgain:
      change(index, .returned, note: words, &effects)
      returned.append(index)
    case .setAside(let reason):
      entries[index].failure = "\(words) (\(reason))"
      change(index, .setAside, note: entries[index].failure, &effects)
    }
    effects.append(.record(.trial(entries[index].standing)))
    putInLine(lease.worker)
    announceIfOver(&effects)
  }

  /// Takes the lease back and writes the end into the open attempt.
  private mutating func close(_ index: Int, _ report: AttemptEndReport) {
    guard let lease = entries[index].lease else { return }
    let last = entries[index].attempts.count - 1
    entries[index].attempts[last].endedUnixSeconds = now.unixSeconds
    entries[index].attempts[last].cause = report.cause
    entries[index].attempts[last].message = report.message
    entries[index].attempts[last].firstEpoch = report.firstEpoch
    entries[index].attempts[last].lastEpoch = report.lastEpoch
    entries[index].attempts[last].peakMemoryMiB = report.peakMemoryMiB
    entries[index].lease = nil
    live.remove(index)
    workers[lease.worker]?.leases.remove(index)
  }

  /// The only place where a trial's state changes.
  private mutating func change(
    _ index: Int, _ transition: TrialTransition, note: String, _ effects: inout [CoordinatorEffect]
  ) {
    let old = entries[index].state
    guard let new = transition.applied(to: old) else {
      assertionFailure("trial \(entries[index].trial.id): \(transition) in \(old)\n\(entries[index].story)")
      effects.append(
        .log(
          CoordinatorLogLine(
            level: .warning, trial: entries[index].trial.id, attempt: entries[index].attempts.last?.number,
            text: "refused the impossible step \(transition) in state \(old); please report this with the log"
          )))
      return
    }
    let attempt = entries[index].attempts.last?.number ?? 0
    entries[index].state = new
    stateCounts[old, default: 0] -= 1
    stateCounts[new, default: 0] += 1
    entries[index].story.append(
      TrialStory.Chapter(unixSeconds: now.unixSeconds, from: old, to: new, attempt: attempt, note: note))
    let isBad = transition == .returned || transition == .setAside
    effects.append(
      .log(
        CoordinatorLogLine(
          level: isBad ? .warning : .info, trial: entries[index].trial.id, attempt: attempt,
          text: "\(old) → \(new)" + (note.isEmpty ? "" : ": \(note)"))))
  }

  private func announceIfOver(_ effects: inout [CoordinatorEffect]) {
    guard isOver else { return }
    for worker in workers.keys.sorted() { effects.append(.send(.sweepOver, to: worker)) }
  }
}

extension AttemptEndReport {
  /// The same end seen as a failure.
  fileprivate func failing(_ cause: EndCause, _ message: String) -> AttemptEndReport {
    var report = self
    report.cause = cause
    report.message = message
    return report
  }
}
