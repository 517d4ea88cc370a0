import FoundationEssentials
import Glibc
import ResultStore
import Scheduling
import Trials
import WireProtocol
import ZeroMQ

/// An agent: performs what `WorkerState` decides, with one socket, the children's pipes and the signals in one poll
/// loop.
///
/// Thread rule: made and run on one thread, the process's main thread.
public final class WorkerService {
  /// A child, and what the agent keeps of it until the coordinator knows its end.
  private struct Attempt {
    let grant: LeaseGrant
    var child: ChildProcess?
    var lastWord: WorkerState.FinalWord?
    var peakMemoryMiB: Double?
    var logTail: [String] = []
    /// Kills by the system's out-of-memory killer before the child began.
    var outOfMemoryKills: Int?
  }

  /// Lines of a failed child's log that the coordinator gets.
  static let logTailLength = 200
  /// Messages taken before others have their turn.
  private static let messagesPerTurn = 100

  private let configuration: WorkerConfiguration
  private let paths: RunPaths
  private let worker = WorkerID.random()
  private let log: WorkerLog
  private let clock = SuspendingClock()
  private let origin: SuspendingClock.Instant
  private let context: Context
  private let socket: Socket
  private let signals: SignalPipe?
  private var state: WorkerState
  private var attempts: [TrialLease: Attempt] = [:]
  private var parentIsThere: Bool
  private var badMessages = 0
  private var exit: WorkerState.Exit?

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
    origin = clock.now
    state = WorkerState(limits: configuration.limits, at: .zero)
    parentIsThere = configuration.lifeLine != nil
    self.signals = signals
    context = try Context()
    socket = try Socket(
      .dealer, in: context,
      options: Socket.Options(
        linger: .milliseconds(500), maximumFrameBytes: WireFormat.payloadLimit, heartbeat: .seconds(2),
        queuesOnlyForConnections: true))
  }

  /// Works until the sweep is over, or until it is to end otherwise.
  ///
  /// - Throws: `ZeroMQError` when the endpoint cannot be used.
  public func run() throws -> WorkerState.Exit {
    try socket.connect(configuration.coordinator)
    log.line(
      "\(worker) on \(configuration.machine.host), process \(getpid()), \(configuration.limits.slots) slots,"
        + " connects to \(configuration.coordinator)")
    while true {
      if let exit {
        endChildren()
        socket.close()
        return exit
      }
      try turn()
    }
  }

  private var now: Duration { origin.duration(to: clock.now) }

  private func turn() throws {
    var items = [Poller.Item(socket)]
    if let signals { items.append(Poller.Item(fileDescriptor: signals.fileDescriptor)) }
    if parentIsThere, let lifeLine = configuration.lifeLine {
      items.append(Poller.Item(fileDescriptor: lifeLine))
    }
    for attempt in attempts.values {
      for pipe in [attempt.child?.output, attempt.child?.errors] {
        if let pipe { items.append(Poller.Item(fileDescriptor: pipe.fileDescriptor)) }
      }
    }
    var poller = Poller(items)
    _ = try poller.wait(timeout: max(.zero, state.nextDeadline - now))

    while let signal = signals?.next() {
      handle(.stopRequested(signal == .interrupt ? .interrupt : .terminate))
    }
    if parentIsThere, let lifeLine = configuration.lifeLine { listen(toParentAt: lifeLine) }
    for lease in attempts.keys.sorted(by: { $0.token < $1.token }) { listen(to: lease) }
    try receive()
    if now >= state.nextDeadline { handle(.timePassed) }
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

  private func handle(_ event: WorkerState.Event) {
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
      if case .grant(let grant) = message { remember(grant) }
      if let event = WorkerState.Event(message) { handle(event) }
      if case .endAcknowledged(let lease, _) = message { forget(TrialLease(lease)) }
    }
  }

  private func remember(_ grant: LeaseGrant) {
    let lease = TrialLease(grant.lease)
    if attempts[lease] == nil { attempts[lease] = Attempt(grant: grant) }
  }

  private func forget(_ lease: TrialLease) {
    if attempts[lease]?.child == nil { attempts[lease] = nil }
  }

  private func send(_ message: WorkerState.Message) {
    let wire: WorkerMessage
    switch message {
    case .hello(let held):
      wire = .hello(
        WorkerIntroduction(
          worker: worker, host: configuration.machine.host, processID: getpid(),
          slots: configuration.limits.slots,
          cpu: configuration.machine.cpu, blas: configuration.machine.blas,
          engineResultVersion: EngineVersion.result, held: held.map(HeldLease.init)))
    case .attemptEnded(let lease, let end):
      let attempt = attempts[lease]
      wire = .attemptEnded(
        HeldLease(lease),
        AttemptEnd(end, peakMemoryMiB: attempt?.peakMemoryMiB, logTail: attempt?.logTail ?? []))
    default: wire = WorkerMessage(message)
    }
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
    case .askChildToStop(let lease): attempts[lease]?.child?.signal(SIGTERM)
    case .askChildToEndEarly(let lease, let rung):
      attempts[lease]?.child?.write(ChildLifeLine.endEarlyLine(rung: rung) + "\n")
    case .measureMemory(let lease):
      if let child = attempts[lease]?.child, let resident = ProcessMemory.residentMiB(of: child.processID) {
        handle(.childUsesMemory(lease, residentMiB: resident))
      }
    case .killChild(let lease): attempts[lease]?.child?.kill()
    case .removeCheckpoint(let trial): removeCheckpoint(trial)
    case .log(let lease, let text): log.line(text, trial: lease.flatMap(place))
    case .end(let exit): self.exit = exit
    }
  }

  private func place(_ lease: TrialLease) -> (id: TrialID, attempt: Int)? {
    attempts[lease].map { (lease.trial, $0.grant.attempt) }
  }

  private func start(_ lease: TrialLease) {
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
      earlierAttempts: grant.earlierAttempts, worker: worker.description, machine: configuration.machine,
      resultsFolder: paths.root, checkpointEverySeconds: grant.checkpoints.everySeconds)
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

  /// A checkpoint of an accepted result has served.
  private func removeCheckpoint(_ trial: TrialID) {
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
    handle(.childEnded(lease, word: word, exit: exit, outOfMemory: outOfMemory(lease, ending)))
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
