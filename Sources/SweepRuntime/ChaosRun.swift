import FaultInjection
import Glibc
import ResultStore
import ZeroMQ

/// Runs a sweep and hurts it by a schedule: a thin shell that signals only processes which descend from the front door
/// that it started itself.
///
/// Thread rule: made and run on one thread, the process's main thread.
public final class ChaosRun {
  private let configuration: ChaosRunConfiguration
  private let tell: (String) -> Void
  private let signals: SignalPipe
  private let proxy: ConnectionProxy
  private let clock = SuspendingClock()
  private let origin: SuspendingClock.Instant
  private var schedule: FaultSchedule
  private var nextFault: FaultSchedule.Fault?
  private var stopped: [(process: SweepProcesses.Process, until: Duration)] = []
  private var faults: [FaultKind: Int] = [:]
  private var starts = 0
  private var frontDoor: ChildProcess?
  private var isInterrupted = false

  /// Takes over SIGTERM and SIGINT of the process.
  ///
  /// - Parameter tell: called with a line for a person for each fault.
  /// - Throws: `ChildProcessError` when the system has no files, sockets or threads left.
  public init(_ configuration: ChaosRunConfiguration, tell: @escaping (String) -> Void) throws {
    self.configuration = configuration
    self.tell = tell
    signals = try SignalPipe()
    let status = configuration.paths.statusFile
    proxy = try ConnectionProxy {
      (try? StatusSnapshot.read(status)).flatMap { Endpoint($0.coordinator.endpoint) }
    }
    origin = clock.now
    schedule = FaultSchedule(seed: configuration.seed, rates: configuration.rates)
    nextFault = schedule.next()
  }

  /// Runs until the front door ends by itself.
  ///
  /// - Throws: `ChildProcessError` when the front door cannot be started, `ZeroMQError` when the system cannot wait.
  public func run() throws -> ChaosRunOutcome {
    defer { proxy.end() }
    try start()
    while true {
      if let code = try turn() {
        return ChaosRunOutcome(faults: faults, starts: starts, duration: now, exitCode: code)
      }
    }
  }

  private var now: Duration { origin.duration(to: clock.now) }

  private func start() throws {
    let log = open(configuration.logFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard log >= 0 else {
      throw ChildProcessError(path: configuration.logFile, reason: systemReason(errno))
    }
    defer { close(log) }
    frontDoor = try ChildProcess(configuration.command(proxy.endpoint.description), errors: .file(log))
    starts += 1
  }

  /// - Returns: the front door's exit code once the run is over.
  private func turn() throws -> Int32? {
    var items = [Poller.Item(fileDescriptor: signals.fileDescriptor)]
    if let output = frontDoor?.output { items.append(Poller.Item(fileDescriptor: output.fileDescriptor)) }
    var poller = Poller(items)
    let deadlines = stopped.map(\.until) + [nextFault?.time].compactMap { $0 }
    _ = try poller.wait(timeout: deadlines.min().map { max(.zero, $0 - now) })
    while signals.next() != nil {
      isInterrupted = true
      nextFault = nil
      wakeAll()
      frontDoor?.signal(SIGTERM)
    }
    wakeDue()
    if let fault = nextFault, fault.time <= now {
      try inject(fault)
      nextFault = schedule.next()
      if let limit = configuration.limit, let next = nextFault, next.time > limit {
        tell("\(seconds(now))  the time for faults is over; the sweep goes on in peace")
        nextFault = nil
      }
    }
    _ = frontDoor?.readOutput()
    guard let ending = frontDoor?.reap() else { return nil }
    switch ending.status {
    case .exited(3) where !isInterrupted:
      // Its coordinator was told to end by a fault; the folder is resumable.
      try start()
      return nil
    case .exited(let code): return code
    case .signalled(let number): return 128 + number
    }
  }

  private func inject(_ fault: FaultSchedule.Fault) throws {
    guard let frontDoor else { return }
    let processes = SweepProcesses(of: frontDoor.processID)
    func choose(_ candidates: [SweepProcesses.Process]) -> SweepProcesses.Process? {
      candidates.isEmpty ? nil : candidates[Int(fault.choice % UInt64(candidates.count))]
    }
    let victim: SweepProcesses.Process?
    let hasStruck: Bool
    switch fault.kind {
    case .killWorker:
      victim = choose(processes.workers)
      hasStruck = victim?.signal(SIGKILL) ?? false
    case .killChild:
      victim = choose(processes.children)
      hasStruck = victim?.signal(SIGKILL) ?? false
    case .terminateWorker:
      victim = choose(processes.workers)
      hasStruck = victim?.signal(SIGTERM) ?? false
    case .killCoordinator:
      victim = processes.coordinator
      hasStruck = victim?.signal(SIGKILL) ?? false
    case .stopWorker:
      victim = choose(processes.workers.filter { !$0.isStopped })
      hasStruck = stop(victim, fault)
    case .stopCoordinator:
      victim = processes.coordinator.flatMap { $0.isStopped ? nil : $0 }
      hasStruck = stop(victim, fault)
    case .disconnect:
      victim = nil
      hasStruck = proxy.cut(fault.choice)
    case .killEverything:
      victim = processes.frontDoor
      hasStruck = victim != nil
      if hasStruck { try killEverything(processes) }
    }
    guard hasStruck else { return }
    faults[fault.kind, default: 0] += 1
    tell("\(seconds(now))  \(fault.kind.rawValue)" + (victim.map { " (process \($0.processID))" } ?? ""))
  }

  private func stop(_ victim: SweepProcesses.Process?, _ fault: FaultSchedule.Fault) -> Bool {
    guard let victim, victim.signal(SIGSTOP) else { return false }
    stopped.append((victim, now + configuration.lease * (2 * fault.extent)))
    return true
  }

  private func killEverything(_ processes: SweepProcesses) throws {
    for process in processes.all { process.signal(SIGKILL) }
    stopped = []
    while frontDoor?.reap() == nil {
      // Its end closes the pipe of its output.
      _ = frontDoor?.readOutput()
      if let output = frontDoor?.output {
        var poller = Poller([Poller.Item(fileDescriptor: output.fileDescriptor)])
        _ = try poller.wait(timeout: nil)
      }
    }
    try start()
  }

  private func wakeDue() {
    let time = now
    for entry in stopped where entry.until <= time { entry.process.signal(SIGCONT) }
    stopped.removeAll { $0.until <= time }
  }

  private func wakeAll() {
    for entry in stopped { entry.process.signal(SIGCONT) }
    stopped = []
  }

  private func seconds(_ time: Duration) -> String {
    let tenths = Int((time / .milliseconds(100)).rounded())
    let text = "\(tenths / 10).\(tenths % 10) s"
    return String(repeating: " ", count: max(0, 9 - text.count)) + text
  }
}
