/// What the front door decides about its processes: when to start, restart, ask, or kill one, and when it is over.
///
/// An event and the time go in, actions come out. Times are measured from any fixed instant and never go back.
struct SupervisorState {
  enum Role: Hashable, Comparable {
    case coordinator
    /// Numbered from 1.
    case worker(Int)

    var text: String {
      switch self {
      case .coordinator: "the coordinator"
      case .worker(let number): "worker \(number)"
      }
    }
  }

  enum Event: Hashable {
    case began
    /// The coordinator that runs now listens here.
    case endpointFound(String)
    case ended(Role, ChildProcess.Ending.Status)
    case notStarted(Role, reason: String)
    /// The sweep makes progress.
    case trialsCompleted
    /// The coordinator that somebody else runs has said its last word.
    case otherCoordinatorEnded
    /// Ctrl-C, or SIGTERM.
    case interrupted
    case timePassed
  }

  enum Action: Hashable {
    case startCoordinator(isRestart: Bool)
    case startWorker(Int, endpoint: String)
    /// SIGTERM.
    case askToEnd(Role)
    case kill(Role)
    case log(String)
    case finish(LocalRunOutcome)
  }

  /// The numbers it decides with.
  struct Limits: Hashable {
    /// 0 where others start them.
    var workers: Int
    /// Where the coordinator is that somebody else runs; nil: it is ours to start.
    var coordinator: String?
    /// Workers on other machines: one that cannot work is given up alone, one that is cut off is tried for ever.
    var areRemote = false
    /// What people call the workers, in their order; empty: their numbers.
    var names: [String] = []
    /// Pause before a process that ended early is started again; doubles with each early end in a row.
    var firstPause: Duration = .milliseconds(500)
    var longestPause: Duration = .seconds(30)
    /// Pause before a worker that ended well is replaced: long enough for the coordinator to end too.
    var pauseAfterGoodEnd: Duration = .seconds(1)
    /// A process that lived as long as this has not ended early.
    var earlyEnd: Duration = .seconds(10)
    /// Early ends in a row after which starting it again is in vain.
    var earlyEndsAtMost = 8
    /// How long workers and coordinator may take to end when they were asked to: the workers' own grace and farewell.
    var grace: Duration = .seconds(30)
  }

  private enum Place: Hashable {
    /// Waits to be started; a worker also waits for an endpoint.
    case due(Duration)
    case running(since: Duration)
    case gone
  }

  private enum Stage: Hashable {
    case working
    /// Workers were asked to end; then it is the coordinator's turn.
    case endingWorkers(deadline: Duration, outcome: LocalRunOutcome)
    case endingCoordinator(deadline: Duration, outcome: LocalRunOutcome)
    case over
  }

  private let limits: Limits
  private var places: [Role: Place] = [:]
  private var earlyEnds: [Role: Int] = [:]
  private var endpoint: String?
  private var hasStartedCoordinator = false
  private var stage = Stage.working
  private var interrupts = 0

  init(limits: Limits) { self.limits = limits }

  /// When `timePassed` is due at the latest; nil when nothing waits for the clock.
  var nextDeadline: Duration? {
    var times: [Duration] = []
    if stage == .working {
      times = places.compactMap { role, place in
        guard case .due(let time) = place, role == .coordinator || endpoint != nil else { return nil }
        return time
      }
    }
    switch stage {
    case .endingWorkers(let deadline, _), .endingCoordinator(let deadline, _): times.append(deadline)
    case .working, .over: break
    }
    return times.min()
  }

  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    if stage == .over { return [] }
    switch event {
    case .began:
      endpoint = limits.coordinator
      if endpoint == nil { places[.coordinator] = .due(now) }
      for number in 0..<limits.workers { places[.worker(number + 1)] = .due(now) }
      return startDue(at: now)
    case .endpointFound(let found): return endpointFound(found, at: now)
    case .notStarted(let role, let reason) where role != .coordinator && limits.areRemote:
      return giveUp(role, LocalRunOutcome.failed(code: 4, message: "\(name(of: role)): \(reason)"), at: now)
    case .notStarted(let role, let reason):
      return fail(
        LocalRunOutcome.failed(code: 4, message: "\(name(of: role)): \(reason)"), without: role, at: now)
    case .ended(.coordinator, let status): return coordinatorEnded(status, at: now)
    case .ended(let role, let status): return workerEnded(role, status, at: now)
    case .trialsCompleted:
      // Whatever ended early, starting it again was not in vain.
      earlyEnds = [:]
      return []
    // Workers that are cut off would be tried for ever.
    case .otherCoordinatorEnded: return endWorkers(.finished(everyTrialCompleted: true), at: now)
    case .interrupted: return interrupted(at: now)
    case .timePassed: return timePassed(at: now)
    }
  }

  // MARK: Starting

  private mutating func startDue(at now: Duration) -> [Action] {
    guard stage == .working else { return [] }
    var actions: [Action] = []
    for (role, place) in places.sorted(by: { $0.key < $1.key }) {
      guard case .due(let time) = place, time <= now else { continue }
      switch role {
      case .coordinator:
        actions.append(.startCoordinator(isRestart: hasStartedCoordinator))
        hasStartedCoordinator = true
      case .worker(let number):
        guard let endpoint else { continue }
        actions.append(.startWorker(number, endpoint: endpoint))
      }
      places[role] = .running(since: now)
    }
    return actions
  }

  private mutating func endpointFound(_ found: String, at now: Duration) -> [Action] {
    let isMoved = endpoint.map { $0 != found } ?? false
    endpoint = found
    guard isMoved, stage == .working else { return startDue(at: now) }
    // Workers know only the old one; they write checkpoints and are started again.
    let running = runningWorkers
    return [.log("the coordinator now listens at \(found); restarting the workers")]
      + running.map { .askToEnd($0) } + startDue(at: now)
  }

  // MARK: Ends

  private mutating func coordinatorEnded(_ status: ChildProcess.Ending.Status, at now: Duration) -> [Action] {
    let place = places[.coordinator]
    places[.coordinator] = .gone
    switch (stage, status) {
    case (.endingCoordinator(_, let outcome), _): return finish(outcome)
    case (.endingWorkers, _): return []
    case (.over, _): return []
    case (.working, .exited(code: 0)): return endWorkers(.finished(everyTrialCompleted: true), at: now)
    case (.working, .exited(code: 1)): return endWorkers(.finished(everyTrialCompleted: false), at: now)
    case (.working, .exited(code: 3)):
      return [.log("the coordinator was asked to end")] + endWorkers(.interrupted, at: now)
    case (.working, .exited(let code)) where code == 2 || code == 4:
      return endWorkers(.failed(code: code, message: "the coordinator could not go on"), at: now)
    case (.working, _): return restart(.coordinator, place, status, at: now)
    }
  }

  private mutating func workerEnded(
    _ role: Role, _ status: ChildProcess.Ending.Status, at now: Duration
  ) -> [Action] {
    let place = places[role]
    places[role] = .gone
    guard stage == .working else { return coordinatorsTurn(at: now) }
    if status == .exited(code: 2) {
      return giveUp(role, .failed(code: 2, message: "\(name(of: role)) was refused"), at: now)
    }
    if status == .exited(code: 0) {
      // Without a coordinator of our own nobody else tells us that the sweep is over.
      if limits.coordinator != nil {
        return runningWorkers.isEmpty ? endWorkers(.finished(everyTrialCompleted: true), at: now) : []
      }
      // The coordinator told it that the sweep is over, and will end itself in a moment; or a person asked this
      // worker to end, and then work may be left for another one.
      places[role] = .due(now + limits.pauseAfterGoodEnd)
      return []
    }
    return restart(role, place, status, at: now)
  }

  private mutating func restart(
    _ role: Role, _ place: Place?, _ status: ChildProcess.Ending.Status, at now: Duration
  ) -> [Action] {
    if case .running(let since)? = place, now - since < limits.earlyEnd {
      earlyEnds[role, default: 0] += 1
    } else {
      earlyEnds[role] = 1
    }
    let count = earlyEnds[role] ?? 1
    // ssh ends with 255 when it cannot reach the host, which may come back.
    let isCutOff = limits.areRemote && role != .coordinator && status == .exited(code: 255)
    guard count < limits.earlyEndsAtMost || isCutOff else {
      let message =
        "\(name(of: role)) ended \(count) times in a row within \(limits.earlyEnd), last \(status.text)"
      return giveUp(role, .failed(code: 4, message: message), at: now)
    }
    var pause = limits.firstPause
    for _ in 1..<min(count, 20) { pause = min(pause * 2, limits.longestPause) }
    places[role] = .due(now + pause)
    return [.log("\(name(of: role)) ended, \(status.text); it starts again in \(pause)")]
  }

  /// A worker of this machine that cannot work is a reason for all of them, one elsewhere only for itself.
  private mutating func giveUp(_ role: Role, _ outcome: LocalRunOutcome, at now: Duration) -> [Action] {
    places[role] = .gone
    guard role != .coordinator, limits.areRemote, case .failed(_, let message) = outcome else {
      return endWorkers(outcome, at: now)
    }
    let areAllGone = places.allSatisfy { $0.key == .coordinator || $0.value == .gone }
    guard areAllGone else { return [.log("\(message); going on without it")] }
    return [.log("\(message); it was the last")] + endWorkers(outcome, at: now)
  }

  private mutating func fail(
    _ outcome: LocalRunOutcome, without role: Role, at now: Duration
  ) -> [Action] {
    places[role] = .gone
    return endWorkers(outcome, at: now)
  }

  // MARK: Ending

  private mutating func interrupted(at now: Duration) -> [Action] {
    interrupts += 1
    if interrupts > 1 { return finish(.interrupted) }
    guard stage == .working else { return [] }
    return [.log("ending: the workers write checkpoints; once more stops at once")]
      + endWorkers(.interrupted, at: now)
  }

  /// Asks the workers to end. At a sweep's end they do so by themselves, and SIGTERM changes nothing.
  private mutating func endWorkers(_ outcome: LocalRunOutcome, at now: Duration) -> [Action] {
    guard stage == .working else { return [] }
    stage = .endingWorkers(deadline: now + limits.grace, outcome: outcome)
    return runningWorkers.map { .askToEnd($0) } + coordinatorsTurn(at: now)
  }

  private mutating func coordinatorsTurn(at now: Duration) -> [Action] {
    guard case .endingWorkers(_, let outcome) = stage, runningWorkers.isEmpty else { return [] }
    guard case .running? = places[.coordinator] else { return finish(outcome) }
    stage = .endingCoordinator(deadline: now + limits.grace, outcome: outcome)
    return [.askToEnd(.coordinator)]
  }

  private mutating func timePassed(at now: Duration) -> [Action] {
    switch stage {
    case .working: return startDue(at: now)
    case .endingWorkers(let deadline, let outcome) where now >= deadline:
      stage = .endingWorkers(deadline: now + limits.grace, outcome: outcome)
      return runningWorkers.map { .kill($0) }
    case .endingCoordinator(let deadline, let outcome) where now >= deadline:
      return finish(outcome)
    case .endingWorkers, .endingCoordinator, .over: return []
    }
  }

  /// Whatever still runs is killed.
  private mutating func finish(_ outcome: LocalRunOutcome) -> [Action] {
    stage = .over
    let running = places.filter { if case .running = $0.value { true } else { false } }.keys.sorted()
    return running.map { .kill($0) } + [.finish(outcome)]
  }

  private func name(of role: Role) -> String {
    if case .worker(let number) = role, number <= limits.names.count { return limits.names[number - 1] }
    return role.text
  }

  private var runningWorkers: [Role] {
    places.filter { role, place in
      if case .running = place { role != .coordinator } else { false }
    }.keys.sorted()
  }
}

extension ChildProcess.Ending.Status {
  /// In words for a log.
  var text: String {
    switch self {
    case .exited(let code): "with exit code \(code)"
    case .signalled(let number): "killed by signal \(number)"
    }
  }
}
