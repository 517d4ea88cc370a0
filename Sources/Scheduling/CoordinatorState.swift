import Trials

/// The coordinator's mind: which trial stands where, who works on what, and what to do next.
///
/// A value without clock, socket or disk: an event and its moment in, effects out (`apply(_:at:)`). A restarted
/// coordinator is rebuilt from the ledger's content and the trial files that verify (`begin`).
public struct CoordinatorState: Sendable {
  /// The times that leases depend on.
  public struct Limits: Hashable, Sendable {
    /// How long a lease lives without a heartbeat that names it.
    public var lease: Duration
    /// A longer silence of this coordinator's own clock means that it was itself stopped.
    public var clockGap: Duration

    public init(lease: Duration = .seconds(15), clockGap: Duration? = nil) {
      self.lease = lease
      self.clockGap = clockGap ?? lease / 2
    }
  }

  /// What the coordinator found when it began.
  public struct Past: Sendable {
    /// May know trials that the plan no longer names, or not yet.
    public var ledger: LedgerContent
    /// Trials whose file lies under its final name, verifies and is complete.
    public var verifiedResults: Set<TrialID>
    /// Trials whose file verifies and ends where early stopping ended them.
    public var prunedResults: Set<TrialID>
    /// Gives failed trials a new budget.
    public var retryFailed: Bool
    /// When the life before this one last spoke; nil where nobody knows. An attempt that nobody comes back for counts
    /// until then: the night in which a machine was off is not computing time.
    public var lastWordUnixSeconds: Double?

    public init(
      ledger: LedgerContent = LedgerContent(), verifiedResults: Set<TrialID> = [],
      prunedResults: Set<TrialID> = [], retryFailed: Bool = false, lastWordUnixSeconds: Double? = nil
    ) {
      self.ledger = ledger
      self.verifiedResults = verifiedResults
      self.prunedResults = prunedResults
      self.retryFailed = retryFailed
      self.lastWordUnixSeconds = lastWordUnixSeconds
    }
  }

  /// The life of the coordinator; every token of it begins with this number.
  public let coordinatorEpoch: UInt32
  public let limits: Limits
  let budget: RetryBudget
  let resources: TrialResources
  /// As the plan has them; a person's lie in the entries.
  let priorities: [TrialID: Int]

  /// In the order of the plan.
  var entries: [TrialEntry]
  let indices: [TrialID: Int]
  /// Trials that wait for others, and which.
  let prerequisites: [Int: [Int]]
  /// Trials that others wait for, and those.
  let dependants: [Int: [Int]]
  /// Trials of the ledger that the plan does not name: kept there, and else left alone.
  public let unplannedCount: Int
  var workers: [WorkerID: WorkerEntry] = [:]
  var nodes: [String: NodeEntry] = [:]
  /// Leases that are out, by the indices of their trials.
  var leases: [Int: LiveLease] = [:]
  /// Trials that a worker may be given. May name trials that no longer wait: their entry's `place` says so.
  var waiting = WaitingTrials()
  /// Workers that want a trial. May name workers that no longer do: their entry's `lineNumber` says so.
  var line = WaitingWorkers()
  /// Nil without early stopping.
  var judge: EarlyStoppingJudge?
  var tokenCounter: UInt64 = 0
  var now: Moment
  var stateCounts = StateCounts()
  /// Trials that are failed, so that nobody has to look for them.
  var failed: Set<Int> = []
  var chronicle = TransitionChronicle()
  /// Answers to orders that were carried out, by their ids.
  var orders: [String: String]
  public internal(set) var mode: SweepMode
  /// True once `stopRequested` was applied.
  public internal(set) var isStopping = false

  /// Whether a waiting trial may be given to a waiting worker.
  var mayGrant: Bool { mode == .running && !isStopping }
}

extension CoordinatorState {
  /// - Parameters:
  ///   - sweep: what is to be done; the ids of its trials are distinct.
  ///   - past: what earlier lives of the coordinator left.
  /// - Returns: the state and what has to be recorded and told of the beginning.
  /// - Complexity: O(trials + attempts).
  public static func begin(
    sweep: Sweep, coordinatorEpoch: UInt32, past: Past = Past(), limits: Limits = Limits(), at moment: Moment
  ) -> (state: CoordinatorState, effects: [CoordinatorEffect]) {
    var effects: [CoordinatorEffect] = []
    var state = CoordinatorState(
      sweep: sweep, coordinatorEpoch: coordinatorEpoch, past: past, limits: limits, at: moment)
    state.judgeAsBefore(past)
    for index in state.entries.indices { state.takeUp(index, past, &effects) }
    for index in state.entries.indices { state.stateCounts[state.entries[index].state] += 1 }
    state.failed = Set(state.entries.indices.filter { state.entries[$0].state == .failed })
    state.settleDependencies(&effects)
    for index in state.entries.indices { state.putInWaiting(index) }
    for standing in past.ledger.nodes.values where standing.reason != nil {
      state.nodes[standing.host, default: NodeEntry()].asideReason = standing.reason
    }
    if state.mode != .running {
      state.log(
        .warning,
        "the sweep is \(state.mode.rawValue) by a person's word: nothing is granted until igr resume",
        nil, &effects)
    }
    return (state, effects)
  }

  private init(sweep: Sweep, coordinatorEpoch: UInt32, past: Past, limits: Limits, at moment: Moment) {
    self.coordinatorEpoch = coordinatorEpoch
    self.limits = limits
    budget = sweep.retry
    resources = sweep.resources
    priorities = sweep.priorities
    now = moment
    orders = past.ledger.orders
    mode = past.ledger.mode
    let indices = Dictionary(uniqueKeysWithValues: sweep.trials.enumerated().map { ($1.id, $0) })
    self.indices = indices
    unplannedCount =
      past.ledger.trials.keys.count { indices[$0] == nil }
      + past.ledger.attempts.keys.count { indices[$0] == nil && past.ledger.trials[$0] == nil }
    entries = sweep.trials.map { trial in
      let known = past.ledger.trials[trial.id]
      return TrialEntry(
        trial: trial, state: known?.state ?? .pending, attempts: past.ledger.attempts[trial.id] ?? [],
        account: known?.account ?? RetryAccount(), failure: known?.failure ?? "", priority: known?.priority,
        ignoresEarlyStopping: known?.ignoresEarlyStopping ?? false)
    }
    var prerequisites: [Int: [Int]] = [:]
    var dependants: [Int: [Int]] = [:]
    for (trial, others) in sweep.dependencies {
      guard let index = indices[trial] else { continue }
      for other in others.sorted().compactMap({ indices[$0] }) {
        prerequisites[index, default: []].append(other)
        dependants[other, default: []].append(index)
      }
    }
    self.prerequisites = prerequisites
    self.dependants = dependants.mapValues { $0.sorted() }
    judge = sweep.earlyStopping.map {
      EarlyStoppingJudge($0, trials: sweep.trials, neverJudged: Set(dependants.keys))
    }
  }

  private mutating func judgeAsBefore(_ past: Past) {
    guard judge != nil else { return }
    // In the order of the plan, so that equal pasts give equal states.
    for index in entries.indices {
      for decision in past.ledger.decisions[entries[index].trial.id] ?? [] {
        judge?.recall(decision, of: index)
      }
    }
  }

  /// Where a trial stands after the past.
  private mutating func takeUp(_ index: Int, _ past: Past, _ effects: inout [CoordinatorEffect]) {
    let trial = entries[index].trial.id
    if past.verifiedResults.contains(trial) {
      return find(index, as: .completed, cause: .completed, &effects)
    }
    if past.prunedResults.contains(trial), !entries[index].ignoresEarlyStopping {
      return find(index, as: .pruned, cause: .pruned, &effects)
    }
    let isCompletedWithoutResult = entries[index].state == .completed
    if isCompletedWithoutResult || (entries[index].state == .failed && past.retryFailed) {
      entries[index].state = .pending
      entries[index].failure = ""
      entries[index].account = RetryAccount(forgivenAttempts: entries[index].attempts.last?.number ?? 0)
      // It was complete before a verdict could end it.
      if isCompletedWithoutResult { entries[index].ignoresEarlyStopping = true }
      effects.append(.record(.trial(entries[index].standing)))
      log(
        isCompletedWithoutResult ? .warning : .info,
        isCompletedWithoutResult
          ? "was completed but its result is gone or does not verify: runs again"
          : "failed before: runs again", index, &effects)
    }
    if resources.keepsCPUType, let last = entries[index].attempts.last { entries[index].cpu = last.cpu }
    guard entries[index].state == .pending else { return }
    let pruning = entries[index].ignoresEarlyStopping ? nil : judge?.pruning(of: index)
    // A lease that was out belongs to its worker for one more lease time, in which the worker can come back.
    if let last = entries[index].attempts.last, last.cause == nil {
      guard let worker = WorkerID(last.worker) else {
        preconditionFailure("\(trial): a ledger gives only names that are worker ids, found '\(last.worker)'")
      }
      entries[index].state = .running
      leases[index] = LiveLease(
        token: last.token, worker: worker, expires: now.monotonic + limits.lease,
        lastHeardUnixSeconds: past.lastWordUnixSeconds ?? last.startedUnixSeconds, epoch: last.lastEpoch,
        step: nil, ending: pruning.map(ending(by:)) ?? (mode == .paused ? .paused : nil))
      log(
        .info, "lease \(last.token) of worker \(worker) on \(last.host) is kept until the worker is heard",
        index,
        &effects)
    } else if let pruning {
      entries[index].state = .pruned
      entries[index].failure = pruningText(pruning)
      effects.append(.record(.trial(entries[index].standing)))
      log(.info, "pruned: \(entries[index].failure)", index, &effects)
    }
  }

  /// A trial whose file is there and verifies.
  private mutating func find(
    _ index: Int, as state: TrialState, cause: EndCause, _ effects: inout [CoordinatorEffect]
  ) {
    entries[index].wasFoundCompleted = true
    // Only the holder of the newest lease could publish, so an open attempt is the one that did.
    if let last = entries[index].attempts.indices.last, entries[index].attempts[last].cause == nil {
      entries[index].attempts[last].cause = cause
      entries[index].attempts[last].endedUnixSeconds = now.unixSeconds
      effects.append(.record(.attempt(entries[index].trial.id, entries[index].attempts[last])))
    }
    guard entries[index].state != state else { return }
    entries[index].state = state
    entries[index].failure = state == .pruned ? judge?.pruning(of: index).map(pruningText) ?? "" : ""
    effects.append(.record(.trial(entries[index].standing)))
    log(.info, "its result is already there and verifies: \(state)", index, &effects)
  }

  // MARK: Log lines

  func log(
    _ level: CoordinatorLogLine.Level, _ text: String, _ index: Int?,
    _ effects: inout [CoordinatorEffect]
  ) {
    effects.append(
      .log(
        CoordinatorLogLine(
          level: level, trial: index.map { entries[$0].trial.id },
          attempt: index.flatMap { entries[$0].attempts.last?.number }, text: text)))
  }
}
