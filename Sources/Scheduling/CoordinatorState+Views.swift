import Trials

extension CoordinatorState {
  /// True when every trial is in a final state.
  public var isOver: Bool { stateCounts.unfinished == 0 }

  /// Trials in a state.
  public func count(_ state: TrialState) -> Int { stateCounts[state] }

  /// Trials by state; every state has a number.
  public var counts: [TrialState: Int] {
    Dictionary(uniqueKeysWithValues: TrialState.allCases.map { ($0, stateCounts[$0]) })
  }

  /// Whether a worker is introduced now.
  public func knows(_ worker: WorkerID) -> Bool { workers[worker] != nil }

  /// Whether the lease is out and this worker's.
  public func isLive(_ lease: TrialLease, heldBy worker: WorkerID) -> Bool {
    guard let live = indices[lease.trial].flatMap({ leases[$0] }) else { return false }
    return live.token == lease.token && live.worker == worker
  }

  /// Whether a verdict on the lease's result is waited for.
  public func isVerifying(_ lease: TrialLease) -> Bool {
    guard let live = indices[lease.trial].flatMap({ leases[$0] }) else { return false }
    return live.token == lease.token && live.verifying != nil
  }

  /// The worker that the trial's lease is out to.
  public func holder(of trial: TrialID) -> WorkerID? {
    indices[trial].flatMap { leases[$0]?.worker }
  }

  /// Workers that were introduced and neither left nor fell silent.
  public var workerCount: Int { workers.count }

  /// Leases that are out.
  public var liveLeaseCount: Int { leases.count }

  /// Whether a connected worker holds a lease: it may still have a word on it.
  public var isAnyoneAtWork: Bool { leases.values.contains { workers[$0.worker] != nil } }

  /// A connected worker and what it works on.
  public struct WorkerView: Sendable {
    public var description: WorkerDescription
    /// Since its last word.
    public var silence: Duration
    public var leases: [LeaseView]
  }

  public struct LeaseView: Sendable {
    public var lease: TrialLease
    public var attempt: Int
    public var epoch: Int
    /// Nil until the worker told it.
    public var step: Int?
    /// Nil until an epoch was measured.
    public var imagesPerSecond: Double?
  }

  /// Connected workers, by id.
  ///
  /// - Complexity: O(n log n) in the workers.
  public var workerViews: [WorkerView] {
    workers.sorted { $0.key < $1.key }.map { _, worker in
      WorkerView(
        description: worker.description, silence: now.monotonic - worker.lastWord,
        leases: worker.leases.sorted().compactMap(leaseView))
    }
  }

  private func leaseView(of index: Int) -> LeaseView? {
    guard let lease = leases[index] else { return nil }
    return LeaseView(
      lease: TrialLease(trial: entries[index].trial.id, token: lease.token),
      attempt: entries[index].attempts.last?.number ?? 0, epoch: lease.epoch, step: lease.step,
      imagesPerSecond: lease.imagesPerSecond)
  }

  /// Machines that were set aside, with the reason, by name.
  public var nodesSetAside: [(host: String, reason: String)] {
    nodes.compactMap { host, node in node.asideReason.map { (host, $0) } }.sorted { $0.0 < $1.0 }
  }

  /// One trial as a person asks for it.
  public struct TrialView: Sendable {
    public var trial: Trial
    public var state: TrialState
    public var attempts: [AttemptRecord]
    /// Why it is failed, pruned or cancelled; empty otherwise.
    public var failure: String
  }

  /// All trials in the order of the plan.
  public var trialViews: some Sequence<TrialView> { entries.lazy.map(Self.view) }

  /// Failed trials in the order of the plan, the first `limit` of them.
  public func failedViews(limit: Int) -> [TrialView] {
    failed.sorted().prefix(limit).map { Self.view(entries[$0]) }
  }

  /// - Returns: nil for a trial that is not of this sweep.
  public func trialView(of trial: TrialID) -> TrialView? { indices[trial].map { Self.view(entries[$0]) } }

  private static func view(_ entry: TrialEntry) -> TrialView {
    TrialView(trial: entry.trial, state: entry.state, attempts: entry.attempts, failure: entry.failure)
  }

  /// What early stopping decided about a trial, in the order of its decisions.
  public func decisions(on trial: TrialID) -> [PruningDecision] {
    indices[trial].flatMap { judge?.decisions[$0] } ?? []
  }

  /// The last transitions of a trial; nil for one that is not of this sweep.
  public func story(of trial: TrialID) -> TrialStory? { indices[trial].map(chronicle.story) }
}
