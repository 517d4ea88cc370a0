import Trials

/// A person's hand on the sweep.
extension CoordinatorState {
  /// Carries an order out once; the same order again gets the same answer again.
  mutating func obey(_ order: SweepOrder, _ effects: inout [CoordinatorEffect]) {
    if let answer = orders[order.id] {
      effects.append(.answer(order, text: answer))
      return
    }
    let answer = carryOut(order, &effects)
    orders[order.id] = answer
    effects.append(
      .record(.order(id: order.id, by: order.by, answer: answer, unixSeconds: now.unixSeconds)))
    log(.info, "\(order.by) asked: \(answer)", nil, &effects)
    effects.append(.answer(order, text: answer))
    serveLine(&effects)
  }

  private mutating func carryOut(_ order: SweepOrder, _ effects: inout [CoordinatorEffect]) -> String {
    switch order.command {
    case .pause: pause(&effects)
    case .drain: drain(&effects)
    case .resume: goOn(&effects)
    case .cancel(let trials): cancel(trials, by: order.by, &effects)
    case .retry(let trials): retry(trials, &effects)
    case .prioritize(let trials, let priority): prioritize(trials, priority, &effects)
    case .retryNode(let host): takeBack(host, &effects)
    }
  }

  // MARK: The whole sweep

  private mutating func enter(_ mode: SweepMode, _ effects: inout [CoordinatorEffect]) {
    self.mode = mode
    effects.append(.record(.mode(mode)))
  }

  private mutating func pause(_ effects: inout [CoordinatorEffect]) -> String {
    if mode == .paused { return "is paused already" }
    enter(.paused, &effects)
    for index in leases.keys.sorted() where leases[index]?.ending == nil {
      ask(index, toEndAs: .paused, &effects)
    }
    return "paused: \(Self.count(leases.count, "running trial")) checkpoint and wait"
  }

  private mutating func drain(_ effects: inout [CoordinatorEffect]) -> String {
    if mode == .draining { return "is draining already" }
    enter(.draining, &effects)
    takeBackPauses()
    announceIfDrained(&effects)
    return "draining: \(Self.count(leases.count, "running trial")) finish, then the sweep ends"
  }

  private mutating func goOn(_ effects: inout [CoordinatorEffect]) -> String {
    if mode == .running { return "runs already" }
    let former = mode
    enter(.running, &effects)
    takeBackPauses()
    return "goes on; it was \(former.rawValue)"
  }

  /// Leases that were asked to pause and have not ended yet may go on; one that ends nevertheless is granted anew.
  private mutating func takeBackPauses() {
    for index in leases.keys where leases[index]?.ending == .paused { leases[index]?.ending = nil }
  }

  /// True when a drained sweep has nothing left to wait for.
  public var isDrained: Bool { mode == .draining && leases.isEmpty }

  mutating func announceIfDrained(_ effects: inout [CoordinatorEffect]) {
    guard isDrained, !isOver else { return }
    for worker in workers.keys.sorted() { effects.append(.send(.sweepOver, to: worker)) }
  }

  // MARK: Trials

  private mutating func cancel(
    _ trials: [TrialID]?, by person: String, _ effects: inout [CoordinatorEffect]
  ) -> String {
    var cancelled = 0, running = 0, finished = 0, arriving = 0
    for index in chosen(trials) ?? entries.indices.filter({ !entries[$0].state.isFinal }) {
      guard !entries[index].state.isFinal else {
        finished += 1
        continue
      }
      guard leases[index]?.verifying == nil else {
        leases[index]?.cancelledBy = person
        arriving += 1
        continue
      }
      entries[index].failure = "cancelled by \(person)"
      if leases[index] != nil {
        running += 1
        cancelRunning(index, &effects)
      }
      change(index, .cancelled, note: entries[index].failure, &effects)
      effects.append(.record(.trial(entries[index].standing)))
      cancelled += 1
    }
    announceIfOver(&effects)
    return "cancelled \(Self.count(cancelled, "trial"))"
      + (running > 0 ? ", \(running) of them running" : "")
      + (arriving > 0 ? "; \(arriving) whose results are arriving, which count if they are good" : "")
      + (finished > 0 ? "; \(finished) had ended already" : "") + unknown(trials)
  }

  private mutating func cancelRunning(_ index: Int, _ effects: inout [CoordinatorEffect]) {
    guard let lease = leases[index] else { return }
    let trial = entries[index].trial.id
    close(
      index,
      AttemptEndReport(
        cause: .cancelled, message: entries[index].failure,
        firstEpoch: entries[index].attempts.last?.firstEpoch ?? 0, lastEpoch: lease.epoch))
    effects.append(.record(.attempt(trial, entries[index].attempts[entries[index].attempts.count - 1])))
    effects.append(.send(.abandon(TrialLease(trial: trial, token: lease.token)), to: lease.worker))
    putInLine(lease.worker)
  }

  private mutating func retry(_ trials: [TrialID]?, _ effects: inout [CoordinatorEffect]) -> String {
    var revived = 0, completed = 0, unfinished = 0
    let before = stateCounts.unfinished
    for index in chosen(trials) ?? failed.sorted() {
      switch entries[index].state {
      case .failed, .cancelled, .pruned:
        revive(index, note: "a person wants it again", &effects)
        revived += 1
      case .completed: completed += 1
      case .pending, .leased, .running: unfinished += 1
      }
    }
    // What revived trials wait for came with them.
    revived = max(revived, stateCounts.unfinished - before)
    return "\(Self.count(revived, "trial")) will run again"
      + (completed > 0 ? "; \(completed) have a good result and do not" : "")
      + (unfinished > 0 ? "; \(unfinished) wait or run already" : "") + unknown(trials)
  }

  private mutating func prioritize(
    _ trials: [TrialID], _ priority: Int, _ effects: inout [CoordinatorEffect]
  ) -> String {
    var changed = 0
    for index in chosen(trials) ?? [] where !entries[index].state.isFinal {
      entries[index].priority = priority
      effects.append(.record(.trial(entries[index].standing)))
      // Its old place is passed over when its turn comes.
      entries[index].place = nil
      putInWaiting(index)
      changed += 1
    }
    return "\(Self.count(changed, "unfinished trial")) now with priority \(priority)" + unknown(trials)
  }

  private func chosen(_ trials: [TrialID]?) -> [Int]? { trials?.compactMap { indices[$0] } }

  private func unknown(_ trials: [TrialID]?) -> String {
    let strangers = (trials ?? []).filter { indices[$0] == nil }
    return strangers.isEmpty
      ? "" : "; not of this sweep: " + strangers.map(\.description).joined(separator: ", ")
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)" + (number == 1 ? "" : "s")
  }
}
