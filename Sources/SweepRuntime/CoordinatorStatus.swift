import Glibc
import ResultStore
import Scheduling
import Trials

/// What a coordinator remembers only for people: finished trials, the best one, how long trials take.
struct CoordinatorStatus {
  private let sweep: Sweep
  /// Fits of priors, which are no candidates for the best trial.
  private let fits: Set<TrialID>
  private let label: @Sendable (Trial) -> String
  private let coordinator: StatusSnapshot.Coordinator
  private let paths: RunPaths
  private let startedUnixSeconds: Double
  private var finished: [StatusSnapshot.FinishedTrial] = []
  private var finishedCount = 0
  private var best: StatusSnapshot.Best?
  /// Wall time of completed trials, for the estimate.
  private var completedSeconds = 0.0
  private var completedCount = 0

  /// A reader polls a few times a second. Where more trials end between two looks, as after an order to cancel, it misses
  /// the first of them; the counts have them all.
  private static let recentLimit = 200
  /// The counts tell how many there are; nobody reads more of them in a status.
  private static let failureLimit = 200

  init(
    sweep: Sweep, label: @escaping @Sendable (Trial) -> String, coordinator: StatusSnapshot.Coordinator,
    paths: RunPaths, startedUnixSeconds: Double
  ) {
    self.sweep = sweep
    fits = sweep.fits
    self.label = label
    self.coordinator = coordinator
    self.paths = paths
    self.startedUnixSeconds = startedUnixSeconds
  }

  /// Without an objective, trials are compared by what the tables select by.
  static func metric(of trial: Trial, in sweep: Sweep) -> Metric {
    sweep.objective?.metric ?? trial.configuration.selectionMetric
  }

  /// Takes a verified result into account for the best trial.
  ///
  /// - Parameter value: of `metric(of:in:)`.
  mutating func noteResult(of trial: Trial, _ state: TrialState, _ value: Double?) {
    guard state == .completed, let value, value.isFinite, !fits.contains(trial.id) else { return }
    let metric = Self.metric(of: trial, in: sweep)
    let isHigherBetter = sweep.objective.map { $0.direction == .maximize } ?? (metric.better == .higher)
    if let best, isHigherBetter ? best.value >= value : best.value <= value { return }
    best = StatusSnapshot.Best(trial: trial.id.description, metric: metric.name, value: value)
  }

  /// Takes a trial that has just reached a final state into account.
  mutating func noteFinished(_ view: CoordinatorState.TrialView, metrics: [String: Double]) {
    let seconds = view.attempts.reduce(0.0) { sum, attempt in
      sum + max(0, (attempt.endedUnixSeconds ?? attempt.startedUnixSeconds) - attempt.startedUnixSeconds)
    }
    if view.state == .completed {
      completedSeconds += seconds
      completedCount += 1
    }
    finishedCount += 1
    finished.append(
      StatusSnapshot.FinishedTrial(
        sequence: finishedCount, trial: view.trial.id.description, label: label(view.trial),
        state: view.state,
        cause: view.attempts.last?.cause?.text ?? "", reason: view.failure, seconds: seconds,
        metrics: metrics.filter { $0.value.isFinite }))
    if finished.count > Self.recentLimit { finished.removeFirst() }
  }

  func snapshot(of state: CoordinatorState, at moment: Moment, hasEnded: Bool) -> StatusSnapshot {
    let views = state.workerViews
    let workers = views.flatMap { rows(of: $0, at: moment) }
    var snapshot = StatusSnapshot(
      sweep: sweep.name, coordinator: coordinator, startedUnixSeconds: startedUnixSeconds,
      writtenUnixSeconds: moment.unixSeconds, hasEnded: hasEnded, counts: state.counts, workers: workers,
      imagesPerSecond: workers.reduce(0) { $0 + ($1.imagesPerSecond ?? 0) }, best: best,
      secondsLeft: secondsLeft(state, views), recentlyFinished: finished, failures: failures(state))
    snapshot.mode = state.mode.rawValue
    snapshot.unplanned = state.unplannedCount
    snapshot.nodes = nodes(state, views, at: moment)
    return snapshot
  }

  /// One row per machine that has a worker now or is set aside.
  private func nodes(
    _ state: CoordinatorState, _ workers: [CoordinatorState.WorkerView], at moment: Moment
  ) -> [StatusSnapshot.NodeRow] {
    var rows: [String: StatusSnapshot.NodeRow] = [:]
    for worker in workers {
      let host = worker.description.host
      let lastWord = moment.unixSeconds - worker.silence / .seconds(1)
      var row = rows[host] ?? StatusSnapshot.NodeRow(host: host)
      row.workers += 1
      row.slots += worker.description.slots
      row.running += worker.leases.count
      row.imagesPerSecond += worker.leases.compactMap(\.imagesPerSecond).filter(\.isFinite).reduce(0, +)
      row.lastWordUnixSeconds = max(row.lastWordUnixSeconds ?? lastWord, lastWord)
      rows[host] = row
    }
    for (host, reason) in state.nodesSetAside {
      rows[host, default: StatusSnapshot.NodeRow(host: host)].setAside = reason
    }
    return rows.values.sorted { $0.host < $1.host }
  }

  /// One row per lease, or one for a worker that waits.
  private func rows(of worker: CoordinatorState.WorkerView, at moment: Moment) -> [StatusSnapshot.WorkerRow] {
    func row(_ lease: CoordinatorState.LeaseView?) -> StatusSnapshot.WorkerRow {
      let rate = lease?.imagesPerSecond.flatMap { 0...1e12 ~= $0 ? $0 : nil }
      return StatusSnapshot.WorkerRow(
        id: worker.description.worker.description, host: worker.description.host,
        processID: worker.description.processID, trial: lease?.lease.trial.description,
        epoch: lease?.epoch ?? 0, step: lease?.step ?? 0, imagesPerSecond: rate,
        lastWordUnixSeconds: moment.unixSeconds - worker.silence / .seconds(1))
    }
    return worker.leases.isEmpty ? [row(nil)] : worker.leases.map(row)
  }

  private func failures(_ state: CoordinatorState) -> [StatusSnapshot.Failure] {
    state.failedViews(limit: Self.failureLimit).map { view in
      let last = view.attempts.last
      // Written from the last lines that the worker sent; a worker that vanished sent none.
      let log = last.map { paths.attemptLog(view.trial.id, attempt: $0.number) }
        .flatMap { access($0, F_OK) == 0 ? $0 : nil }
      return StatusSnapshot.Failure(
        // One without an attempt failed with what it waited for.
        trial: view.trial.id.description, cause: last?.cause?.text ?? EndCause.configuration.text,
        message: view.failure,
        logPath: log ?? "")
    }
  }

  /// What is left in trials, times how long a trial took, over what runs at the same time.
  private func secondsLeft(
    _ state: CoordinatorState, _ workers: [CoordinatorState.WorkerView]
  ) -> Double? {
    guard !state.isOver else { return 0 }
    guard completedCount > 0 else { return nil }
    let slots = workers.reduce(0) { $0 + $1.description.slots }
    guard slots > 0 else { return nil }
    var trials = Double(state.count(.pending))
    for lease in workers.flatMap(\.leases) {
      let epochs = state.trialView(of: lease.lease.trial)?.trial.configuration.epochs ?? 1
      trials += 1 - min(1, max(0, Double(lease.epoch) / Double(epochs)))
    }
    return trials * completedSeconds / Double(completedCount) / Double(slots)
  }
}
