import Glibc
import Keys
import ResultStore
import Scheduling
import Transfers
import Trials
import WireProtocol
import ZeroMQ

/// The coordinator's shell: one thread with one ROUTER socket, around `CoordinatorState`.
///
/// Each turn of its loop takes what has arrived, lets the state decide, publishes, makes all records durable in one
/// transaction, and only then speaks. Sends never block: what a peer cannot take is dropped, and the protocol repeats
/// whatever matters.
public final class CoordinatorService {
  let configuration: CoordinatorConfiguration
  let sweep: Sweep
  let ledger: any CoordinatorLedger
  let results: any CoordinatorResults
  let log: CoordinatorLog
  let clock: CoordinatorClock
  var state: CoordinatorState
  var status: CoordinatorStatus
  var peers: CoordinatorPeers
  let transfers: CoordinatorTransfers
  /// Data sets that trials of the sweep train on.
  let datasets: [HeldDataset]
  /// Workers that write elsewhere than into this coordinator's folder.
  var remote: Set<WorkerID> = []
  private var access: CoordinatorAccess
  private let security: Socket.Security
  /// Records that are not durable yet, and what may be said once they are.
  var records: [LedgerRecord] = []
  var replies: [(reply: CoordinatorReply, worker: WorkerID)] = []
  /// Trials with a lease that is not durable yet, and results that wait until theirs is.
  var undurable: Set<TrialID> = []
  var unpublished: [(lease: TrialLease, claim: ResultClaim)] = []
  var departures: [WorkerID] = []
  let control: ControlFolder
  /// To orders that were carried out and whose answer is not written yet, by the orders' ids.
  var answers: [String: String] = [:]
  private let patterns: RetryRulePatterns
  /// Metrics of the result that is being accepted, for its row in the status.
  var publishedMetrics: [String: Double] = [:]
  /// Whether a result was read in this life.
  var hasRead = false
  /// The last commit failed: nothing is granted that the next one may not record.
  var isLedgerInTrouble = false
  /// What went wrong with the ledger or the status file, so that it is told once and not twice a second.
  private var toldTrouble: String?
  /// Completed trials with a final checkpoint that others go on from.
  let shorterTrials: ShorterTrials
  /// What fits found, each read once.
  var fittedPriors: [TrialID: FittedPrior] = [:]
  private var wasSuperseded = false
  /// The coordinator before this one was cut off, so that workers of its time may still look for one.
  private let followsACutLife: Bool
  /// What was found in files, until the status has taken it into account.
  private var verified: [FoundResult]
  private let beginning: [CoordinatorEffect]
  private let makeStatus: (Endpoint) -> CoordinatorStatus

  /// Reads the result files that are there and rebuilds the state.
  ///
  /// - Parameters:
  ///   - epoch: this life of the coordinator, from the ledger that claimed it.
  ///   - past: what the ledger holds of earlier lives.
  ///   - results: where results lie; by default the files of the configuration's folder.
  ///   - label: what tells a trial apart from the others, for people.
  /// - Throws: `CoordinatorError`: `refused` for an endpoint that is not allowed; `environment` for files.
  public convenience init(
    _ configuration: CoordinatorConfiguration, sweep: Sweep, ledger: any CoordinatorLedger, epoch: UInt32,
    past: LedgerContent, retryFailed: Bool = false, results: (any CoordinatorResults)? = nil,
    label: @escaping @Sendable (Trial) -> String
  ) throws(CoordinatorError) {
    try self.init(
      configuration, sweep: sweep, ledger: ledger, epoch: epoch, past: past, retryFailed: retryFailed,
      results: results ?? FolderResults(paths: configuration.paths), label: label, clock: CoordinatorClock())
  }

  init(
    _ configuration: CoordinatorConfiguration, sweep: Sweep, ledger: any CoordinatorLedger, epoch: UInt32,
    past: LedgerContent, retryFailed: Bool = false, results: any CoordinatorResults,
    label: @escaping @Sendable (Trial) -> String, clock: CoordinatorClock
  ) throws(CoordinatorError) {
    self.clock = clock
    try CoordinatorBinding.check(
      configuration.bind, allowsInsecureLoopback: configuration.allowsInsecureLoopback,
      hasKeys: configuration.keys != nil)
    if let keys = configuration.keys {
      do {
        security = .server(try keys.pair(.server))
        access = CoordinatorAccess(try AccessWatch(keys))
      } catch {
        throw CoordinatorError(.refused, "\(error)")
      }
    } else {
      security = .none
      access = CoordinatorAccess(nil)
    }
    self.configuration = configuration
    peers = CoordinatorPeers(owners: past.owners.compactMapValues { CurveKey($0) })
    log = CoordinatorLog(format: configuration.logFormat)
    self.sweep = sweep
    self.ledger = ledger
    control = ControlFolder(configuration.paths)
    patterns = RetryRulePatterns(sweep.retryRules)
    self.results = results
    datasets = Set(
      sweep.trials.compactMap { trial in
        trial.configuration.datasetName.map { HeldDataset(name: $0, digest: trial.dataDigest) }
      }
    ).sorted { ($0.name, $0.digest) < ($1.name, $1.digest) }
    transfers = CoordinatorTransfers(
      paths: configuration.paths, limits: IncomingTransfer.Limits(pieceBytes: configuration.pieceBytes),
      datasets: CoordinatorDatasets(datasets, source: configuration.datasets))
    verified = try results.findVerified(
      of: sweep, known: past.results, metric: { CoordinatorStatus.metric(of: $0, in: sweep) }, log: log)
    do {
      shorterTrials = try ShorterTrials(
        in: configuration.paths, for: sweep.trials, known: sweep.trials, withCheckpointAlone: true)
    } catch {
      throw CoordinatorError(.environment, "\(error)")
    }
    let former = try? StatusSnapshot.read(configuration.paths.statusFile)
    followsACutLife = former.map { !$0.hasEnded } ?? false
    let now = clock.now
    var withResult: (completed: Set<TrialID>, pruned: Set<TrialID>) = ([], [])
    withResult.completed.reserveCapacity(verified.count)
    for found in verified {
      if found.result.state == .pruned {
        withResult.pruned.insert(found.trial.id)
      } else {
        withResult.completed.insert(found.trial.id)
      }
    }
    (state, beginning) = CoordinatorState.begin(
      sweep: sweep, coordinatorEpoch: epoch,
      past: CoordinatorState.Past(
        ledger: past, verifiedResults: withResult.completed, prunedResults: withResult.pruned,
        retryFailed: retryFailed, lastWordUnixSeconds: former?.writtenUnixSeconds),
      limits: configuration.limits, at: now)
    configuration.paths.removePartialFiles { [state] in state.trialView(of: $0)?.state.isFinal ?? true }
    makeStatus = { endpoint in
      CoordinatorStatus(
        sweep: sweep, label: label,
        coordinator: StatusSnapshot.Coordinator(
          host: MachineDescription.current(blas: "").host, processID: getpid(), epoch: epoch,
          endpoint: endpoint.description),
        paths: configuration.paths, startedUnixSeconds: now.unixSeconds)
    }
    status = makeStatus(configuration.bind)
    let known = sweep.trials.count { past.trials[$0.id] != nil || past.attempts[$0.id] != nil }
    log.info(
      "sweep \(sweep.name), life \(epoch): \(sweep.trials.count) trials, \(verified.count) have a verified result,"
        + " \(known) are known to the ledger, \(state.unplannedCount) of the ledger are no longer named")
  }

  /// Runs until the sweep is over or something ends it. Call it once; the calling thread owns the socket.
  ///
  /// - Parameter onBound: told the endpoint before the first message is read.
  /// - Throws: `CoordinatorError` with code `environment`.
  public func run(onBound: (Endpoint) -> Void = { _ in }) throws(CoordinatorError) -> CoordinatorOutcome {
    do {
      let signals = configuration.handlesSignals ? try SignalPipe() : nil
      let context = try Context()
      // Before the socket is bound, so that nobody gets in unasked.
      let desk = configuration.keys == nil ? nil : try AccessDesk(in: context)
      defer { desk?.close() }
      // Queues are short: a peer that does not read must not hold memory here, nor one that only sends.
      let socket = try Socket(
        .router(mandatory: true), in: context,
        options: Socket.Options(
          linger: .seconds(1), sendQueue: 200, receiveQueue: 200, maximumFrameBytes: WireFormat.payloadLimit,
          maximumFrames: 2, heartbeat: .seconds(5), security: security, handshake: .seconds(5)))
      defer { socket.close() }
      let monitor = try HandshakeMonitor(of: socket, in: context)
      defer { monitor.close() }
      let (bound, note) = try CoordinatorBinding.bind(
        socket, to: configuration.bind, formerly: configuration.formerEndpoint)
      if let note { log.warning(note) }
      let endpoint = configuration.advertisedHost.flatMap(bound.withHost) ?? bound
      log.info("bound to \(bound)\(endpoint == bound ? "" : ", reached at \(endpoint)"), process \(getpid())")
      try ledger.keepEndpoint(bound.description)
      if let file = configuration.endpointFile {
        try DurableFile.replace(file, with: endpoint.description + "\n")
      }
      status = makeStatus(endpoint)
      for found in verified {
        status.noteResult(of: found.trial, found.result.state, found.result.value)
        if found.isNews { records.append(.result(found.trial.id, found.result)) }
      }
      verified = []
      onBound(endpoint)
      return try loop(socket, desk, monitor, signals)
    } catch let error as CoordinatorError {
      throw error
    } catch {
      throw CoordinatorError(.environment, "\(error)")
    }
  }

  // MARK: The loop

  /// Messages of one turn: enough for a transaction to be shared, few enough that heartbeats are answered soon.
  private static let messagesPerTurn = 1000
  /// Much shorter than what counts as a gap in our own clock, which a short lease makes short.
  private var tick: Duration { min(.milliseconds(500), configuration.limits.clockGap / 10) }
  /// Looking at every lease with every message would cost more than the messages.
  private var shortestTick: Duration { tick / 2 }
  /// A flood never leaves the socket empty, and leases must expire nevertheless.
  private var longestWithoutTick: Duration { min(.seconds(2), configuration.limits.clockGap / 2) }

  private func loop(
    _ socket: Socket, _ desk: AccessDesk?, _ monitor: HandshakeMonitor, _ signals: SignalPipe?
  ) throws -> CoordinatorOutcome {
    var poller = Poller([Poller.Item(socket), Poller.Item(monitor.socket)])
    if let desk { poller.items.append(Poller.Item(desk.socket)) }
    var parentPlace: Int?
    if let descriptor = configuration.parentDescriptor {
      poller.items.append(Poller.Item(fileDescriptor: descriptor))
      parentPlace = poller.items.count - 1
    }
    if let signals { poller.items.append(Poller.Item(fileDescriptor: signals.fileDescriptor)) }
    var pace = StatusPace()
    var lastTick = clock.now.monotonic
    // A sweep that is over at once has still to be told to workers that find this coordinator by their heartbeats.
    let returning = followsACutLife ? lastTick + configuration.heartbeat * 2 + .seconds(1) : lastTick
    var ending: (deadline: Duration, outcome: CoordinatorOutcome?)?
    perform(beginning, socket)
    // Orders that waited for a coordinator count before anything is said to be over or drained.
    takeOrders(socket)
    speak(socket)
    // A reader who sees the endpoint finds a status of this life.
    write(status.snapshot(of: state, at: clock.now, hasEnded: false))
    StartingMemory.giveBack()
    log.gather()
    while true {
      log.flush()
      _ = try poller.wait(timeout: transfers.isBusy ? .zero : tick)
      // It may have stood still for long: what has arrived meanwhile is not for it.
      if isSuperseded() { return endSuperseded() }
      try answerNewcomers(desk, monitor)
      let isDrained = try takeMessages(socket)
      let now = clock.now.monotonic
      let sinceTick = now - lastTick
      if (isDrained && sinceTick >= shortestTick) || sinceTick > longestWithoutTick {
        apply(.timePassed, socket)
        takeOrders(socket)
        lookAtAccessList()
        lookAtTransfers(socket)
        lastTick = now
      }
      if let place = parentPlace, poller.items[place].isReadable, isAtEnd(configuration.parentDescriptor) {
        poller.items.remove(at: place)
        parentPlace = nil
        stop("whoever started this coordinator is gone", socket)
      }
      while let signal = signals?.next() {
        if state.isStopping {
          ending = (now, .interrupted)
        } else {
          stop(signal == .terminate ? "SIGTERM" : "SIGINT", socket)
        }
      }
      perform(transfers.proceed(at: clock.now.monotonic), socket)
      speak(socket)
      if isSuperseded() { return endSuperseded() }

      if pace.isDue(now, changed: state.counts) {
        write(status.snapshot(of: state, at: clock.now, hasEnded: false))
      }
      // A person may want trials again while the others say goodbye.
      if ending != nil, ending?.outcome == nil, !state.isOver { ending = nil }
      if state.isOver, records.isEmpty, ending == nil {
        log.info("every trial is in a final state")
        ending = (max(now + configuration.farewell, returning), nil)
      } else if state.isStopping, ending == nil {
        ending = (now + configuration.drain, .interrupted)
      } else if state.isDrained, records.isEmpty, ending == nil {
        log.info("drained: no trial runs any more; igr resume goes on")
        ending = (now + configuration.farewell, .interrupted)
      }
      if let ending, now >= ending.deadline || (isNobodyLeft && (now >= returning || state.isStopping)) {
        return try end(ending.outcome)
      }
    }
  }

  /// Whether the folder is another coordinator's by now. Asked before every publication, commit and status: this one
  /// may have stood still meanwhile, on another machine than the newer one.
  func isSuperseded() -> Bool {
    if !wasSuperseded { wasSuperseded = ledger.isSuperseded() }
    return wasSuperseded
  }

  private func endSuperseded() -> CoordinatorOutcome {
    log.warning("a newer coordinator has claimed \(configuration.paths.root): this one ends")
    return .superseded
  }

  /// Nothing more can be heard: over and all workers left, or draining and no connected worker holds a lease.
  private var isNobodyLeft: Bool {
    guard records.isEmpty else { return false }
    if state.isOver || (state.isDrained && !state.isStopping) { return state.workerCount == 0 }
    return !state.isAnyoneAtWork
  }

  private func stop(_ why: String, _ socket: Socket) {
    guard !state.isStopping else { return }
    log.info("\(why): nothing is granted any more, workers may still give their leases back")
    apply(.stopRequested, socket)
  }

  private func isAtEnd(_ descriptor: Int32?) -> Bool {
    guard let descriptor else { return false }
    var bytes = [UInt8](repeating: 0, count: 256)
    var count: Int
    repeat { count = read(descriptor, &bytes, bytes.count) } while count < 0 && errno == EINTR
    return count == 0
  }

  private func end(_ asked: CoordinatorOutcome?) throws -> CoordinatorOutcome {
    if !records.isEmpty { try ledger.commit(records) }
    // What zombies and killed children left; nobody may publish it any more.
    if state.isOver { trouble("unpublished results") { try configuration.paths.removeUnpublished() } }
    write(status.snapshot(of: state, at: clock.now, hasEnded: true))
    if peers.malformedCount > 0 { log.warning("\(peers.malformedCount) malformed messages were dropped") }
    if peers.stolenNameCount > 0 {
      log.warning("\(peers.stolenNameCount) messages under the name of another key's worker were dropped")
    }
    if transfers.droppedPieces > 0 {
      log.info("\(transfers.droppedPieces) pieces that came twice, late or unasked were dropped")
    }
    if let summary = access.summary { log.warning(summary) }
    guard state.isOver else {
      log.info("ends before the sweep is over; it can be resumed")
      return asked ?? .interrupted
    }
    // Trials that early stopping ended are as they should be.
    let unfinished = state.count(.failed) + state.count(.cancelled)
    let states = TrialState.allCases.filter { state.count($0) > 0 }.map { "\(state.count($0)) \($0)" }
    log.info("ends: \(states.joined(separator: ", "))")
    return unfinished == 0 ? .completed : .unfinished(unfinished)
  }

  func write(_ snapshot: StatusSnapshot) {
    trouble("status") { try snapshot.write(to: configuration.paths.statusFile) }
  }

  /// Runs `body` and tells its failure once until it succeeds again.
  ///
  /// - Returns: whether it succeeded.
  @discardableResult
  func trouble(_ what: String, _ body: () throws -> Void) -> Bool {
    do {
      try body()
      if toldTrouble?.hasPrefix(what) == true {
        toldTrouble = nil
        log.info("the \(what) can be written again")
      }
      return true
    } catch {
      let text = "\(what): \(error)"
      if toldTrouble != text {
        toldTrouble = text
        log.warning("the \(what) cannot be written, trying again: \(error)")
      }
      return false
    }
  }

  // MARK: Access

  /// Lets newcomers in or not.
  private func answerNewcomers(_ desk: AccessDesk?, _ monitor: HandshakeMonitor) throws {
    try desk?.answer { request in
      let (isAllowed, line) = access.decide(request)
      if let line { log.warning(line) }
      return isAllowed
    }
    while let event = try monitor.next() {
      if let line = access.note(event) { log.warning(line) }
    }
  }

  private func lookAtAccessList() {
    let (lines, revoked) = access.refresh()
    for line in lines { log.warning(line) }
    peers.drop(revoked)
  }

  // MARK: Messages

  /// - Returns: whether the socket is empty now.
  private func takeMessages(_ socket: Socket) throws(ZeroMQError) -> Bool {
    for _ in 0..<Self.messagesPerTurn {
      guard let received = try receive(socket) else { return true }
      take(received, socket)
    }
    return false
  }

  /// The next message; no frames for one that was dropped, nil when there is none.
  private func receive(_ socket: Socket) throws(ZeroMQError) -> Socket.Received? {
    do {
      return try socket.receiveNamed()
    } catch {
      guard error.code == .oversized else { throw error }
      // Its peer cannot be named: the message was never taken apart.
      if peers.complain(about: []) { log.warning("a message was dropped: \(error)") }
      return Socket.Received(frames: [])
    }
  }

  private func take(_ received: Socket.Received, _ socket: Socket) {
    let frames = received.frames
    guard let route = frames.first else { return }
    guard access.allows(received.key) else {
      if let line = access.refuse(received.key, address: received.address) { log.warning(line) }
      return
    }
    do {
      guard frames.count == 2 else { throw WireError.malformed("\(frames.count - 1) frames instead of 1") }
      let message = try WorkerMessage(decoding: frames[1])
      if case .hello(let introduction) = message, !introduce(introduction.worker, received) { return }
      if let worker = peers.worker(at: route, key: received.key) {
        hear(message, from: worker, socket)
      } else {
        send(.introduceYourself, to: route, socket)
      }
    } catch {
      if peers.complain(about: route) { log.warning("a message of an unknown peer was dropped: \(error)") }
      if case WireError.unknownVersion = error { send(.refused(reason: "\(error)"), to: route, socket) }
    }
  }

  /// Connects a worker's name with where it was said and by whose key.
  ///
  /// - Returns: false for the name of another key's worker.
  private func introduce(_ worker: WorkerID, _ received: Socket.Received) -> Bool {
    switch peers.introduce(worker, at: received.frames[0], key: received.key) {
    case .known: return true
    case .new:
      if let key = received.key { records.append(.owner(worker, key: key.text)) }
      return true
    case .stolen:
      if peers.stolenNameCount == 1 {
        log.warning(
          "a peer at \(received.address ?? "an unknown place") took the name of a worker with another key:"
            + " dropped, and so will be others")
      }
      return false
    }
  }

  /// An attempt's end with what the retry rules say of it.
  func ruled(_ event: CoordinatorEvent) -> CoordinatorEvent {
    guard case .attemptEndReported(let worker, let lease, var report) = event, report.result == nil else {
      return event
    }
    report.ruling = patterns.ruling(message: report.message, logTail: report.logTail)
    return .attemptEndReported(by: worker, lease, report)
  }
}

/// When the status file is due: at most every half second on a change, and every two seconds anyway.
struct StatusPace {
  private var written: Duration?
  private var counts: [TrialState: Int] = [:]

  mutating func isDue(_ now: Duration, changed counts: [TrialState: Int]) -> Bool {
    if let written {
      let age = now - written
      guard age >= .seconds(2) || (age >= .milliseconds(500) && counts != self.counts) else { return false }
    }
    written = now
    self.counts = counts
    return true
  }
}
