import Trials

/// How attempts end, and what follows.
extension CoordinatorState {
  mutating func hearEnd(
    of lease: TrialLease, by worker: WorkerID, _ report: AttemptEndReport,
    _ effects: inout [CoordinatorEffect]
  ) {
    func answer(_ verdict: LeaseVerdict) {
      effects.append(.send(.endAcknowledged(lease, verdict), to: worker))
    }

    if let index = indices[lease.trial], let live = leases[index], live.token == lease.token,
      live.worker == worker
    {
      // A repeated word while the result is being verified is answered with the verdict.
      guard live.verifying == nil else { return }
      if report.cause == .completed || (report.cause == .pruned && report.result != nil) {
        guard let result = report.result else {
          let reason = "said completed and named no result file"
          endAttempt(index, report.failing(.bug, reason), &effects)
          answer(.rejected(reason: reason))
          serveLine(&effects)
          return
        }
        leases[index]?.verifying = report
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
    case .some(let cause):
      // The same word again, whose first answer was lost; or a result that came after the lease was ended.
      let isLate = report.cause == .completed || (report.cause == .pruned && cause != .pruned)
      answer(isLate ? .rejected(reason: attempt?.message ?? "") : .accepted)
    }
  }

  mutating func acceptResult(of lease: TrialLease, _ effects: inout [CoordinatorEffect]) {
    guard let index = verifyingIndex(of: lease), let live = leases[index], let report = live.verifying
    else { return }
    close(index, report)
    let attempt = entries[index].attempts[entries[index].attempts.count - 1]
    effects.append(.record(.attempt(lease.trial, attempt)))
    if report.cause == .pruned {
      stopEarly(index, note: "", &effects)
    } else {
      // Also where early stopping had decided otherwise meanwhile: work that is done is not thrown away.
      change(index, .verified, note: "", &effects)
    }
    bookOnNode(index, report, &effects)
    effects.append(.record(.trial(entries[index].standing)))
    effects.append(.send(.endAcknowledged(lease, .accepted), to: live.worker))
    putInLine(live.worker)
    announceIfOver(&effects)
    announceIfDrained(&effects)
    serveLine(&effects)
  }

  mutating func refuseResult(
    of lease: TrialLease, _ reason: String, _ effects: inout [CoordinatorEffect]
  ) {
    guard let index = verifyingIndex(of: lease), let live = leases[index], let report = live.verifying
    else { return }
    endAttempt(index, report.failing(.disk, reason), &effects)
    effects.append(.send(.endAcknowledged(lease, .rejected(reason: reason)), to: live.worker))
    serveLine(&effects)
  }

  private func verifyingIndex(of lease: TrialLease) -> Int? {
    guard let index = indices[lease.trial], let live = leases[index], live.token == lease.token,
      live.verifying != nil
    else {
      // The lease has ended meanwhile, for another reason.
      return nil
    }
    return index
  }

  /// Ends the open attempt without a complete result; the trial waits again or is set aside.
  mutating func endAttempt(
    _ index: Int, _ report: AttemptEndReport, _ effects: inout [CoordinatorEffect]
  ) {
    guard let lease = leases[index] else { return }
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
    if let person = lease.cancelledBy {
      entries[index].failure = "cancelled by \(person)"
      change(index, .cancelled, note: entries[index].failure, &effects)
    } else if case .pruned? = lease.ending {
      // The verdict stands, however its attempt came to its end.
      stopEarly(index, note: words, &effects)
    } else {
      follow(index, report, step, words, &effects)
    }
    // Before its neighbours on the node get their budgets back, which may bring it back too.
    effects.append(.record(.trial(entries[index].standing)))
    bookOnNode(index, report, &effects)
    putInWaiting(index)
    putInLine(lease.worker)
    announceIfOver(&effects)
    announceIfDrained(&effects)
  }

  /// Another attempt or none.
  private mutating func follow(
    _ index: Int, _ report: AttemptEndReport, _ step: Int?, _ words: String,
    _ effects: inout [CoordinatorEffect]
  ) {
    var decision: RetryAccount.Decision
    switch report.ruling {
    case .fail: decision = .setAside(reason: "a retry rule of the sweep file says so")
    case .retry, .excludeNode: decision = ruled(index, report.cause)
    case nil: decision = entries[index].account.book(report.cause, atStep: step, budget: budget)
    }
    if decision == .tryAgain, let limit = resources.seconds {
      let used = entries[index].secondsUsed(until: now.unixSeconds)
      if used >= limit {
        decision = .setAside(reason: "its attempts took \(Int(used)) s, the sweep allows \(Int(limit)) s")
      }
    }
    switch decision {
    case .tryAgain: change(index, .returned, note: words, &effects)
    case .setAside(let reason):
      entries[index].failure = "\(words) (\(reason))"
      change(index, .setAside, note: entries[index].failure, &effects)
    }
  }

  /// How often a retry rule repeats a trial that ends in one way, and on how many machines: what happens everywhere and
  /// always is no machine's fault.
  static let ruledRepetitions = 20
  static let ruledHosts = 3

  private func ruled(_ index: Int, _ cause: EndCause) -> RetryAccount.Decision {
    let entry = entries[index]
    let alike = entry.attempts.filter { $0.number > entry.account.forgivenAttempts && $0.cause == cause }
    if alike.count > Self.ruledRepetitions {
      return .setAside(
        reason: "\(alike.count) attempts ended so; a retry rule repeats \(Self.ruledRepetitions) times")
    }
    let hosts = Set(alike.map(\.host)).count
    guard hosts >= Self.ruledHosts else { return .tryAgain }
    return .setAside(reason: "attempts ended so on \(hosts) machines, so none of them is at fault")
  }

  private mutating func stopEarly(_ index: Int, note: String, _ effects: inout [CoordinatorEffect]) {
    entries[index].failure = judge?.pruning(of: index).map(pruningText) ?? ""
    change(index, .stoppedEarly, note: note, &effects)
  }

  /// Takes the lease back and writes the end into the open attempt.
  mutating func close(_ index: Int, _ report: AttemptEndReport) {
    guard let lease = leases.removeValue(forKey: index) else { return }
    let last = entries[index].attempts.count - 1
    entries[index].attempts[last].endedUnixSeconds =
      report.cause == .workerLost
      ? max(entries[index].attempts[last].startedUnixSeconds, lease.lastHeardUnixSeconds) : now.unixSeconds
    entries[index].attempts[last].cause = report.cause
    entries[index].attempts[last].message = report.message
    entries[index].attempts[last].firstEpoch = report.firstEpoch
    entries[index].attempts[last].lastEpoch = report.lastEpoch
    entries[index].attempts[last].peakMemoryMiB = report.peakMemoryMiB
    workers[lease.worker]?.leases.remove(index)
  }

  /// The only place where a trial's state changes.
  mutating func change(
    _ index: Int, _ transition: TrialTransition, note: String, _ effects: inout [CoordinatorEffect]
  ) {
    let old = entries[index].state
    guard let new = transition.applied(to: old) else {
      let trial = entries[index].trial.id
      assertionFailure("trial \(trial): \(transition) in \(old)\n\(chronicle.story(of: index))")
      log(
        .warning,
        "refused the impossible step \(transition) in state \(old); please report this with the log",
        index, &effects)
      return
    }
    entries[index].state = new
    entries[index].place = nil
    stateCounts[old] -= 1
    stateCounts[new] += 1
    if new == .failed { failed.insert(index) } else if old == .failed { failed.remove(index) }
    let chapter = TrialStory.Chapter(
      unixSeconds: now.unixSeconds, from: old, to: new, attempt: entries[index].attempts.last?.number ?? 0,
      note: note)
    chronicle.append(chapter, of: index)
    let isBad = transition == .returned || transition == .setAside
    log(isBad ? .warning : .info, "\(old) → \(new)" + (note.isEmpty ? "" : ": \(note)"), index, &effects)
    if new.isFinal { tellDependants(of: index, &effects) }
  }

  func announceIfOver(_ effects: inout [CoordinatorEffect]) {
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
