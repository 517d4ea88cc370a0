import Testing
import Trials

@testable import Scheduling

/// Trials that differ in their seed.
let sampleTrials: [Trial] = (1...8).map { seed in
  do {
    let configuration = try TrialConfiguration(validating: [
      "dataset_name": .string("mnist"), "model_type": .string("GS_Dis"), "temp": .real(0.5),
      "seed": .integer(seed),
    ])
    return Trial(configuration: configuration, dataDigest: "data", threads: 1)
  } catch {
    preconditionFailure("\(error)")
  }
}

func sampleSweep(_ count: Int, retry: RetryBudget = RetryBudget()) -> Sweep {
  Sweep(name: "sample", summary: "", trials: Array(sampleTrials.prefix(count)), objective: nil, retry: retry)
}

func workerDescription(
  _ name: String, slots: Int = 1, held: [TrialLease] = [], resultVersion: Int = EngineVersion.result,
  host: String? = nil, cpu: String = "cpu"
) -> WorkerDescription {
  WorkerDescription(
    worker: WorkerID(name)!, host: host ?? "host-\(name)", processID: 7, slots: slots, cpu: cpu, blas: "blas",
    engineResultVersion: resultVersion, held: held)
}

/// A coordinator with a clock that tests move by hand, and all that it ever asked for.
struct Coordinator {
  var state: CoordinatorState
  var seconds: Double = 0
  var ledger = LedgerContent()
  private(set) var records: [LedgerRecord] = []
  /// Effects of the last event.
  private(set) var last: [CoordinatorEffect] = []

  init(
    trials: Int = 1, retry: RetryBudget = RetryBudget(), epoch: UInt32 = 1,
    past: CoordinatorState.Past = CoordinatorState.Past(), at seconds: Double = 0,
    shape: (inout Sweep) -> Void = { _ in }
  ) {
    self.seconds = seconds
    ledger = past.ledger
    let moment = Moment(monotonic: .seconds(seconds), unixSeconds: 1000 + seconds)
    var sweep = sampleSweep(trials, retry: retry)
    shape(&sweep)
    (state, last) = CoordinatorState.begin(
      sweep: sweep, coordinatorEpoch: epoch, past: past, at: moment)
    keepRecords()
  }

  @discardableResult
  mutating func apply(
    _ event: CoordinatorEvent, sourceLocation: SourceLocation = #_sourceLocation
  ) -> [CoordinatorEffect] {
    last = state.apply(event, at: Moment(monotonic: .seconds(seconds), unixSeconds: 1000 + seconds))
    keepRecords()
    do { try state.checkInvariants() } catch {
      Issue.record("after \(event): \(error)", sourceLocation: sourceLocation)
    }
    return last
  }

  private mutating func keepRecords() {
    for case .record(let record) in last {
      records.append(record)
      ledger.apply(record)
    }
  }

  /// Lets time pass in steps as a shell does.
  mutating func pass(_ duration: Double) {
    let end = seconds + duration
    while seconds < end {
      seconds = min(seconds + 1, end)
      apply(.timePassed)
    }
  }

  /// What was last told to a worker.
  func replies(to name: String) -> [CoordinatorReply] {
    last.compactMap { effect in
      if case .send(let reply, let worker) = effect, worker.description == name { return reply }
      return nil
    }
  }

  func grants() -> [AttemptGrant] {
    last.compactMap { effect in
      if case .send(.grant(let grant), _) = effect { return grant }
      return nil
    }
  }

  /// A worker joins and asks; its grant, if there was one.
  mutating func join(_ name: String, slots: Int = 1) -> TrialLease? {
    apply(.workerIntroduced(workerDescription(name, slots: slots)))
    return request(name)
  }

  mutating func request(_ name: String) -> TrialLease? {
    apply(.trialRequested(by: WorkerID(name)!))
    return grants().first?.lease
  }

  /// A worker of a machine joins and asks for as much as it has slots.
  mutating func join(_ name: String, host: String, cpu: String = "cpu", slots: Int = 1) -> [TrialLease] {
    apply(.workerIntroduced(workerDescription(name, slots: slots, host: host, cpu: cpu)))
    return (0..<slots).compactMap { _ in request(name) }
  }

  /// A person's order.
  ///
  /// - Returns: the answer.
  @discardableResult
  mutating func order(_ command: SweepCommand, id: String = "o") -> String {
    apply(.orderGiven(SweepOrder(id: id, command: command, by: "ann@login")))
    for case .answer(_, let text) in last { return text }
    return ""
  }

  mutating func measure(_ name: String, _ lease: TrialLease, epoch: Int, loss: Double) {
    apply(
      .epochMeasured(
        by: WorkerID(name)!, lease, epoch: epoch, imagesPerSecond: 1, metrics: ["train_loss": loss]))
  }

  func state(of trial: Int) -> TrialState? { state.trialView(of: sampleTrials[trial].id)?.state }

  /// As `join`, where a grant is expected.
  mutating func lease(joining name: String) throws -> TrialLease {
    let lease = join(name)
    return try #require(lease)
  }

  /// As `request`, where a grant is expected.
  mutating func lease(requestedBy name: String) throws -> TrialLease {
    let lease = request(name)
    return try #require(lease)
  }

  mutating func beat(_ name: String, _ lease: TrialLease, step: Int = 1) {
    apply(.heartbeatReceived(from: WorkerID(name)!, [LeaseStanding(lease: lease, epoch: 0, step: step)]))
  }

  mutating func end(
    _ name: String, _ lease: TrialLease, _ cause: EndCause, step: Int? = nil, ruling: RetryRule.Action? = nil
  ) {
    let claim = ResultClaim(byteCount: 1, sha256: "00")
    apply(
      .attemptEndReported(
        by: WorkerID(name)!, lease,
        AttemptEndReport(
          cause: cause, lastStep: step, result: cause == .completed ? claim : nil,
          logTail: cause == .completed ? [] : ["last words"], ruling: ruling)))
  }
}
