import Trials

extension CoordinatorState {
  /// True when every trial is in a final state.
  public var isOver: Bool {
    TrialState.allCases.allSatisfy { $0.isFinal || (stateCounts[$0] ?? 0) == 0 }
  }

  /// Trials by state; every state has a number.
  public var counts: [TrialState: Int] {
    Dictionary(uniqueKeysWithValues: TrialState.allCases.map { ($0, stateCounts[$0] ?? 0) })
  }

  /// Whether a worker is introduced now.
  public func knows(_ worker: WorkerID) -> Bool { workers[worker] != nil }

  /// Workers that were introduced and neither left nor fell silent.
  public var workerCount: Int { workers.count }

  /// Leases that are out.
  public var liveLeaseCount: Int { live.count }

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
  public var workerViews: [WorkerView] {
    workers.sorted { $0.key < $1.key }.map { _, worker in
      WorkerView(
        description: worker.description, silence: now.monotonic - worker.lastWord,
        leases: worker.leases.sorted().compactMap(leaseView))
    }
  }

  private func leaseView(of index: Int) -> LeaseView? {
    guard let lease = entries[index].lease else { return nil }
    return LeaseView(
      lease: TrialLease(trial: entries[index].trial.id, token: lease.token),
      attempt: entries[index].attempts.last?.number ?? 0, epoch: lease.epoch, step: lease.step,
      imagesPerSecond: lease.imagesPerSecond)
  }

  /// One trial as a person asks for it.
  public struct TrialView: Sendable {
    public var trial: Trial
    public var state: TrialState
    public var attempts: [AttemptRecord]
    /// Why it is failed; empty otherwise.
    public var failure: String
  }

  /// All trials in the order of the plan.
  public var trialViews: some Sequence<TrialView> { entries.lazy.map(Self.view) }

  /// - Returns: nil for a trial that is not of this sweep.
  public func trialView(of trial: TrialID) -> TrialView? { indices[trial].map { Self.view(entries[$0]) } }

  private static func view(_ entry: TrialEntry) -> TrialView {
    TrialView(trial: entry.trial, state: entry.state, attempts: entry.attempts, failure: entry.failure)
  }

  /// The last transitions of a trial; nil for one that is not of this sweep.
  public func story(of trial: TrialID) -> TrialStory? { indices[trial].map { entries[$0].story } }
}
