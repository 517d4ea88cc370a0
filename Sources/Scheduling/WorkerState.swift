import Trials

/// What an agent decides: which leases to ask for, when to speak, which child to start, ask, or kill, and when to end.
///
/// An event and the time go in, actions come out; there is no clock, socket or process here. Times are measured from
/// any fixed instant and never go back.
public struct WorkerState: Sendable {
  let limits: Limits
  private(set) var patience: Duration
  private(set) var heartbeat: Duration
  /// By lease; a lease stays until the coordinator has acknowledged its end.
  private(set) var tasks: [TrialLease: Task] = [:]
  private(set) var stage = Stage.working
  private var isWelcomed = false
  /// False while the shell finds out whether this machine has what trials need.
  private var isPrepared = true
  /// Trials asked for and not yet granted since the last `welcomed`.
  private var openRequests = 0
  private var newestToken: FencingToken?
  private var lastHeard: Duration
  private var lastTick: Duration
  private var nextBeat: Duration
  private var interrupts = 0
  /// When the memory of children with a limit is looked at next.
  private var nextMemoryLook: Duration
  /// Told once.
  private var isNodeSetAside = false
  /// Until the next `hello`; doubles from `firstIntroductionPause` to the time of a heartbeat.
  private var introductionPause = Self.firstIntroductionPause

  private static let firstIntroductionPause = Duration.milliseconds(25)
  private static let memoryLookInterval = Duration.milliseconds(500)

  enum Stage: Hashable {
    case working
    /// Children write their checkpoints; at the deadline those that are left are killed.
    case stopping(deadline: Duration, exit: Exit)
    /// No child lives; reports wait for their acknowledgement until the deadline.
    case leaving(deadline: Duration, exit: Exit)
    case ended
  }

  /// - Parameter now: the time of the first event at the earliest.
  public init(limits: Limits, at now: Duration) {
    self.limits = limits
    patience = limits.patience ?? .seconds(600)
    heartbeat = limits.heartbeat
    lastHeard = now
    lastTick = now
    nextBeat = now
    nextMemoryLook = now
  }

  /// When `timePassed` is due at the latest.
  public var nextDeadline: Duration {
    var next = nextBeat
    if case .stopping(let deadline, _) = stage { next = min(next, deadline) }
    if case .leaving(let deadline, _) = stage { next = min(next, deadline) }
    for task in tasks.values {
      if let limit = task.timeLimit { next = min(next, limit) }
      if let deadline = task.endDeadline, task.isAlive { next = min(next, deadline) }
      if task.budget.memoryMiB != nil, task.isAlive { next = min(next, nextMemoryLook) }
    }
    return next
  }

  /// Whether the agent still works on the lease or waits for an answer about it.
  public func holds(_ lease: TrialLease) -> Bool { tasks[lease] != nil }

  /// Whether anybody waits for the end of the lease's child.
  public func isWanted(_ lease: TrialLease) -> Bool {
    tasks[lease].map { $0.isAlive && $0.killed != .abandoned } ?? false
  }

  /// Applies one event and tells what to do, in order.
  public mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    if stage == .ended { return [] }
    switch event {
    case .welcomed, .introductionAsked, .refused, .granted, .nothingNow, .sweepOver, .endAcknowledged,
      .abandoned, .endAsked, .nodeSetAside:
      lastHeard = now
      return apply(wordOfCoordinator: event, at: now)
    case .childBegan, .childStepped, .childEvaluated, .childMeasured, .childWroteCheckpoint, .childNotStarted,
      .childEnded:
      return apply(wordOfChild: event, at: now)
    case .childUsesMemory(let lease, let resident): return usesMemory(lease, resident)
    case .stopRequested(let reason): return stopRequested(reason, at: now)
    case .preparing:
      isPrepared = false
      return []
    case .prepared:
      if isPrepared { return [] }
      isPrepared = true
      // A new introduction tells what is there now, and its answer leads to requests.
      return isWelcomed ? [.send(.hello(held))] : []
    case .timePassed: return timePassed(at: now)
    }
  }
}

// MARK: - The coordinator's words

extension WorkerState {
  private mutating func apply(wordOfCoordinator event: Event, at now: Duration) -> [Action] {
    switch event {
    case .welcomed(let heartbeat, let patience):
      return welcomed(heartbeat: heartbeat, patience: patience, at: now)
    case .introductionAsked:
      // Asked once for every message that came from nowhere: one introduction is under way already, and is repeated
      // with time.
      guard isWelcomed else { return [] }
      isWelcomed = false
      openRequests = 0
      nextBeat = now + heartbeat
      return [.send(.hello(held))]
    case .refused(let reason): return end(.refused(reason: reason))
    case .granted(let lease, let budget): return granted(lease, budget, at: now)
    case .sweepOver: return [.send(.goodbye)] + end(.done)
    case .endAcknowledged(let lease, let verdict): return acknowledged(lease, verdict, at: now)
    case .abandoned(let lease): return abandoned(lease, at: now)
    case .endAsked(let lease, let ending): return endAsked(lease, ending, at: now)
    case .nodeSetAside(let reason):
      guard !isNodeSetAside else { return [] }
      isNodeSetAside = true
      return [.log(nil, "this node is set aside and gets no more trials: \(reason)")]
    default: return []  // `nothingNow`: the coordinator remembers the request.
    }
  }

  private mutating func welcomed(heartbeat: Duration, patience: Duration, at now: Duration) -> [Action] {
    self.heartbeat = heartbeat
    self.patience = limits.patience ?? patience
    nextBeat = min(nextBeat, now + heartbeat)
    isWelcomed = true
    openRequests = 0
    var actions: [Action] = []
    for task in inOrder {
      switch task.phase {
      case .training: actions.append(.send(.attemptStarted(task.lease)))
      case .ended(let end): actions.append(.send(.attemptEnded(task.lease, end)))
      case .waiting, .starting: break
      }
    }
    return actions + requests()
  }

  private mutating func granted(_ lease: TrialLease, _ budget: Budget, at now: Duration) -> [Action] {
    isNodeSetAside = false
    // Tokens only grow, so anything else is a repetition.
    guard newestToken.map({ $0 < lease.token }) ?? true else { return [] }
    newestToken = lease.token
    openRequests = max(0, openRequests - 1)
    var task = Task(lease: lease, budget: budget, at: now)
    guard stage == .working, freeSlots > 0 else {
      let reason = stage == .working ? "the worker has no free slot" : "the worker is ending"
      task.phase = .ended(End(cause: .preempted, message: reason))
      tasks[lease] = task
      return report(lease)
    }
    // Two children of one trial would replace each other's checkpoints.
    let older = inOrder.filter { $0.lease.trial == lease.trial && $0.isAlive }
    if !older.isEmpty { task.phase = .waiting }
    tasks[lease] = task
    if older.isEmpty { return [.startChild(lease)] }
    return older.flatMap { abandoned($0.lease, at: now) }
  }

  private mutating func acknowledged(_ lease: TrialLease, _ verdict: LeaseVerdict, at now: Duration)
    -> [Action]
  {
    guard let task = tasks[lease], case .ended(let end) = task.phase else { return [] }
    tasks[lease] = nil
    var actions: [Action] = []
    switch verdict {
    case .accepted: if end.result != nil { actions.append(.removeCheckpoint(lease.trial)) }
    case .stale:
      actions.append(.log(lease, "the coordinator had given this lease to another worker; nothing changes"))
    case .rejected(let reason):
      actions.append(.log(lease, "the coordinator did not accept the result: \(reason)"))
    }
    return actions + leaveIfReady(at: now)
  }

  private mutating func abandoned(_ lease: TrialLease, at now: Duration) -> [Action] {
    guard var task = tasks[lease] else { return [] }
    guard task.isAlive else {
      tasks[lease] = nil
      return leaveIfReady(at: now)
    }
    guard task.killed != .abandoned else { return [] }
    task.killed = .abandoned
    tasks[lease] = task
    return [.log(lease, "the lease is void; ending the child"), .killChild(lease)]
  }

  /// The coordinator repeats its word until it hears the end; the first one counts.
  private mutating func endAsked(_ lease: TrialLease, _ ending: LeaseEnding, at now: Duration) -> [Action] {
    guard var task = tasks[lease], task.killed == nil, task.ending == nil, !task.isAskedToStop else {
      return []
    }
    if task.phase == .waiting {
      tasks[lease]?.phase = .ended(End(cause: .preempted, message: "the coordinator took the lease back"))
      return report(lease)
    }
    guard task.isAlive else { return [] }
    task.ending = ending
    task.endDeadline = now + limits.grace
    if ending == .paused { task.isAskedToStop = true }
    tasks[lease] = task
    switch ending {
    case .paused: return [.log(lease, "the sweep is paused; checkpointing"), .askChildToStop(lease)]
    case .pruned(let rung, let reason):
      return [
        .log(lease, "early stopping ends the trial: \(reason)"),
        .askChildToEndEarly(lease, rung: rung, reason: reason),
      ]
    }
  }
}

// MARK: - The children's words

extension WorkerState {
  private mutating func apply(wordOfChild event: Event, at now: Duration) -> [Action] {
    switch event {
    case .childBegan(let lease, let epoch, let step):
      guard var task = living(lease) else { return [] }
      task.began(epoch: epoch, step: step, at: now)
      tasks[lease] = task
      return [.send(.attemptStarted(lease))]
    case .childStepped(let lease, let epoch, let step):
      guard var task = living(lease) else { return [] }
      task.stepped(epoch: epoch, step: step, at: now)
      tasks[lease] = task
      return []
    case .childEvaluated(let lease):
      guard var task = living(lease) else { return [] }
      task.showedLife(at: now)
      tasks[lease] = task
      return []
    case .childMeasured(let lease, let epoch, let imagesPerSecond, let metrics):
      guard var task = living(lease) else { return [] }
      task.measured(epoch: epoch, at: now)
      tasks[lease] = task
      return [.send(.epochMeasured(lease, epoch: epoch, imagesPerSecond: imagesPerSecond, metrics: metrics))]
    case .childWroteCheckpoint(let lease, let epoch, let step):
      guard var task = living(lease) else { return [] }
      task.showedLife(at: now)
      tasks[lease] = task
      return [.send(.checkpointWritten(lease, epoch: epoch, step: step))]
    case .childNotStarted(let lease, let message):
      return childGone(lease, at: now) { _ in End(cause: .bug, message: message) }
    case .childEnded(let lease, let word, let exit, let outOfMemory):
      return childGone(lease, at: now) { $0.end(word: word, exit: exit, outOfMemory: outOfMemory) }
    default: return []
    }
  }

  private mutating func childGone(_ lease: TrialLease, at now: Duration, end: (Task) -> End) -> [Action] {
    guard var task = tasks[lease], task.isAlive else { return [] }
    var actions: [Action] = []
    if task.killed == .abandoned {
      tasks[lease] = nil
    } else {
      task.phase = .ended(end(task))
      tasks[lease] = task
      actions += report(lease)
    }
    if let next = inOrder.first(where: { $0.lease.trial == lease.trial && $0.phase == .waiting }) {
      if stage == .working {
        tasks[next.lease] = Task(lease: next.lease, budget: next.budget, at: now)
        actions.append(.startChild(next.lease))
      } else {
        tasks[next.lease]?.phase = .ended(End(cause: .preempted, message: "the worker is ending"))
        actions += report(next.lease)
      }
    }
    return actions + requests() + leaveIfReady(at: now)
  }

  /// The task of a lease whose child's words still count.
  private func living(_ lease: TrialLease) -> Task? {
    guard let task = tasks[lease], task.isAlive, task.killed != .abandoned else { return nil }
    return task
  }
}

// MARK: - Time

extension WorkerState {
  private mutating func timePassed(at now: Duration) -> [Action] {
    var actions: [Action] = []
    // The agent itself was stopped: what the others said meanwhile still waits to be read.
    if now - lastTick > heartbeat * 5 {
      lastHeard = now
      for lease in tasks.keys { tasks[lease]?.showedLife(at: now) }
    }
    lastTick = now
    if now >= nextBeat {
      actions += beat(at: now)
      // A hello is lost while there is no connection yet, which takes milliseconds on a machine of its own.
      if isWelcomed { introductionPause = Self.firstIntroductionPause }
      nextBeat = now + (isWelcomed ? heartbeat : min(introductionPause, heartbeat))
      if !isWelcomed { introductionPause = min(introductionPause * 2, heartbeat) }
    }
    actions += keepToBudgets(at: now)
    switch stage {
    case .stopping(let deadline, let exit) where now >= deadline:
      for task in inOrder where task.isAlive { actions += kill(task.lease, .graceOver) }
      // Killed children end at once; the next deadline is for their reports.
      stage = .stopping(deadline: now + limits.farewell, exit: exit)
    case .leaving(let deadline, let exit) where now >= deadline:
      let unheard = inOrder.map { Action.log($0.lease, "ends without the coordinator's acknowledgement") }
      actions += unheard + [.send(.goodbye)] + end(exit)
    default: break
    }
    return actions
  }

  private mutating func keepToBudgets(at now: Duration) -> [Action] {
    var actions: [Action] = []
    for task in inOrder where task.isAlive && task.killed == nil {
      if let limit = task.timeLimit, now >= limit {
        actions += kill(task.lease, .overTime(limit: limit - task.begin))
      } else if let deadline = task.endDeadline, now >= deadline {
        actions += kill(task.lease, .graceOver)
      }
    }
    if now >= nextMemoryLook {
      nextMemoryLook = now + Self.memoryLookInterval
      for task in inOrder where task.isAlive && task.killed == nil && task.budget.memoryMiB != nil {
        actions.append(.measureMemory(task.lease))
      }
    }
    return actions
  }

  private mutating func usesMemory(_ lease: TrialLease, _ resident: Double) -> [Action] {
    guard let task = tasks[lease], task.isAlive, task.killed == nil, let limit = task.budget.memoryMiB,
      resident > limit
    else { return [] }
    return kill(lease, .overMemory(limitMiB: limit, foundMiB: resident))
  }

  private mutating func beat(at now: Duration) -> [Action] {
    var actions: [Action] = []
    // An idle coordinator has nothing to say; a new introduction makes it speak.
    if isWelcomed, now - lastHeard > min(.seconds(60), patience / 2) { isWelcomed = false }
    if isWelcomed {
      actions.append(.send(.heartbeat(inOrder.map(\.progress))))
      for task in inOrder {
        if case .ended(let end) = task.phase { actions.append(.send(.attemptEnded(task.lease, end))) }
      }
    } else {
      actions.append(.send(.hello(held)))
    }
    for task in inOrder where task.isAlive && task.killed == nil {
      guard let limit = task.hangLimit(limits), now - task.lastLife > limit else { continue }
      actions += kill(task.lease, .hung(limit: limit))
    }
    if stage == .working, now - lastHeard > patience {
      actions.append(.log(nil, "no word of the coordinator for \(patience); checkpointing and ending"))
      actions += stop(exit: .interrupted, at: now)
    }
    return actions
  }
}

// MARK: - Ending

extension WorkerState {
  private mutating func stopRequested(_ reason: StopReason, at now: Duration) -> [Action] {
    if reason == .interrupt {
      interrupts += 1
      if interrupts > 1 { return end(.interrupted) }
    }
    guard stage == .working else { return [] }
    return [.log(nil, "\(reason.text): checkpointing and ending")] + stop(exit: .done, at: now)
  }

  private mutating func stop(exit: Exit, at now: Duration) -> [Action] {
    stage = .stopping(deadline: now + limits.grace, exit: exit)
    var actions: [Action] = []
    for task in inOrder {
      if task.phase == .waiting {
        tasks[task.lease]?.phase = .ended(End(cause: .preempted, message: "the worker is ending"))
        actions += report(task.lease)
      } else if task.isAlive, task.killed == nil {
        tasks[task.lease]?.isAskedToStop = true
        actions.append(.askChildToStop(task.lease))
      }
    }
    return actions + leaveIfReady(at: now)
  }

  private mutating func leaveIfReady(at now: Duration) -> [Action] {
    let exit: Exit
    switch stage {
    case .stopping(_, let chosen): exit = chosen
    case .leaving(_, let chosen): exit = chosen
    case .working, .ended: return []
    }
    if tasks.values.contains(where: \.isAlive) { return [] }
    // Who lost patience has nobody to wait for.
    if tasks.isEmpty || exit == .interrupted { return [.send(.goodbye)] + end(exit) }
    if case .stopping = stage { stage = .leaving(deadline: now + limits.farewell, exit: exit) }
    return []
  }

  private mutating func end(_ exit: Exit) -> [Action] {
    let killed = inOrder.filter(\.isAlive).map { Action.killChild($0.lease) }
    stage = .ended
    return killed + [.end(exit)]
  }

  private mutating func kill(_ lease: TrialLease, _ reason: Task.Kill) -> [Action] {
    guard tasks[lease]?.phase != .waiting else { return [] }
    if tasks[lease]?.killed == nil { tasks[lease]?.killed = reason }
    return [.killChild(lease)]
  }
}

// MARK: - Leases

extension WorkerState {
  /// Every lease in hand, oldest first.
  var held: [TrialLease] { inOrder.map(\.lease) }

  private var inOrder: [Task] { tasks.values.sorted { $0.lease.token < $1.lease.token } }

  private var freeSlots: Int { limits.slots - tasks.values.count { $0.isAlive || $0.phase == .waiting } }

  private mutating func requests() -> [Action] {
    guard isWelcomed, isPrepared, stage == .working else { return [] }
    let wanted = max(0, freeSlots - openRequests)
    openRequests += wanted
    return Array(repeating: .send(.requestTrial), count: wanted)
  }

  private func report(_ lease: TrialLease) -> [Action] {
    guard isWelcomed, case .ended(let end)? = tasks[lease]?.phase else { return [] }
    return [.send(.attemptEnded(lease, end))]
  }
}
