import FoundationEssentials
import Glibc
import ResultStore
import Scheduling
import Transfers
import Trials
import WireProtocol
import ZeroMQ

/// An agent: performs what `WorkerState` decides, with one socket, the children's pipes and the signals in one poll
/// loop.
///
/// Thread rule: made and run on one thread, the process's main thread.
public final class WorkerService {
  /// A child, and what the agent keeps of it until the coordinator knows its end.
  struct Attempt {
    let grant: LeaseGrant
    var child: ChildProcess?
    var lastWord: WorkerState.FinalWord?
    var peakMemoryMiB: Double?
    var logTail: [String] = []
    /// Kills by the system's out-of-memory killer before the child began.
    var outOfMemoryKills: Int?
    /// The child waits for its checkpoint.
    var isFetching = false
    var shipping: CheckpointShipping
    /// How the child ended, while its last checkpoint is being sent.
    var heldEnd: HeldEnd?

    init(grant: LeaseGrant) {
      self.grant = grant
      shipping = CheckpointShipping(interval: .seconds(grant.checkpoints.everySeconds))
    }
  }

  struct HeldEnd {
    let exit: WorkerState.ChildExit
    let outOfMemory: String?
    let deadline: Duration
  }

  /// Lines of a failed child's log that the coordinator gets.
  static let logTailLength = 200
  /// Messages taken before others have their turn.
  private static let messagesPerTurn = 100

  let configuration: WorkerConfiguration
  let paths: RunPaths
  let log: WorkerLog
  private let clock = SuspendingClock()
  private let origin: SuspendingClock.Instant
  private let context: Context
  private let socket: Socket
  private let monitor: HandshakeMonitor
  private let signals: SignalPipe?
  var state: WorkerState
  var attempts: [TrialLease: Attempt] = [:]
  /// As the newest grant has it; a sweep has one setting for all.
  private var keepsFinalCheckpoints = false
  private var parentIsThere: Bool
  private var badMessages = 0
  private var handshakes = WorkerHandshakes()
  let transfers: WorkerTransfers
  var datasets = WorkerDatasets()
  var examination: DatasetExamination?
  /// The last step of the checkpoint that lies in this worker's own folder.
  var localSteps: [TrialID: Int] = [:]
  private var exit: WorkerState.Exit?
  /// Where it is connected to; nil before its coordinator was found.
  private var endpoint: Endpoint?
  private var nextSearch: Duration?
  private var hasToldOfSearch = false

  /// How often a coordinator that may move is looked for: far less than a lease.
  private static let searchInterval = Duration.seconds(1)

  /// Takes over SIGTERM and SIGINT of the process.
  ///
  /// - Throws: `ZeroMQError` or `ChildProcessError` when the system has no sockets or files left.
  public convenience init(_ configuration: WorkerConfiguration) throws {
    try self.init(configuration, signals: SignalPipe())
  }

  init(_ configuration: WorkerConfiguration, signals: SignalPipe?) throws {
    self.configuration = configuration
    log = WorkerLog(format: configuration.logFormat)
    paths = RunPaths(root: configuration.resultsFolder)
    transfers = WorkerTransfers(paths: paths)
    origin = clock.now
    state = WorkerState(limits: configuration.limits, at: .zero)
    parentIsThere = configuration.lifeLine != nil
    self.signals = signals
    context = try Context()
    socket = try Socket(
      .dealer, in: context,
      options: Socket.Options(
        linger: .milliseconds(500), maximumFrameBytes: WireFormat.payloadLimit, heartbeat: .seconds(2),
        queuesOnlyForConnections: true, security: configuration.security))
    monitor = try HandshakeMonitor(of: socket, in: context)
  }

  /// Works until the sweep is over, or until it is to end otherwise.
  ///
  /// - Throws: `ZeroMQError` when the endpoint cannot be used.
  public func run() throws -> WorkerState.Exit {
    log.line(
      "\(configuration.worker) on \(configuration.machine.host), process \(getpid()), \(configuration.limits.slots) slots"
    )
    switch configuration.coordinator {
    case .fixed(let endpoint): try connect(to: endpoint)
    case .found: try search()
    }
    while true {
      if let exit {
        endChildren()
        monitor.close()
        socket.close()
        return exit
      }
      try turn()
    }
  }

  var now: Duration { origin.duration(to: clock.now) }

  private func connect(to found: Endpoint) throws {
    if let endpoint { try socket.disconnect(endpoint) }
    log.line(endpoint == nil ? "connects to \(found)" : "the coordinator is at \(found) now")
    try socket.connect(found)
    endpoint = found
  }

  /// Looks for the coordinator, where it may move.
  private func search() throws {
    guard case .found(let find) = configuration.coordinator else { return }
    nextSearch = now + Self.searchInterval
    if let found = find() {
      if found != endpoint { try connect(to: found) }
    } else if endpoint == nil, !hasToldOfSearch {
      hasToldOfSearch = true
      log.line("no coordinator has said yet where it is; waiting")
    }
  }

  private func turn() throws {
    var items = [Poller.Item(socket), Poller.Item(monitor.socket)]
    if let signals { items.append(Poller.Item(fileDescriptor: signals.fileDescriptor)) }
    if parentIsThere, let lifeLine = configuration.lifeLine {
      items.append(Poller.Item(fileDescriptor: lifeLine))
    }
    for attempt in attempts.values {
      for pipe in [attempt.child?.output, attempt.child?.errors] {
        if let pipe { items.append(Poller.Item(fileDescriptor: pipe.fileDescriptor)) }
      }
    }
    if let examination { items.append(Poller.Item(fileDescriptor: examination.fileDescriptor)) }
    var poller = Poller(items)
    _ = try poller.wait(timeout: transfers.isBusy ? .zero : max(.zero, nextDeadline - now))

    while let signal = signals?.next() {
      handle(.stopRequested(signal == .interrupt ? .interrupt : .terminate))
    }
    if parentIsThere, let lifeLine = configuration.lifeLine { listen(toParentAt: lifeLine) }
    for lease in attempts.keys.sorted(by: { $0.token < $1.token }) { listen(to: lease) }
    try listenToHandshakes()
    try receive()
    if now >= state.nextDeadline { handle(.timePassed) }
    if let nextSearch, now >= nextSearch { try search() }
    lookAtFiles()
  }

  private var nextDeadline: Duration {
    let files = attempts.values.flatMap { [$0.heldEnd?.deadline, $0.shipping.nextDeadline] }.compactMap { $0 }
    return ([state.nextDeadline] + files + [transfers.nextDeadline, nextSearch].compactMap { $0 }).min()
      ?? state.nextDeadline
  }

  private func listen(toParentAt lifeLine: Int32) {
    var polled = pollfd(fd: lifeLine, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, 0) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(lifeLine, &buffer, buffer.count)
    guard count == 0 || (count == -1 && errno != EINTR && errno != EAGAIN) else { return }
    parentIsThere = false
    handle(.stopRequested(.parentGone))
  }

  func handle(_ event: WorkerState.Event) {
    for action in state.handle(event, at: now) { perform(action) }
  }
}

// MARK: - The coordinator

extension WorkerService {
  private func receive() throws {
    for _ in 0..<Self.messagesPerTurn {
      if exit != nil { return }
      let message: CoordinatorMessage
      do {
        guard let frames = try socket.receive() else { return }
        guard frames.count == 1 else { throw WireError.malformed("\(frames.count) frames, not one") }
        message = try CoordinatorMessage(decoding: frames[0])
      } catch let error as ZeroMQError where error.code != .oversized {
        throw error
      } catch {
        badMessages += 1
        if badMessages == 1 {
          log.line("dropped a message that is not of this protocol, and will so later: \(error)")
        }
        continue
      }
      if case .welcome(let welcome) = message {
        handshakes.wasWelcomed = true
        prepare(for: welcome)
      }
      if case .grant(let grant) = message { remember(grant) }
      if let event = WorkerState.Event(message) { handle(event) } else { try hearOfFile(message) }
      if case .welcome = message { perform(transfers.reconnected(at: now)) }
      if case .endAcknowledged(let lease, _) = message { forget(TrialLease(lease)) }
    }
  }

  private func listenToHandshakes() throws {
    while exit == nil, let event = try monitor.next() {
      switch handshakes.note(event) {
      case .nothing: break
      case .tell(let line): log.line(line)
      case .end(let reason): handle(.refused(reason: reason))
      }
    }
  }

  private func remember(_ grant: LeaseGrant) {
    let lease = TrialLease(grant.lease)
    keepsFinalCheckpoints = grant.checkpoints.keepFinal
    if attempts[lease] == nil { attempts[lease] = Attempt(grant: grant) }
  }

  func forget(_ lease: TrialLease) {
    guard attempts[lease]?.child == nil else { return }
    attempts[lease] = nil
    if !configuration.sharesResults { transfers.forget(lease) }
  }

  private func send(_ message: WorkerState.Message) {
    let wire: WorkerMessage
    switch message {
    case .hello(let held):
      wire = .hello(
        WorkerIntroduction(
          worker: configuration.worker, host: configuration.machine.host, processID: getpid(),
          slots: configuration.limits.slots,
          cpu: configuration.machine.cpu, blas: configuration.machine.blas,
          engineResultVersion: EngineVersion.result, held: held.map(HeldLease.init),
          architecture: MachineDescription.architecture, cpuFeatures: configuration.machine.cpuFeatures,
          sharesResults: configuration.sharesResults, datasets: datasets.held))
    case .attemptEnded(let lease, let end):
      let attempt = attempts[lease]
      wire = .attemptEnded(
        HeldLease(lease),
        AttemptEnd(end, peakMemoryMiB: attempt?.peakMemoryMiB, logTail: attempt?.logTail ?? []))
    default: wire = WorkerMessage(message)
    }
    send(wire)
  }

  func send(_ wire: WorkerMessage) {
    do {
      // A message that finds no connection is stale once there is one; what matters is repeated.
      _ = try socket.send([wire.encoded()])
    } catch {
      log.line("a message could not be sent: \(error)")
    }
  }
}

// MARK: - Actions

extension WorkerService {
  private func perform(_ action: WorkerState.Action) {
    switch action {
    case .send(let message): send(message)
    case .startChild(let lease): start(lease)
    case .askChildToStop(let lease):
      if !endWithoutChild(lease, signal: SIGTERM) { attempts[lease]?.child?.signal(SIGTERM) }
    case .askChildToEndEarly(let lease, let rung, let reason):
      attempts[lease]?.child?.write(EarlyEnd(rung: rung, reason: reason).line + "\n")
    case .measureMemory(let lease):
      if let child = attempts[lease]?.child, let resident = ProcessMemory.residentMiB(of: child.processID) {
        handle(.childUsesMemory(lease, residentMiB: resident))
      }
    case .killChild(let lease):
      if !endWithoutChild(lease, signal: SIGKILL) { attempts[lease]?.child?.kill() }
    case .removeCheckpoint(let trial): removeCheckpoint(trial)
    case .log(let lease, let text): log.line(text, trial: lease.flatMap(place))
    case .end(let exit): self.exit = exit
    }
  }

  func place(_ lease: TrialLease) -> (id: TrialID, attempt: Int)? {
    attempts[lease].map { (lease.trial, $0.grant.attempt) }
  }

  private func start(_ lease: TrialLease) {
    if !fetchCheckpoint(for: lease) { startWork(lease) }
  }

  func startWork(_ lease: TrialLease) {
    guard let grant = attempts[lease]?.grant else { preconditionFailure("no grant for \(lease)") }
    switch configuration.work {
    case .childProcess(let command): startChild(command, lease, grant)
    case .inAgent(let work):
      for event in work(grant) { hear(event, from: lease) }
      handle(.childEnded(lease, word: attempts[lease]?.lastWord, exit: .exited(code: 0)))
    }
  }

  private func startChild(_ command: [String], _ lease: TrialLease, _ grant: LeaseGrant) {
    let job = ChildJob(
      trial: grant.trial, sweep: grant.sweep, token: grant.lease.token, attempt: grant.attempt,
      earlierAttempts: grant.earlierAttempts, worker: configuration.worker.description,
      machine: configuration.machine,
      resultsFolder: paths.root, checkpointEverySeconds: grant.checkpoints.everySeconds,
      keepsFinalCheckpoint: grant.checkpoints.keepFinal, fittedPrior: grant.fittedPrior)
    do {
      let child = try ChildProcess(
        command,
        // OpenBLAS reads it while it is loaded, before any code of the child's runs.
        environment: ["OPENBLAS_NUM_THREADS": String(grant.trial.threads)], errors: .pipe)
      attempts[lease]?.child = child
      attempts[lease]?.outOfMemoryKills = ProcessMemory.outOfMemoryKills()
      child.write(job.line + "\n")
      log.line("began, lease \(lease.token), process \(child.processID)", trial: place(lease))
    } catch {
      log.line("\(error)", trial: place(lease))
      handle(.childNotStarted(lease, message: "\(error)"))
    }
  }

  /// A checkpoint of an accepted result has served, unless more `epochs` are to go on from it.
  private func removeCheckpoint(_ trial: TrialID) {
    // In the coordinator's folder it is the coordinator's to remove, if it is to be kept for more epochs.
    if configuration.sharesResults, keepsFinalCheckpoints { return }
    localSteps[trial] = nil
    let path = paths.checkpointFile(trial)
    if unlink(path) != 0 && errno != ENOENT { log.line("\(path): cannot be removed: \(systemReason(errno))") }
  }

  /// Ends what is left when this agent ends at once.
  private func endChildren() {
    for attempt in attempts.values {
      attempt.child?.kill()
      _ = attempt.child?.reap()
    }
  }
}

// MARK: - Children

extension WorkerService {
  private func listen(to lease: TrialLease) {
    guard let child = attempts[lease]?.child else { return }
    for line in child.readErrors() { keep(line, of: lease) }
    for line in child.readOutput() { hear(line, from: lease) }
    guard let ending = child.reap() else { return }
    for line in child.readOutput() { hear(line, from: lease) }
    for line in child.readErrors() { keep(line, of: lease) }
    attempts[lease]?.child = nil
    attempts[lease]?.peakMemoryMiB = ending.peakMemoryMiB
    let word = attempts[lease]?.lastWord
    switch word {
    case .completed, .pruned: attempts[lease]?.logTail = []
    case .stopped, .failed, nil: break
    }
    log.line("ended \(ending.status.text): \(word?.text ?? "no word why")", trial: place(lease))
    let exit: WorkerState.ChildExit =
      switch ending.status {
      case .exited(let code): .exited(code: code)
      case .signalled(let number): .signalled(number: number)
      }
    let outOfMemory = outOfMemory(lease, ending)
    if !holdsEnd(of: lease, exit, outOfMemory) { tellEnd(of: lease, exit, outOfMemory) }
  }

  /// The last word on a child, once nothing of it is on its way.
  func tellEnd(of lease: TrialLease, _ exit: WorkerState.ChildExit, _ outOfMemory: String?) {
    attempts[lease]?.heldEnd = nil
    switch attempts[lease]?.lastWord {
    case .completed(let claim), .pruned(let claim):
      guard !configuration.sharesResults else { break }
      transfers.cancelCheckpoints(of: lease)
      transfers.offerResult(lease, claim, at: now)
    case .stopped, .failed, nil: break
    }
    handle(.childEnded(lease, word: attempts[lease]?.lastWord, exit: exit, outOfMemory: outOfMemory))
    if !state.holds(lease) { forget(lease) }
  }

  /// What shows that the system ended a child because memory ran out; nil where nothing does.
  private func outOfMemory(_ lease: TrialLease, _ ending: ChildProcess.Ending) -> String? {
    guard ending.status == .signalled(number: SIGKILL), let attempt = attempts[lease] else { return nil }
    return ProcessMemory.evidence(
      peakMiB: ending.peakMemoryMiB, limitMiB: attempt.grant.memoryLimitMiB,
      killsBefore: attempt.outOfMemoryKills, killsNow: ProcessMemory.outOfMemoryKills())
  }

  private func keep(_ line: String, of lease: TrialLease) {
    log.line("| " + line, trial: place(lease))
    guard var tail = attempts[lease]?.logTail else { return }
    attempts[lease]?.logTail = []
    tail.append(line)
    if tail.count > Self.logTailLength { tail.removeFirst() }
    attempts[lease]?.logTail = tail
  }

  private func hear(_ line: String, from lease: TrialLease) {
    guard let event = ChildEvent(line: line) else {
      // A library that prints; it belongs into the log with the rest.
      keep(line, of: lease)
      return
    }
    hear(event, from: lease)
  }

  private func hear(_ event: ChildEvent, from lease: TrialLease) {
    switch event {
    case .began(let epoch, let step): handle(.childBegan(lease, epoch: epoch, step: step))
    case .stepped(let epoch, let step): handle(.childStepped(lease, epoch: epoch, step: step))
    case .evaluated: handle(.childEvaluated(lease))
    case .measured(let epoch, let imagesPerSecond, let metrics):
      handle(.childMeasured(lease, epoch: epoch, imagesPerSecond: imagesPerSecond, metrics: metrics))
    case .checkpointWritten(let epoch, let step):
      handle(.childWroteCheckpoint(lease, epoch: epoch, step: step))
      checkpointWritten(lease, epoch: epoch, step: step)
    case .completed(let byteCount, let sha256):
      attempts[lease]?.lastWord = .completed(ResultClaim(byteCount: byteCount, sha256: sha256))
    case .pruned(let byteCount, let sha256):
      attempts[lease]?.lastWord = .pruned(ResultClaim(byteCount: byteCount, sha256: sha256))
    case .stopped: attempts[lease]?.lastWord = .stopped
    case .failed(let cause, let message):
      attempts[lease]?.lastWord = .failed(EndCause(text: cause) ?? .bug, message: message)
    }
  }
}
