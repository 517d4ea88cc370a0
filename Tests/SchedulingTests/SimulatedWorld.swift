import Testing
import Trials

@testable import Scheduling

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }
}

struct SimulationFailure: Error, CustomStringConvertible {
  let description: String
}

/// A coordinator, its ledger and result files, a network that loses, repeats, delays and reorders, and workers that
/// die, stop and come back. After `faultyUntil` faults cease, and every trial must reach a final state.
struct SimulatedWorld {
  struct Tally: CustomStringConvertible {
    var events = 0, restarts = 0, deaths = 0, gaps = 0, dropped = 0, repeated = 0
    var staleAnswers = 0, lostAttempts = 0, keptLeases = 0, refusedResults = 0
    var pruned = 0, prunedFiles = 0, orders = 0, nodesSetAside = 0, cancelled = 0, revived = 0
    var failedWithAnother = 0, lostGrants = 0, adopted = 0

    mutating func add(_ other: Tally) {
      events += other.events
      restarts += other.restarts
      deaths += other.deaths
      gaps += other.gaps
      dropped += other.dropped
      repeated += other.repeated
      staleAnswers += other.staleAnswers
      lostAttempts += other.lostAttempts
      keptLeases += other.keptLeases
      refusedResults += other.refusedResults
      pruned += other.pruned
      prunedFiles += other.prunedFiles
      orders += other.orders
      nodesSetAside += other.nodesSetAside
      cancelled += other.cancelled
      revived += other.revived
      failedWithAnother += other.failedWithAnother
      lostGrants += other.lostGrants
      adopted += other.adopted
    }

    var description: String {
      "\(events) events, \(restarts) restarts, \(deaths) deaths, \(gaps) clock gaps, \(dropped) lost and"
        + " \(repeated) repeated messages, \(staleAnswers) stale answers, \(lostAttempts) lost attempts,"
        + " \(keptLeases) leases kept over a restart, \(refusedResults) refused results, \(pruned) pruned trials,"
        + " \(prunedFiles) of their files, \(orders) orders, \(nodesSetAside) nodes set aside, \(cancelled) cancelled,"
        + " \(revived) revived, \(failedWithAnother) failed with another, \(lostGrants) grants sent by a life that"
        + " died before it recorded them, \(adopted) of their leases taken up"
    }
  }

  /// A worker reduced to what the coordinator sees of it.
  struct Worker {
    struct Work {
      var lease: TrialLease
      var step = 0
      var epoch = 0
      var hasBegun = false
      /// What it will say once it is through; nil while it trains.
      var end: AttemptEndReport?
    }

    var id: WorkerID
    var host: String
    var cpu: String
    var slots: Int
    var works: [Work] = []
    var isIntroduced = false
    /// Frozen until then; its messages stay in the network.
    var stoppedUntil = 0.0

    /// What only waits for its end to be acknowledged takes no room.
    var hasRoom: Bool { works.count { $0.end == nil } < slots }
  }

  enum Message {
    case toCoordinator(CoordinatorEvent)
    case toWorker(CoordinatorReply, WorkerID)
  }

  private var generator: SeededGenerator
  private let sweep: Sweep
  private let lossRate: Double, repeatRate: Double, longestDelay: Double, deathRate: Double,
    restartRate: Double
  private var seconds = 0.0
  private let faultyUntil: Double
  private var network: [(due: Double, order: Int, message: Message)] = []
  private var order = 0
  private var workers: [Worker] = []
  private var nextWorker = 1
  private var state: CoordinatorState
  private var coordinatorEpoch: UInt32 = 1
  /// While later than now, the coordinator is down or frozen.
  private var coordinatorBackAt = 0.0
  private var ledger = LedgerContent()
  /// Result files: finished ones under their temporary names, and the published ones.
  private var incoming: Set<TrialLease> = []
  /// Files that were moved or refused by a life that may have died before it could say so.
  private var handled: Set<TrialLease> = []
  private var published: [TrialID: FencingToken] = [:]
  /// Published files that end at their rung.
  private var prunedFiles: [TrialID: FencingToken] = [:]
  /// Leases whose worker wrote a file that ends at its rung, also after the worker is gone.
  private var earlyEnds: Set<TrialLease> = []
  /// The newest token of a trial that any life sent, also where its record was lost.
  private var newestSent: [TrialID: FencingToken] = [:]
  private let sabotage: Sabotage?
  private let orderRate: Double
  private let badHost: String?
  private(set) var tally = Tally()

  /// - Parameter sabotage: how the coordinator is broken, so that the world must find it.
  init(seed: UInt64, sabotage: Sabotage? = nil) {
    self.sabotage = sabotage
    generator = SeededGenerator(seed: seed)
    sweep = Self.sweep(&generator)
    orderRate = generator.chance(0.4) ? 0.03 : 0
    badHost = generator.chance(0.3) ? "host1" : nil
    lossRate = generator.chance(0.5) ? Double.random(in: 0...0.3, using: &generator) : 0
    repeatRate = generator.chance(0.5) ? Double.random(in: 0...0.3, using: &generator) : 0
    longestDelay = generator.chance(0.5) ? Double.random(in: 0.1...30, using: &generator) : 0.1
    deathRate = generator.chance(0.6) ? 0.01 : 0
    restartRate = generator.chance(0.6) ? 0.02 : 0
    faultyUntil = Double.random(in: 60...240, using: &generator)
    state =
      CoordinatorState.begin(
        sweep: sweep, coordinatorEpoch: 1, at: Moment(monotonic: .zero, unixSeconds: 0)
      ).state
  }

  /// A small sweep with some of all that a sweep can have.
  private static func sweep(_ generator: inout SeededGenerator) -> Sweep {
    let count = Int.random(in: 1...6, using: &generator)
    var sweep = sampleSweep(count, retry: RetryBudget(lost: 20, crash: 3, outOfMemory: 1))
    let ids = sweep.trials.map(\.id)
    if generator.chance(0.3) {
      let isHalving = generator.chance(0.5)
      sweep.earlyStopping = EarlyStopping(
        rule: isHalving ? .asha(minimumEpochs: 1, reduction: 2) : .median(startEpochs: 2, minimumTrials: 1),
        objective: Objective(metric: .trainLoss, direction: .minimize))
    }
    if generator.chance(0.3) {
      // A trial waits only for earlier ones, so that none waits for itself.
      for index in ids.indices.dropFirst() where generator.chance(0.4) {
        sweep.dependencies[ids[index], default: []].insert(ids[Int.random(in: 0..<index, using: &generator)])
      }
    }
    if generator.chance(0.3) {
      for id in ids { sweep.priorities[id] = Int.random(in: -1...1, using: &generator) }
    }
    sweep.resources.keepsCPUType = generator.chance(0.2)
    return sweep
  }

  private var isFaulty: Bool { seconds < faultyUntil }
  private var moment: Moment { Moment(monotonic: .seconds(seconds), unixSeconds: seconds) }

  mutating func run() throws {
    for _ in 0..<Int.random(in: 1...4, using: &generator) { addWorker() }
    let end = faultyUntil + 3000
    while !state.isOver || isFaulty && !ledgerSaysOver {
      seconds += 1
      if seconds > end { throw failure("not over \(end - faultyUntil) s after the last fault") }
      try causeFaults()
      try giveOrders()
      for index in workers.indices { live(index) }
      try deliver()
      if seconds >= coordinatorBackAt { try apply([.timePassed]) }
    }
    guard ledgerSaysOver else { throw failure("over, but the ledger does not know") }
    let completed = Set(sweep.trials.map(\.id).filter { ledger.trials[$0]?.state == .completed })
    guard completed == Set(published.keys) else { throw failure("completed and published differ") }
    try checkEnd()
  }

  private mutating func checkEnd() throws {
    for trial in sweep.trials.map(\.id) {
      let decisions = ledger.decisions[trial] ?? []
      guard Set(decisions.map(\.rung)).count == decisions.count else {
        throw failure("\(trial): judged twice")
      }
      let hasVerdict = decisions.contains { $0.verdict == .prune }
      let standing = ledger.trials[trial]
      if standing?.state == .pruned {
        tally.pruned += 1
        guard hasVerdict else { throw failure("\(trial): pruned without a verdict") }
        if prunedFiles[trial] != nil { tally.prunedFiles += 1 }
      } else if prunedFiles[trial] != nil, standing?.ignoresEarlyStopping != true {
        throw failure("\(trial): has a pruned file and is not pruned")
      }
      if standing?.state == .cancelled { tally.cancelled += 1 }
      if standing?.state == .failed, standing?.failure.contains("which it waits for") == true {
        tally.failedWithAnother += 1
      }
    }
  }

  // MARK: A person

  private mutating func giveOrders() throws {
    guard seconds >= coordinatorBackAt else { return }
    if !isFaulty {
      // Who wants to see the end lets everything go on.
      guard Int(seconds) % 25 == 0 else { return }
      if state.mode != .running { try order(.resume) }
      for (host, _) in state.nodesSetAside { try order(.retryNode(host: host)) }
      return
    }
    guard generator.chance(orderRate) else { return }
    let some = sweep.trials.map(\.id).filter { _ in generator.chance(0.4) }
    switch Int.random(in: 0..<9, using: &generator) {
    case 0: try order(.pause)
    case 1: try order(.drain)
    case 2: try order(.cancel(some))
    case 3: try order(.retry(generator.chance(0.5) ? nil : some))
    case 4: try order(.prioritize(some, Int.random(in: -2...2, using: &generator)))
    case 5: try order(.retryNode(host: "host\(Int.random(in: 1...3, using: &generator))"))
    default: try order(.resume)
    }
  }

  private mutating func order(_ command: SweepCommand) throws {
    tally.orders += 1
    let before = ledger.trials.values.count { $0.state.isFinal && $0.state != .completed }
    let order = SweepOrder(id: "order\(tally.orders)", command: command, by: "person@host")
    try apply([.orderGiven(order)])
    let after = ledger.trials.values.count { $0.state.isFinal && $0.state != .completed }
    tally.revived += max(0, before - after)
  }

  private var ledgerSaysOver: Bool {
    sweep.trials.allSatisfy { ledger.trials[$0.id]?.state.isFinal == true }
  }

  private func failure(_ text: String) -> SimulationFailure {
    let stories = sweep.trials.map { "\($0.id):\n\(state.story(of: $0.id)?.description ?? "")" }
    return SimulationFailure(description: "\(text) at \(seconds) s\n\(stories.joined(separator: "\n"))")
  }

  // MARK: Faults

  private mutating func causeFaults() throws {
    if isFaulty, seconds >= coordinatorBackAt {
      if generator.chance(restartRate) {
        tally.restarts += 1
        restart()
      } else if generator.chance(0.003) {
        tally.gaps += 1
        coordinatorBackAt = seconds + Double.random(in: 8...60, using: &generator)
      }
    }
    if isFaulty {
      for index in workers.indices.reversed() where generator.chance(deathRate) {
        tally.deaths += 1
        workers.remove(at: index)
      }
      for index in workers.indices where generator.chance(0.005) {
        workers[index].stoppedUntil = seconds + Double.random(in: 5...60, using: &generator)
      }
    }
    if workers.isEmpty || (isFaulty && workers.count < 4 && generator.chance(0.01)) { addWorker() }
    // A trial that is bound to a CPU type needs one.
    if !isFaulty, Set(workers.map(\.cpu)).count < 2 { addWorker() }
  }

  private mutating func addWorker() {
    let id = WorkerID("worker\(nextWorker)")!
    nextWorker += 1
    workers.append(
      Worker(
        id: id, host: "host\(Int.random(in: 1...3, using: &generator))",
        cpu: "cpu\(nextWorker % 2)", slots: Int.random(in: 1...2, using: &generator)))
  }

  /// The coordinator dies and comes back from its ledger and the published files.
  private mutating func restart() {
    coordinatorEpoch += 1
    if generator.chance(0.3) { seconds += Double.random(in: 1...40, using: &generator) }
    let past = CoordinatorState.Past(
      ledger: ledger, verifiedResults: Set(published.keys), prunedResults: Set(prunedFiles.keys))
    let (new, effects) = CoordinatorState.begin(
      sweep: sweep, coordinatorEpoch: coordinatorEpoch, past: past, at: moment)
    state = new
    for case .record(let record) in effects { ledger.apply(record) }
    tally.keptLeases += state.liveLeaseCount
  }

  // MARK: Network

  private mutating func send(_ message: Message) {
    if isFaulty, generator.chance(lossRate) {
      tally.dropped += 1
      return
    }
    let copies = isFaulty && generator.chance(repeatRate) ? 2 : 1
    tally.repeated += copies - 1
    for _ in 0..<copies {
      let delay = isFaulty ? Double.random(in: 0...longestDelay, using: &generator) : 0
      order += 1
      network.append((seconds + delay, order, message))
    }
  }

  private mutating func deliver() throws {
    // Answers travel in the same second, a few times around.
    for _ in 0..<4 {
      let due = network.filter { $0.due <= seconds }.sorted { ($0.due, $0.order) < ($1.due, $1.order) }
      network.removeAll { $0.due <= seconds }
      var events: [CoordinatorEvent] = []
      for (_, _, message) in due {
        switch message {
        case .toWorker(let reply, let id):
          if let index = workers.firstIndex(where: { $0.id == id }) { hear(reply, index) }
        case .toCoordinator(let event):
          if seconds >= coordinatorBackAt {
            events.append(event)
            guard generator.chance(0.5) else { continue }
            try apply(events)
            events = []
          } else {
            network.append((coordinatorBackAt, order, message))
          }
        }
      }
      if !events.isEmpty { try apply(events) }
    }
  }

  // MARK: Coordinator's shell

  /// What one turn of the shell has gathered.
  private struct Turn {
    var records: [LedgerRecord] = []
    /// Replies that may leave before the records are durable, and those that may not.
    var early: [(CoordinatorReply, WorkerID)] = []
    var late: [(CoordinatorReply, WorkerID)] = []
    /// Results whose lease is not durable yet.
    var unpublished: [TrialLease] = []
  }

  /// As the real shell: publishes, sends what needs no record, commits once, then sends the rest; it may die between
  /// any two.
  private mutating func apply(_ events: [CoordinatorEvent]) throws {
    var turn = Turn()
    for event in events where sabotage?.swallows(event) != true {
      tally.events += 1
      let event = sabotage?.bend(event, in: state) ?? event
      try perform(state.apply(event, at: moment), after: event, &turn)
    }
    if dies(0.001) { return died() }
    if sabotage == .acknowledgesBeforeItRecords { try say(turn.late) }
    try say(turn.early)
    let isGranting = turn.early.contains { if case .grant = $0.0 { true } else { false } }
    if dies(isGranting ? 0.06 : 0.003) {
      for case (.grant, _) in turn.early { tally.lostGrants += 1 }
      return died()
    }
    commit(&turn)
    while !turn.unpublished.isEmpty {
      let leases = turn.unpublished
      turn.unpublished = []
      for lease in leases {
        let verdict = try publish(lease)
        try perform(state.apply(verdict, at: moment), after: verdict, &turn)
      }
      if dies(0.01) { return died() }
      commit(&turn)
    }
    if dies(0.002) { return died() }
    // What publications after the commit led to.
    try say(turn.late)
  }

  private mutating func dies(_ probability: Double) -> Bool {
    isFaulty && restartRate > 0 && generator.chance(probability)
  }

  private mutating func perform(
    _ effects: [CoordinatorEffect], after event: CoordinatorEvent, _ turn: inout Turn
  ) throws {
    do { try state.checkInvariants() } catch { throw failure("after \(event): \(error)") }
    for effect in sabotage?.bend(effects, workers: workers.map(\.id)) ?? effects {
      switch effect {
      case .record(let record): note(record, &turn)
      case .verifyAndPublish(let lease, _):
        guard isDurable(lease) else {
          turn.unpublished.append(lease)
          continue
        }
        let verdict = try publish(lease)
        try perform(state.apply(verdict, at: moment), after: verdict, &turn)
      case .send(let reply, let worker):
        if reply.tellsWhatIsRecorded {
          turn.late.append((reply, worker))
        } else {
          turn.early.append((reply, worker))
        }
      case .forget, .answer, .log: break
      }
    }
  }

  private func isDurable(_ lease: TrialLease) -> Bool {
    ledger.attempts[lease.trial]?.contains { $0.token == lease.token } == true
  }

  private mutating func note(_ record: LedgerRecord, _ turn: inout Turn) {
    turn.records.append(record)
    if case .attempt(_, let attempt) = record, attempt.cause == nil,
      attempt.token.coordinatorEpoch < coordinatorEpoch
    {
      tally.adopted += 1
    }
  }

  private mutating func commit(_ turn: inout Turn) {
    for record in turn.records {
      if case .attempt(_, let attempt) = record, attempt.cause == .workerLost { tally.lostAttempts += 1 }
      if case .node(let node) = record, node.reason != nil { tally.nodesSetAside += 1 }
      ledger.apply(record)
    }
    turn.records = []
  }

  private mutating func say(_ replies: [(CoordinatorReply, WorkerID)]) throws {
    for (reply, worker) in replies {
      if case .endAcknowledged(let lease, let verdict) = reply { try checkVerdict(verdict, on: lease) }
      if case .grant(let grant) = reply {
        let newest = newestSent.updateValue(grant.lease.token, forKey: grant.lease.trial)
        if let newest, newest >= grant.lease.token {
          throw failure("\(grant.lease): its token is not newer than \(newest), which was sent before")
        }
      }
      send(.toWorker(reply, worker))
    }
  }

  private mutating func died() {
    tally.restarts += 1
    restart()
  }

  private mutating func publish(_ lease: TrialLease) throws -> CoordinatorEvent {
    guard incoming.contains(lease) else {
      // An earlier life handled it and died before it could say so; its worker says it again.
      if handled.contains(lease) {
        return .resultRefused(lease, reason: "the file is not there any more")
      }
      throw failure("\(lease): asked to publish a file that is not there")
    }
    handled.insert(lease)
    if isFaulty, generator.chance(0.05) {
      tally.refusedResults += 1
      incoming.remove(lease)
      return .resultRefused(lease, reason: "does not verify")
    }
    incoming.remove(lease)
    if earlyEnds.contains(lease) {
      prunedFiles[lease.trial] = lease.token
      return .resultVerified(lease)
    }
    prunedFiles[lease.trial] = nil
    guard published.updateValue(lease.token, forKey: lease.trial) == nil else {
      throw failure("\(lease): published twice")
    }
    return .resultVerified(lease)
  }

  private mutating func checkVerdict(_ verdict: LeaseVerdict, on lease: TrialLease) throws {
    switch verdict {
    case .accepted:
      // Whoever hears this deletes its checkpoint, so the end must be durable by now.
      let attempt = ledger.attempts[lease.trial]?.first { $0.token == lease.token }
      if attempt?.cause == nil { throw failure("\(lease): acknowledged before it was recorded") }
    case .stale:
      tally.staleAnswers += 1
      if published[lease.trial] == lease.token {
        throw failure("\(lease): the published result called stale")
      }
    case .rejected: break
    }
  }

  // MARK: Workers

  private mutating func live(_ index: Int) {
    guard workers[index].stoppedUntil <= seconds else { return }
    let id = workers[index].id
    let held = workers[index].works.map(\.lease)
    if !workers[index].isIntroduced {
      send(
        .toCoordinator(
          .workerIntroduced(
            workerDescription(
              id.description, slots: workers[index].slots, held: held, host: workers[index].host,
              cpu: workers[index].cpu))))
    }
    for work in workers[index].works.indices {
      train(index, work)
    }
    if Int(seconds) % 2 == 0 {
      let standings = workers[index].works.map { LeaseStanding(lease: $0.lease, epoch: 0, step: $0.step) }
      send(.toCoordinator(.heartbeatReceived(from: id, standings)))
    }
    if workers[index].hasRoom, generator.chance(0.3) {
      send(.toCoordinator(.trialRequested(by: id)))
    }
  }

  private mutating func train(_ index: Int, _ work: Int) {
    let id = workers[index].id
    let lease = workers[index].works[work].lease
    if let end = workers[index].works[work].end {
      if generator.chance(0.3) { send(.toCoordinator(.attemptEndReported(by: id, lease, end))) }
      return
    }
    if !workers[index].works[work].hasBegun {
      workers[index].works[work].hasBegun = true
      send(.toCoordinator(.attemptStarted(by: id, lease)))
    }
    workers[index].works[work].step += Int.random(in: 1...9, using: &generator)
    let step = workers[index].works[work].step
    if generator.chance(0.2) {
      workers[index].works[work].epoch += 1
      let epoch = workers[index].works[work].epoch
      // The same again when the epoch is measured again, as a trial's numbers are.
      let seed = Double(sweep.trials.first { $0.id == lease.trial }?.configuration.seed ?? 0)
      send(
        .toCoordinator(
          .epochMeasured(
            by: id, lease, epoch: epoch, imagesPerSecond: 1, metrics: ["train_loss": seed / Double(epoch)])))
    }
    if generator.chance(0.1) {
      send(.toCoordinator(.checkpointReported(by: id, lease, epoch: 0, step: step)))
    }
    if generator.chance(0.05) {
      incoming.insert(lease)
      workers[index].works[work].end = AttemptEndReport(
        cause: .completed, lastStep: step, result: ResultClaim(byteCount: 1, sha256: ""))
    } else if isFaulty, generator.chance(0.01) {
      let causes: [EndCause] = [.killedBySignal(9), .bug, .disk, .hung, .preempted, .outOfMemory, .nan]
      let cause = causes.randomElement(using: &generator) ?? .bug
      workers[index].works[work].end = AttemptEndReport(
        cause: cause, lastStep: step, ruling: generator.chance(0.05) ? .excludeNode : nil)
    } else if isFaulty, workers[index].host == badHost, generator.chance(0.3) {
      workers[index].works[work].end = AttemptEndReport(cause: .configuration, lastStep: step)
    }
  }

  private mutating func hear(_ reply: CoordinatorReply, _ index: Int) {
    switch reply {
    case .welcome: workers[index].isIntroduced = true
    case .introduceYourself: workers[index].isIntroduced = false
    case .grant(let grant):
      // A repeated grant of what it works on, or one beyond its slots, is not taken.
      guard workers[index].hasRoom,
        !workers[index].works.contains(where: { $0.lease == grant.lease })
      else { return }
      workers[index].works.append(Worker.Work(lease: grant.lease))
    case .endAcknowledged(let lease, _), .abandon(let lease):
      workers[index].works.removeAll { $0.lease == lease }
    case .endAttempt(let lease, let ending):
      guard let work = workers[index].works.firstIndex(where: { $0.lease == lease }),
        workers[index].works[work].end == nil
      else { return }
      if case .pruned = ending, generator.chance(0.8) {
        incoming.insert(lease)
        earlyEnds.insert(lease)
        workers[index].works[work].end = AttemptEndReport(
          cause: .pruned, result: ResultClaim(byteCount: 1, sha256: ""))
      } else {
        workers[index].works[work].end = AttemptEndReport(cause: .preempted)
      }
    case .nothingNow, .sweepOver, .refused, .nodeSetAside: break
    }
  }
}
