import Trials

/// A change that outlives the coordinator. Records of trials and attempts replace what the ledger had of them.
public enum LedgerRecord: Hashable, Sendable {
  case trial(TrialStanding)
  case attempt(TrialID, AttemptRecord)
  /// The last lines of a failed attempt's log.
  case logTail(TrialID, attempt: Int, lines: [String])
  /// A word that came too late to count.
  case staleWord(StaleWord)
  /// What early stopping decided; never replaced.
  case decision(TrialID, PruningDecision)
  case node(NodeStanding)
  case mode(SweepMode)
  /// A result lies under its final name.
  case result(TrialID, PublishedResult)
  /// A person's order was carried out.
  case order(id: String, by: String, answer: String, unixSeconds: Double)
  /// A worker has introduced itself with this public key, which owns its name from now on.
  case owner(WorkerID, key: String)
}

/// What the ledger keeps of a trial beside its attempts.
public struct TrialStanding: Hashable, Sendable {
  public var trial: TrialID
  /// `pending` or a final state; an attempt without an end says that a lease was out.
  public var state: TrialState
  public var account: RetryAccount
  /// Why the trial is failed, pruned or cancelled; empty otherwise.
  public var failure: String
  /// Given by a person; nil: the plan's.
  public var priority: Int?
  /// A person revived it after it was pruned.
  public var ignoresEarlyStopping: Bool

  public init(
    trial: TrialID, state: TrialState, account: RetryAccount, failure: String = "", priority: Int? = nil,
    ignoresEarlyStopping: Bool = false
  ) {
    self.trial = trial
    self.state = state
    self.account = account
    self.failure = failure
    self.priority = priority
    self.ignoresEarlyStopping = ignoresEarlyStopping
  }
}

/// What the ledger keeps of a result's file, so that a restarted coordinator knows a file that nobody has touched since
/// it was verified.
public struct PublishedResult: Hashable, Sendable {
  /// `completed` or `pruned`.
  public var state: TrialState
  /// Of the file under its final name: what changes with every change of its content.
  public var byteCount: Int
  /// Times of the last change of content and of anything, in nanoseconds since 1970-01-01 UTC.
  public var modified: Int
  public var changed: Int
  /// The metric that the best trial was chosen by, and its value; nil where it was not measured.
  public var metric: String
  public var value: Double?

  public init(
    state: TrialState, byteCount: Int, modified: Int, changed: Int, metric: String, value: Double?
  ) {
    self.state = state
    self.byteCount = byteCount
    self.modified = modified
    self.changed = changed
    self.metric = metric
    self.value = value
  }
}

/// A late word of a worker that no longer held its lease.
public struct StaleWord: Hashable, Sendable {
  public var lease: TrialLease
  public var worker: WorkerID
  public var cause: EndCause
  public var unixSeconds: Double

  public init(lease: TrialLease, worker: WorkerID, cause: EndCause, unixSeconds: Double) {
    self.lease = lease
    self.worker = worker
    self.cause = cause
    self.unixSeconds = unixSeconds
  }
}

/// What a ledger holds: the past from which a restarted coordinator goes on.
public struct LedgerContent: Hashable, Sendable {
  public var trials: [TrialID: TrialStanding]
  /// By trial, in the order of their numbers.
  public var attempts: [TrialID: [AttemptRecord]]
  /// By trial, in the order in which they were made.
  public var decisions: [TrialID: [PruningDecision]]
  /// Nodes that a coordinator has ever set aside.
  public var nodes: [String: NodeStanding]
  public var results: [TrialID: PublishedResult]
  public var mode: SweepMode
  /// Answers to orders that were carried out, by their ids.
  public var orders: [String: String]
  /// Public keys of workers that introduced themselves, by their names: of the last hundred thousand at most.
  public var owners: [WorkerID: String]

  public init(
    trials: [TrialID: TrialStanding] = [:], attempts: [TrialID: [AttemptRecord]] = [:],
    decisions: [TrialID: [PruningDecision]] = [:], nodes: [String: NodeStanding] = [:],
    results: [TrialID: PublishedResult] = [:], mode: SweepMode = .running, orders: [String: String] = [:],
    owners: [WorkerID: String] = [:]
  ) {
    self.trials = trials
    self.attempts = attempts
    self.decisions = decisions
    self.nodes = nodes
    self.results = results
    self.mode = mode
    self.orders = orders
    self.owners = owners
  }

  /// Applies a record as a ledger does.
  public mutating func apply(_ record: LedgerRecord) {
    switch record {
    case .trial(let standing): trials[standing.trial] = standing
    case .attempt(let trial, let attempt):
      if let place = attempts[trial]?.firstIndex(where: { $0.number == attempt.number }) {
        attempts[trial]?[place] = attempt
      } else {
        attempts[trial, default: []].append(attempt)
      }
    case .decision(let trial, let decision): decisions[trial, default: []].append(decision)
    case .node(let standing): nodes[standing.host] = standing
    case .result(let trial, let result): results[trial] = result
    case .mode(let mode): self.mode = mode
    case .order(let id, _, let answer, _): orders[id] = answer
    case .owner(let worker, let key): if owners[worker] == nil { owners[worker] = key }
    case .logTail, .staleWord: break
    }
  }
}

/// The durable store behind `CoordinatorEffect.record`.
public protocol CoordinatorLedger: AnyObject {
  /// Makes all records durable in one transaction.
  ///
  /// - Throws: when they are not durable; then none of them is.
  func commit(_ records: [LedgerRecord]) throws
  /// Keeps the bound endpoint for the next coordinator of this folder.
  func keepEndpoint(_ endpoint: String) throws
  /// True when a newer coordinator has claimed the folder; this one must end.
  func isSuperseded() -> Bool
}
