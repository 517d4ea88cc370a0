import Trials

/// The coordinator's mind: which trial stands where, who works on what, and what to do next.
///
/// A value without clock, socket or disk: an event and its moment in, effects out (`apply(_:at:)`). A restarted
/// coordinator is rebuilt from the ledger's content and the trial files that verify.
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
    public var ledger: LedgerContent
    /// Trials whose file lies under its final name and verifies.
    public var verifiedResults: Set<TrialID>
    /// Gives failed trials a new budget.
    public var retryFailed: Bool

    public init(
      ledger: LedgerContent = LedgerContent(), verifiedResults: Set<TrialID> = [], retryFailed: Bool = false
    ) {
      self.ledger = ledger
      self.verifiedResults = verifiedResults
      self.retryFailed = retryFailed
    }
  }

  /// The life of the coordinator; every token of it begins with this number.
  public let coordinatorEpoch: UInt32
  public let limits: Limits
  let budget: RetryBudget

  /// In the order of the plan.
  var entries: [TrialEntry]
  let indices: [TrialID: Int]
  var workers: [WorkerID: WorkerEntry] = [:]
  /// Indices of entries whose lease is out.
  var live: Set<Int> = []
  /// Indices of trials that wait after an earlier attempt; served before `fresh`. May name trials that no longer
  /// wait: whoever takes one looks at its state.
  var returned = FirstInFirstOut<Int>()
  /// Indices of trials that were never tried, in the order of the plan.
  var fresh = FirstInFirstOut<Int>()
  /// Workers that want a trial, longest waiting first. May name workers that no longer do.
  var line = FirstInFirstOut<WorkerID>()
  var tokenCounter: UInt64 = 0
  var now: Moment
  var stateCounts: [TrialState: Int]
  /// True once `stopRequested` was applied.
  public internal(set) var isDraining = false

  /// - Parameters:
  ///   - sweep: what is to be done; the ids of its trials are distinct.
  ///   - past: what earlier lives of the coordinator left.
  /// - Returns: the state and what has to be recorded and told of the beginning.
  public static func begin(
    sweep: Sweep, coordinatorEpoch: UInt32, past: Past = Past(), limits: Limits = Limits(), at moment: Moment
  ) -> (state: CoordinatorState, effects: [CoordinatorEffect]) {
    var effects: [CoordinatorEffect] = []
    let entries = sweep.trials.map { trial in
      beginning(of: trial, past: past, limits: limits, at: moment, &effects)
    }
    let state = CoordinatorState(
      entries: entries, coordinatorEpoch: coordinatorEpoch, budget: sweep.retry, limits: limits, now: moment)
    return (state, effects)
  }

  private init(
    entries: [TrialEntry], coordinatorEpoch: UInt32, budget: RetryBudget, limits: Limits, now: Moment
  ) {
    self.entries = entries
    self.coordinatorEpoch = coordinatorEpoch
    self.budget = budget
    self.limits = limits
    self.now = now
    indices = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.trial.id, $0) })
    stateCounts = [:]
    for (index, entry) in entries.enumerated() {
      stateCounts[entry.state, default: 0] += 1
      if entry.lease != nil { live.insert(index) }
      guard entry.state == .pending else { continue }
      if entry.attempts.isEmpty { fresh.append(index) } else { returned.append(index) }
    }
  }

  /// Where a trial stands after the past.
  private static func beginning(
    of trial: Trial, past: Past, limits: Limits, at moment: Moment, _ effects: inout [CoordinatorEffect]
  ) -> TrialEntry {
    let known = past.ledger.trials[trial.id]
    var entry = TrialEntry(
      trial: trial, state: known?.state ?? .pending, attempts: past.ledger.attempts[trial.id] ?? [],
      account: known?.account ?? RetryAccount(), lease: nil, failure: known?.failure ?? "",
      wasFoundCompleted: false)
    func log(_ level: CoordinatorLogLine.Level, _ text: String) {
      effects.append(
        .log(
          CoordinatorLogLine(level: level, trial: trial.id, attempt: entry.attempts.last?.number, text: text))
      )
    }

    if past.verifiedResults.contains(trial.id) {
      entry.wasFoundCompleted = true
      // Only the holder of the newest lease could publish, so an open attempt is the one that did.
      if let last = entry.attempts.indices.last, entry.attempts[last].cause == nil {
        entry.attempts[last].cause = .completed
        entry.attempts[last].endedUnixSeconds = moment.unixSeconds
        effects.append(.record(.attempt(trial.id, entry.attempts[last])))
      }
      if entry.state != .completed {
        entry.state = .completed
        entry.failure = ""
        effects.append(.record(.trial(entry.standing)))
        log(.info, "its result is already there and verifies: completed")
      }
      return entry
    }

    let isCompletedWithoutResult = entry.state == .completed
    if isCompletedWithoutResult || (entry.state == .failed && past.retryFailed) {
      entry.state = .pending
      entry.failure = ""
      entry.account = RetryAccount()
      effects.append(.record(.trial(entry.standing)))
      log(
        isCompletedWithoutResult ? .warning : .info,
        isCompletedWithoutResult
          ? "was completed but its result is gone or does not verify: runs again"
          : "failed before: runs again")
      return entry
    }

    // A lease that was out belongs to its worker for one more lease time, in which the worker can come back.
    if entry.state == .pending, let last = entry.attempts.last, last.cause == nil {
      guard let worker = WorkerID(last.worker) else {
        preconditionFailure(
          "\(trial.id): a ledger gives only names that are worker ids, found '\(last.worker)'")
      }
      entry.state = .running
      entry.lease = LiveLease(
        token: last.token, worker: worker, expires: moment.monotonic + limits.lease, epoch: last.lastEpoch,
        step: nil)
      log(.info, "lease \(last.token) of worker \(worker) on \(last.host) is kept until the worker is heard")
    }
    return entry
  }
}
