import Glibc
import ResultStore
import Scheduling
import Trials

/// What a coordinator remembers only for people: finished trials, the best one, how long trials take.
struct CoordinatorStatus {
  private let sweep: Sweep
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

  /// A reader polls a few times a second; more rows than this are never new at once.
  private static let recentLimit = 200

  init(
    sweep: Sweep, label: @escaping @Sendable (Trial) -> String, coordinator: StatusSnapshot.Coordinator,
    paths: RunPaths, startedUnixSeconds: Double
  ) {
    self.sweep = sweep
    self.label = label
    self.coordinator = coordinator
    self.paths = paths
    self.startedUnixSeconds = startedUnixSeconds
  }

  /// Takes a verified result into account for the best trial.
  mutating func noteResult(_ summary: TrialSummary) {
    // Without an objective, trials are compared by what the tables select by.
    let metric = sweep.objective?.metric ?? summary.trial.configuration.selectionMetric
    let isHigherBetter = sweep.objective.map { $0.direction == .maximize } ?? (metric.better == .higher)
    guard let value = summary.metrics[metric.name], value.isFinite else { return }
    if let best, isHigherBetter ? best.value >= value : best.value <= value { return }
    best = StatusSnapshot.Best(trial: summary.trial.id.description, metric: metric.name, value: value)
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
        cause: view.attempts.last?.cause?.text ?? "", seconds: seconds,
        metrics: metrics.filter { $0.value.isFinite }))
    if finished.count > Self.recentLimit { finished.removeFirst() }
  }

  func snapshot(of state: CoordinatorState, at moment: Moment, hasEnded: Bool) -> StatusSnapshot {
    let workers = state.workerViews.flatMap { rows(of: $0, at: moment) }
    return StatusSnapshot(
      sweep: sweep.name, coordinator: coordinator, startedUnixSeconds: startedUnixSeconds,
      writtenUnixSeconds: moment.unixSeconds, hasEnded: hasEnded, counts: state.counts, workers: workers,
      imagesPerSecond: workers.reduce(0) { $0 + ($1.imagesPerSecond ?? 0) }, best: best,
      secondsLeft: secondsLeft(state), recentlyFinished: finished, failures: failures(state))
  }

  /// One row per lease, or one for a worker that waits.
  private func rows(of worker: CoordinatorState.WorkerView, at moment: Moment) -> [StatusSnapshot.WorkerRow] {
    func row(_ lease: CoordinatorState.LeaseView?) -> StatusSnapshot.WorkerRow {
      let rate = lease?.imagesPerSecond.flatMap { $0.isFinite ? $0 : nil }
      return StatusSnapshot.WorkerRow(
        id: worker.description.worker.description, host: worker.description.host,
        processID: worker.description.processID, trial: lease?.lease.trial.description,
        epoch: lease?.epoch ?? 0, step: lease?.step ?? 0, imagesPerSecond: rate,
        lastWordUnixSeconds: moment.unixSeconds - worker.silence / .seconds(1))
    }
    return worker.leases.isEmpty ? [row(nil)] : worker.leases.map(row)
  }

  private func failures(_ state: CoordinatorState) -> [StatusSnapshot.Failure] {
    guard (state.counts[.failed] ?? 0) > 0 else { return [] }
    return state.trialViews.filter { $0.state == .failed }.map { view in
      let last = view.attempts.last
      // Written from the last lines that the worker sent; a worker that vanished sent none.
      let log = last.map { paths.attemptLog(view.trial.id, attempt: $0.number) }
        .flatMap { access($0, F_OK) == 0 ? $0 : nil }
      return StatusSnapshot.Failure(
        trial: view.trial.id.description, cause: last?.cause?.text ?? "", message: view.failure,
        logPath: log ?? "")
    }
  }

  /// What is left in trials, times how long a trial took, over what runs at the same time.
  private func secondsLeft(_ state: CoordinatorState) -> Double? {
    let counts = state.counts
    let isOver = state.isOver
    guard !isOver else { return 0 }
    guard completedCount > 0 else { return nil }
    let workers = state.workerViews
    let slots = workers.reduce(0) { $0 + $1.description.slots }
    guard slots > 0 else { return nil }
    var trials = Double(counts[.pending] ?? 0)
    for lease in workers.flatMap(\.leases) {
      let epochs = state.trialView(of: lease.lease.trial)?.trial.configuration.epochs ?? 1
      trials += 1 - min(1, max(0, Double(lease.epoch) / Double(epochs)))
    }
    return trials * completedSeconds / Double(completedCount) / Double(slots)
  }
}
