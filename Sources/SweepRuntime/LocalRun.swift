import Glibc
import ResultStore
import Trials
import ZeroMQ

/// Runs a sweep on this machine: performs what `SupervisorState` decides, with the processes' pipes and the signals
/// in one poll loop.
///
/// Every process has a life line to this one and ends by itself when it dies, however it dies.
/// Thread rule: made and run on one thread, the process's main thread.
public final class LocalRun {
  private typealias Role = SupervisorState.Role

  /// How often the status file is looked at: what a person sees as at once.
  private static let statusInterval = Duration.milliseconds(200)

  /// Beyond their grace, for the last words.
  private static let farewell = Duration.seconds(10)

  private let configuration: LocalRunConfiguration
  private let onProgress: (StatusSnapshot) -> Void
  private let onLog: (String) -> Void
  private let signals: SignalPipe?
  private let clock = SuspendingClock()
  private let origin: SuspendingClock.Instant
  private var state: SupervisorState
  private var children: [Role: ChildProcess] = [:]
  private var logs: [Role: String] = [:]
  private var outcome: LocalRunOutcome?
  private var lastStatus: StatusSnapshot?
  private var knownCoordinator: Int32?
  private var parentDescriptor: Int32?

  /// Takes over SIGTERM and SIGINT of the process.
  ///
  /// - Parameters:
  ///   - onProgress: called with each new status of the coordinator that runs.
  ///   - onLog: called with a line for a person when a process was restarted, and so on.
  /// - Throws: `ChildProcessError` when the process has no file descriptors left.
  public convenience init(
    _ configuration: LocalRunConfiguration, onProgress: @escaping (StatusSnapshot) -> Void,
    onLog: @escaping (String) -> Void
  ) throws {
    try self.init(
      configuration,
      limits: SupervisorState.Limits(
        workers: configuration.workers, coordinator: configuration.coordinator,
        areRemote: configuration.areRemote, names: configuration.names,
        grace: configuration.grace + Self.farewell),
      signals: SignalPipe(),
      onProgress: onProgress, onLog: onLog)
  }

  init(
    _ configuration: LocalRunConfiguration, limits: SupervisorState.Limits, signals: SignalPipe?,
    onProgress: @escaping (StatusSnapshot) -> Void, onLog: @escaping (String) -> Void
  ) {
    self.configuration = configuration
    self.onProgress = onProgress
    self.onLog = onLog
    self.signals = signals
    parentDescriptor = configuration.parentDescriptor
    origin = clock.now
    state = SupervisorState(limits: limits)
  }

  /// Runs to the end; the last status has been told by then.
  ///
  /// - Throws: `ZeroMQError` when the system cannot wait.
  public func run() throws -> LocalRunOutcome {
    handle(.began)
    while true {
      if let outcome {
        for child in children.values { child.kill() }
        for child in children.values { _ = child.reap() }
        lookAtStatus(of: knownCoordinator)
        return outcome
      }
      try turn()
    }
  }

  /// As one Ctrl-C.
  func interrupt() { handle(.interrupted) }

  private var now: Duration { origin.duration(to: clock.now) }

  private func turn() throws {
    var items: [Poller.Item] = []
    if let signals { items.append(Poller.Item(fileDescriptor: signals.fileDescriptor)) }
    for child in children.values {
      if let output = child.output { items.append(Poller.Item(fileDescriptor: output.fileDescriptor)) }
    }
    if let parentDescriptor { items.append(Poller.Item(fileDescriptor: parentDescriptor)) }
    var poller = Poller(items)
    let untilDeadline = state.nextDeadline.map { max(.zero, $0 - now) } ?? Self.statusInterval
    _ = try poller.wait(timeout: min(untilDeadline, Self.statusInterval))
    while signals?.next() != nil { handle(.interrupted) }
    if let descriptor = parentDescriptor, isAtEnd(descriptor) {
      parentDescriptor = nil
      handle(.interrupted)
    }
    for role in children.keys.sorted() { listen(to: role) }
    lookAtStatus(of: children[.coordinator]?.processID)
    if configuration.coordinator != nil,
      let status = try? StatusSnapshot.read(configuration.paths.statusFile),
      status.hasEnded
    {
      handle(.otherCoordinatorEnded)
    }
    if let deadline = state.nextDeadline, now >= deadline { handle(.timePassed) }
  }

  private func isAtEnd(_ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, 0) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 256)
    return read(descriptor, &buffer, buffer.count) == 0
  }

  private func handle(_ event: SupervisorState.Event) {
    for action in state.handle(event, at: now) { perform(action) }
  }

  private func perform(_ action: SupervisorState.Action) {
    switch action {
    case .startCoordinator(let isRestart):
      start(
        .coordinator, WorkerStart(configuration.coordinatorCommand(isRestart)),
        log: configuration.paths.coordinatorLog)
      knownCoordinator = children[.coordinator]?.processID
    case .startWorker(let number, let endpoint):
      let kind = configuration.areRemote ? "remote" : configuration.coordinator == nil ? "local" : "added"
      guard let name = WorkerID("\(kind)-\(number)") else { preconditionFailure("a number is always a name") }
      start(
        .worker(number), configuration.worker(number, endpoint), log: configuration.paths.workerLog(name))
    case .askToEnd(let role):
      if configuration.areRemote, role != .coordinator {
        children[role]?.endInput()
      } else {
        children[role]?.signal(SIGTERM)
      }
    case .kill(let role): children[role]?.kill()
    case .log(let text): onLog(text)
    case .finish(let outcome): self.outcome = outcome
    }
  }

  private func start(_ role: Role, _ start: WorkerStart, log: String) {
    if mkdir(configuration.paths.logsFolder, 0o777) != 0, errno != EEXIST {
      handle(.notStarted(role, reason: "\(configuration.paths.logsFolder): \(systemReason(errno))"))
      return
    }
    let file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      handle(.notStarted(role, reason: "\(log): \(systemReason(errno))"))
      return
    }
    defer { close(file) }
    logs[role] = log
    do {
      let child = try ChildProcess(start.command, environment: start.environment, errors: .file(file))
      child.write(start.input)
      children[role] = child
    } catch {
      handle(.notStarted(role, reason: "\(error)"))
    }
  }

  private func listen(to role: Role) {
    guard let child = children[role] else { return }
    // Programs of ours write nothing there; its end is what counts.
    _ = child.readOutput()
    guard let ending = child.reap(killsSilent: !configuration.areRemote || role == .coordinator) else {
      return
    }
    children[role] = nil
    if case .worker(let number) = role, configuration.areRemote, ending.status == .exited(code: 2),
      let words = lastWords(in: logs[role])
    {
      let names = configuration.names
      onLog("\(names.indices.contains(number - 1) ? names[number - 1] : role.text): \(words)")
    }
    handle(.ended(role, ending.status))
  }

  /// Why a worker cannot work: the last line of its log that begins with its name.
  private func lastWords(in log: String?) -> String? {
    guard let log, let text = try? DurableFile.read(log) else { return nil }
    let prefix = "igr-worker: "
    return text.split(separator: "\n").last { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
  }

  /// Reads the status file and tells what is new in it.
  ///
  /// - Parameter coordinator: the process whose words count; an older one's snapshot may still lie there.
  private func lookAtStatus(of coordinator: Int32?) {
    guard let coordinator, let status = try? StatusSnapshot.read(configuration.paths.statusFile),
      status.coordinator.processID == coordinator, status != lastStatus
    else { return }
    let isFirst = lastStatus?.coordinator.processID != coordinator
    if let lastStatus, status.count(.completed) > lastStatus.count(.completed) { handle(.trialsCompleted) }
    lastStatus = status
    if isFirst { handle(.endpointFound(status.coordinator.endpoint)) }
    onProgress(status)
  }
}
