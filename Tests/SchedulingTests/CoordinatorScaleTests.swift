import Foundation
import Testing
import Trials

@testable import Scheduling

/// One large world: 100,000 trials on 1,000 workers, with cheap checks after each event and everything derived anew
/// every 10,000 events. `IGR_SCALE_TRIALS=n` makes it smaller or larger.
@Suite(.serialized) struct CoordinatorScaleTests {
  @Test func aHundredThousandTrialsOnAThousandWorkers() throws {
    let count = ProcessInfo.processInfo.environment["IGR_SCALE_TRIALS"].flatMap(Int.init) ?? 100_000
    let seed = UInt64(ProcessInfo.processInfo.environment["IGR_SIMULATION_SEED"] ?? "") ?? 7
    var world = try LargeWorld(trials: count, workers: min(1000, count), seed: seed)
    let memory = residentMiB()
    let start = ContinuousClock.now
    do { try world.run() } catch { Issue.record("IGR_SIMULATION_SEED=\(seed): \(error)") }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(
      "\(count) trials, \(world.eventCount) events in \(String(format: "%.1f", seconds)) s, of which checks"
        + " \(String(format: "%.1f", world.checkSeconds)) s:"
        + " \(Int(Double(world.eventCount) / max(0.001, seconds - world.checkSeconds))) events/s;"
        + " memory \(Int(memory)) MiB before, \(Int(residentMiB())) MiB after;"
        + " \(world.lost) lost attempts, \(world.restarts) restarts, \(world.lostGrants) grants whose record was"
        + " lost, \(world.adopted) of their leases taken up")
    #expect(world.completed == count && (world.lostGrants == 0 || world.adopted > 0))
  }

  private func residentMiB() -> Double {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
    else { return 0 }
    return pages * 4096 / 1_048_576
  }
}

/// Workers that lease, finish, die and come back; a coordinator that is restarted now and then.
private struct LargeWorld {
  private struct Worker {
    var id: WorkerID
    var host: String
    var lease: TrialLease?
    var isIntroduced = false
  }

  private let sweep: Sweep
  private var generator: SeededGenerator
  private var workers: [Worker]
  private var state: CoordinatorState
  private var ledger = LedgerContent()
  private var seconds = 0.0
  private var newestToken: FencingToken?
  private var leased: [TrialID: FencingToken] = [:]
  private var published: Set<TrialID> = []
  private var nextWorker = 0
  private(set) var eventCount = 0
  private(set) var checkSeconds = 0.0
  private(set) var lost = 0
  private(set) var restarts = 0
  private(set) var lostGrants = 0
  private(set) var adopted = 0
  var completed: Int { published.count }

  init(trials: Int, workers count: Int, seed: UInt64) throws {
    let configuration = sampleTrials[0].configuration
    let trials = (0..<trials).map { Trial(configuration: configuration, dataDigest: "d\($0)", threads: 1) }
    var sweep = Sweep(name: "large", summary: "", trials: trials, objective: nil)
    var generator = SeededGenerator(seed: seed)
    for trial in trials where generator.chance(0.01) { sweep.priorities[trial.id] = 1 }
    self.sweep = sweep
    self.generator = generator
    workers = []
    state =
      CoordinatorState.begin(
        sweep: sweep, coordinatorEpoch: 1, at: Moment(monotonic: .zero, unixSeconds: 0)
      ).state
    for _ in 0..<count { workers.append(newWorker()) }
  }

  private mutating func newWorker() -> Worker {
    nextWorker += 1
    return Worker(id: WorkerID("w\(nextWorker)")!, host: "host\(nextWorker % 50)")
  }

  mutating func run() throws {
    while !state.isOver {
      seconds += 1
      for index in workers.indices { try live(index) }
      try apply(.timePassed)
      if generator.chance(0.02) { try restart() }
      if seconds > 100_000 { throw SimulationFailure(description: "not over after \(seconds) s") }
    }
  }

  private mutating func live(_ index: Int) throws {
    if generator.chance(0.0005) {
      workers[index] = newWorker()
      return
    }
    let id = workers[index].id
    if !workers[index].isIntroduced { try introduce(index) }
    guard let lease = workers[index].lease else { return try apply(.trialRequested(by: id)) }
    if generator.chance(0.6) {
      let isGood = generator.chance(0.99)
      try apply(
        .attemptEndReported(
          by: id, lease,
          isGood
            ? AttemptEndReport(cause: .completed, result: ResultClaim(byteCount: 1, sha256: ""))
            : AttemptEndReport(cause: .killedBySignal(9))))
    } else {
      try apply(.attemptStarted(by: id, lease))
      try apply(.heartbeatReceived(from: id, [LeaseStanding(lease: lease, epoch: 0, step: Int(seconds))]))
    }
  }

  /// The coordinator dies; the records of its last grants die with it.
  private mutating func restart() throws {
    restarts += 1
    for (trial, token) in leased where token.counter + 20 > newestToken?.counter ?? 0 {
      guard token.coordinatorEpoch == state.coordinatorEpoch, ledger.attempts[trial]?.last?.token == token
      else { continue }
      ledger.attempts[trial]?.removeLast()
      leased[trial] = nil
      lostGrants += 1
    }
    let epoch = state.coordinatorEpoch + 1
    let (new, effects) = CoordinatorState.begin(
      sweep: sweep, coordinatorEpoch: epoch,
      past: CoordinatorState.Past(ledger: ledger, verifiedResults: published), at: moment)
    state = new
    for case .record(let record) in effects { ledger.apply(record) }
    for index in workers.indices { workers[index].isIntroduced = false }
    // Some are heard before anybody asks for a trial.
    for index in workers.indices where generator.chance(0.5) { try introduce(index) }
  }

  private mutating func introduce(_ index: Int) throws {
    workers[index].isIntroduced = true
    try apply(
      .workerIntroduced(
        workerDescription(
          workers[index].id.description, held: workers[index].lease.map { [$0] } ?? [],
          host: workers[index].host)))
  }

  private var moment: Moment { Moment(monotonic: .seconds(seconds), unixSeconds: seconds) }

  private mutating func apply(_ event: CoordinatorEvent) throws {
    var effects = state.apply(event, at: moment)
    eventCount += 1
    for case .verifyAndPublish(let lease, _) in effects {
      guard published.insert(lease.trial).inserted else {
        throw SimulationFailure(description: "\(lease): published twice")
      }
      effects += state.apply(.resultVerified(lease), at: moment)
      eventCount += 1
    }
    for effect in effects { try perform(effect) }
    try checkCheaply()
    if eventCount % 10_000 == 0 {
      let start = ContinuousClock.now
      do { try state.checkInvariants() } catch { throw SimulationFailure(description: "\(error)") }
      checkSeconds += (ContinuousClock.now - start) / .seconds(1)
    }
  }

  private mutating func perform(_ effect: CoordinatorEffect) throws {
    switch effect {
    case .record(let record):
      if case .attempt(let trial, let attempt) = record {
        if attempt.cause == .workerLost { lost += 1 }
        if attempt.cause == nil, attempt.token.coordinatorEpoch < state.coordinatorEpoch {
          adopted += 1
          guard leased.updateValue(attempt.token, forKey: trial) == nil else {
            throw SimulationFailure(description: "\(trial): taken up beside a live lease")
          }
        }
        if attempt.cause != nil, leased[trial] == attempt.token { leased[trial] = nil }
      }
      ledger.apply(record)
    case .send(.grant(let grant), let worker):
      guard leased.updateValue(grant.lease.token, forKey: grant.lease.trial) == nil else {
        throw SimulationFailure(description: "\(grant.lease): on two live leases")
      }
      guard newestToken.map({ $0 < grant.lease.token }) ?? true else {
        throw SimulationFailure(description: "\(grant.lease): tokens must grow")
      }
      newestToken = grant.lease.token
      if let index = places[worker] { workers[index].lease = grant.lease }
    case .send(.endAcknowledged(let lease, _), let worker), .send(.abandon(let lease), let worker):
      if let index = places[worker], workers[index].lease == lease { workers[index].lease = nil }
    case .send(.introduceYourself, let worker):
      if let index = places[worker] { workers[index].isIntroduced = false }
    default: break
    }
  }

  /// Where each worker is; made anew when one was replaced.
  private var places: [WorkerID: Int] {
    mutating get {
      if placesMadeAt != nextWorker {
        knownPlaces = Dictionary(uniqueKeysWithValues: workers.enumerated().map { ($1.id, $0) })
        placesMadeAt = nextWorker
      }
      return knownPlaces
    }
  }
  private var knownPlaces: [WorkerID: Int] = [:]
  private var placesMadeAt = -1

  private func checkCheaply() throws {
    let sum = TrialState.allCases.reduce(0) { $0 + state.count($1) }
    guard sum == sweep.trials.count else { throw SimulationFailure(description: "a trial is lost: \(sum)") }
    let out = state.count(.leased) + state.count(.running)
    guard out == state.liveLeaseCount, out == leased.count else {
      throw SimulationFailure(
        description: "\(out) trials are out, \(state.liveLeaseCount) leases, \(leased.count) granted")
    }
    guard state.count(.completed) == published.count else {
      throw SimulationFailure(
        description: "\(state.count(.completed)) completed, \(published.count) published")
    }
  }
}
