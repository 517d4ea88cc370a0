import Glibc
import Testing
import Trials
import WireProtocol
import ZeroMQ

@testable import Scheduling
@testable import SweepRuntime

/// A real agent on a thread of its own, against a coordinator that the test plays; children are shell scripts.
private final class Stage {
  let folder: TemporaryFolder
  let router: Socket
  let trial: Trial
  private let context: Context
  private let thread: Thread
  private let lifeLine: (read: Int32, write: Int32)
  private var isLifeLineCut = false
  private var peer: [UInt8] = []

  /// - Parameter script: what the child does with the job in `$job`.
  convenience init(_ script: String, slots: Int = 1, hangFloor: Duration = .seconds(60)) throws {
    try self.init(slots: slots, hangFloor: hangFloor) { folder in
      .childProcess([try folder.script("child", "read -r job\n" + script)])
    }
  }

  init(
    slots: Int = 1, hangFloor: Duration = .seconds(60), work: (TemporaryFolder) throws -> AttemptWork
  ) throws {
    signal(SIGPIPE, SIG_IGN)
    folder = try TemporaryFolder()
    context = try Context()
    router = try Socket(.router(mandatory: true), in: context, options: Socket.Options(linger: .zero))
    let endpoint = try router.bind(try #require(Endpoint("tcp://127.0.0.1:*")))
    lifeLine = try #require(ChildPipe.ends())
    let limits = WorkerState.Limits(
      slots: slots, heartbeat: .milliseconds(50), grace: .seconds(30), farewell: .milliseconds(50),
      hangFloor: hangFloor)
    let configuration = WorkerConfiguration(
      coordinator: .fixed(endpoint), resultsFolder: folder.path, limits: limits, lifeLine: lifeLine.read,
      work: try work(folder),
      machine: MachineDescription(host: "here", cpu: "c", blas: "b"))
    thread = Thread { try WorkerService(configuration, signals: nil).run() }
    trial = Trial(
      configuration: try TrialConfiguration(validating: [
        "dataset_name": .string("mnist"), "model_type": .string("GS_Dis"), "temp": .real(0.1),
      ]), dataDigest: "d", threads: 3)
  }

  deinit {
    cutLifeLine()
    _ = thread.join()
    close(lifeLine.read)
  }

  /// What the front door's death looks like.
  func cutLifeLine() {
    if !isLifeLineCut { close(lifeLine.write) }
    isLifeLineCut = true
  }

  /// How the agent ended, waited for.
  func exit() throws -> WorkerState.Exit { try thread.join().get() }

  func next() throws -> WorkerMessage {
    var poller = Poller([Poller.Item(router)])
    try #require(try poller.wait(timeout: .seconds(60)), "the agent is silent")
    let frames = try #require(try router.receive())
    try #require(frames.count == 2)
    peer = frames[0]
    return try WorkerMessage(decoding: frames[1])
  }

  /// The first message that `pick` takes.
  func next<Value>(_ pick: (WorkerMessage) -> Value?) throws -> Value {
    while true {
      if let value = pick(try next()) { return value }
    }
  }

  func send(_ message: CoordinatorMessage) throws {
    #expect(try router.send([peer, message.encoded()]) == .sent)
  }

  func sendGarbage(_ frames: [[UInt8]]) throws {
    #expect(try router.send([peer] + frames) == .sent)
  }

  func welcome() throws -> WorkerIntroduction {
    let introduction: WorkerIntroduction = try next {
      if case .hello(let introduction) = $0 { introduction } else { nil }
    }
    try send(
      .welcome(
        Welcome(
          sweep: "s", coordinatorEpoch: 1, heartbeatSeconds: 0.05, leaseSeconds: 15, patienceSeconds: 600)))
    return introduction
  }

  func grant(_ counter: UInt64 = 1) throws -> HeldLease {
    let lease = HeldLease(trial: trial.id, token: FencingToken(coordinatorEpoch: 1, counter: counter))
    try send(
      .grant(
        LeaseGrant(
          lease: lease, trial: trial, sweep: "s", attempt: 2, earlierAttempts: [])
      ))
    return lease
  }

  func end() throws -> AttemptEnd {
    try next { if case .attemptEnded(_, let end) = $0 { end } else { nil } }
  }
}

/// A thread whose result can be waited for.
private final class Thread {
  private final class Body: @unchecked Sendable {
    // Sound because it is written by the thread and read after it was joined.
    let run: @Sendable () throws -> WorkerState.Exit
    var result: Result<WorkerState.Exit, any Error>?

    init(_ run: @escaping @Sendable () throws -> WorkerState.Exit) { self.run = run }
  }

  private let body: Body
  private var handle: pthread_t?

  init(_ run: @escaping @Sendable () throws -> WorkerState.Exit) {
    body = Body(run)
    var handle = pthread_t()
    pthread_create(
      &handle, nil,
      { argument in
        let body = Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()  // Given just below.
        body.result = Result { try body.run() }
        return nil
      }, Unmanaged.passRetained(body).toOpaque())
    self.handle = handle
  }

  func join() -> Result<WorkerState.Exit, any Error> {
    if let handle { pthread_join(handle, nil) }
    handle = nil
    return body.result!  // Written before the thread ended.
  }
}

private func say(_ events: ChildEvent...) -> String {
  events.map { "echo '\($0.line)'" }.joined(separator: "\n")
}

@Suite struct WorkerServiceTests {
  @Test func workInTheAgentIsHeardAsAChildIs() throws {
    let stage = try Stage { _ in
      .inAgent { _ in
        [
          .began(epoch: 0, step: 0), .measured(epoch: 1, imagesPerSecond: 9, metrics: ["test_elbo": -100]),
          .completed(byteCount: 11, sha256: String(repeating: "e", count: 64)),
        ]
      }
    }
    _ = try stage.welcome()
    let lease = try stage.grant()
    let report: EpochReport = try stage.next {
      if case .epochMeasured(lease, let report) = $0 { report } else { nil }
    }
    #expect(report == EpochReport(epoch: 1, imagesPerSecond: 9, metrics: ["test_elbo": -100]))
    let end = try stage.end()
    #expect(end.cause == .completed && end.result?.byteCount == 11 && end.lastEpoch == 1, "\(end)")
    try stage.send(.endAcknowledged(lease, .accepted))
    try stage.send(.sweepOver)
    #expect(try stage.exit() == .done)
  }

  @Test func trainsAndHandsOver() throws {
    let stage = try Stage(
      say(
        .began(epoch: 0, step: 0), .stepped(epoch: 0, step: 5),
        .measured(epoch: 1, imagesPerSecond: 9, metrics: ["test_elbo": -100]),
        .checkpointWritten(epoch: 1, step: 5))
        + "\necho trouble >&2\nprintf '%s' \"$job\" > $0.job; echo $OPENBLAS_NUM_THREADS > $0.threads\n"
        + say(.completed(byteCount: 12, sha256: String(repeating: "ab", count: 32))))
    let introduction = try stage.welcome()
    #expect(introduction.host == "here" && introduction.slots == 1 && introduction.held.isEmpty)
    #expect(introduction.processID == getpid())
    #expect(try stage.next { $0 == .requestTrial ? true : nil })
    let lease = try stage.grant()
    #expect(try stage.next { $0 == .attemptStarted(lease) ? true : nil })
    let measured: EpochReport = try stage.next {
      if case .epochMeasured(lease, let report) = $0 { report } else { nil }
    }
    #expect(measured.metrics == ["test_elbo": -100])
    #expect(try stage.next { $0 == .checkpointWritten(lease, epoch: 1, step: 5) ? true : nil })
    let end = try stage.end()
    #expect(end.cause == .completed && end.lastEpoch == 1 && end.lastStep == 5 && end.logTail.isEmpty)
    #expect(end.result == FileClaim(byteCount: 12, sha256: String(repeating: "ab", count: 32)))
    #expect((end.peakMemoryMiB ?? 0) > 0)
    #expect(try stage.end() == end, "repeated until it is acknowledged")
    let job = try ChildJob(line: try contents(stage.folder.path + "/child.job"))
    #expect(job.trial == stage.trial && job.token == lease.token && job.attempt == 2)
    #expect(job.resultsFolder == stage.folder.path && job.worker == introduction.worker.description)
    #expect(try contents(stage.folder.path + "/child.threads") == "3\n")

    try #require(mkdir(stage.folder.path + "/checkpoints", 0o755) == 0)
    let checkpoint = try stage.folder.script("checkpoints/\(stage.trial.id).h5", "")
    try stage.send(.endAcknowledged(lease, .accepted))
    try stage.send(.sweepOver)
    #expect(try stage.exit() == .done)
    #expect(access(checkpoint, F_OK) == -1, "the checkpoint has served")
  }

  @Test func tellsWhatAFailedChildSaid() throws {
    let stage = try Stage(
      say(.began(epoch: 0, step: 0)) + "\nfor n in $(seq 250); do echo line $n >&2; done\n"
        + say(.failed(cause: "nan", message: "epoch 2")) + "\nexit 1")
    _ = try stage.welcome()
    _ = try stage.next()
    _ = try stage.grant()
    let end = try stage.end()
    #expect(end.cause == .nan && end.message == "epoch 2" && end.result == nil)
    #expect(end.logTail == (51...250).map { "line \($0)" })
  }

  @Test func tellsTheSignalThatKilledAChild() throws {
    let stage = try Stage("kill -KILL $$")
    _ = try stage.welcome()
    _ = try stage.next()
    _ = try stage.grant()
    #expect(try stage.end().cause == .killedBySignal(9))
  }

  @Test func anExitCodeIsNoSuccess() throws {
    let stage = try Stage("exit 0")
    _ = try stage.welcome()
    _ = try stage.next()
    _ = try stage.grant()
    let end = try stage.end()
    #expect(end.cause == .bug && end.message.contains("exit code 0"))
  }

  @Test func killsAHungChild() throws {
    let stage = try Stage(say(.began(epoch: 1, step: 10)) + "\ncat", hangFloor: .milliseconds(100))
    _ = try stage.welcome()
    _ = try stage.next()
    _ = try stage.grant()
    let end = try stage.end()
    #expect(end.cause == .hung && end.message.contains("epoch 1") && end.lastStep == 10)
  }

  @Test func abandonsAndAsksForMore() throws {
    let stage = try Stage(say(.began(epoch: 0, step: 0)) + "\ncat")
    _ = try stage.welcome()
    #expect(try stage.next() == .requestTrial)
    let lease = try stage.grant()
    #expect(try stage.next { $0 == .attemptStarted(lease) ? true : nil })
    try stage.send(.abandon(lease))
    while true {
      let message = try stage.next()
      if message == .requestTrial { break }
      if case .attemptEnded = message { Issue.record("an abandoned lease was reported") }
    }
    try stage.send(.sweepOver)
    #expect(try stage.exit() == .done)
  }

  @Test func keepsTrainingForANewCoordinator() throws {
    let stage = try Stage(
      say(.began(epoch: 0, step: 0)) + "\n" + say(.stepped(epoch: 0, step: 7)) + "\ncat")
    _ = try stage.welcome()
    _ = try stage.next()
    let lease = try stage.grant()
    let progress = LeaseProgress(lease: lease, epoch: 0, step: 7)
    #expect(try stage.next { $0 == .heartbeat([progress]) ? true : nil })
    try stage.send(.introduceYourself)
    #expect(try stage.welcome().held == [lease])
    #expect(try stage.next { $0 == .attemptStarted(lease) ? true : nil })
  }

  @Test func checkpointsAndGivesBackWhenItsParentIsGone() throws {
    let stage = try Stage(
      "stop() {\n" + say(.checkpointWritten(epoch: 0, step: 3), .stopped) + "\nexit 0\n}\ntrap stop TERM\n"
        + say(.began(epoch: 0, step: 3)) + "\nwhile :; do read -r more; done")
    _ = try stage.welcome()
    _ = try stage.next()
    let lease = try stage.grant()
    #expect(try stage.next { $0 == .attemptStarted(lease) ? true : nil })
    stage.cutLifeLine()
    #expect(try stage.next { $0 == .checkpointWritten(lease, epoch: 0, step: 3) ? true : nil })
    #expect(try stage.end().cause == .preempted)
    try stage.send(.endAcknowledged(lease, .accepted))
    #expect(try stage.next { $0 == .goodbye ? true : nil })
    #expect(try stage.exit() == .done)
  }

  @Test func endsWithTheReasonWhenRefused() throws {
    let stage = try Stage("exit 0")
    _ = try stage.next()
    try stage.send(.refused(reason: "another engine"))
    #expect(try stage.exit() == .refused(reason: "another engine"))
  }

  @Test func dropsWhatIsNoMessage() throws {
    let stage = try Stage("exit 0")
    _ = try stage.next()
    try stage.sendGarbage([[0xFF, 0x00]])
    try stage.sendGarbage([[], [], []])
    _ = try stage.welcome()
    #expect(try stage.next { $0 == .requestTrial ? true : nil })
  }

  private func contents(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0, "\(path)")
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }
}
