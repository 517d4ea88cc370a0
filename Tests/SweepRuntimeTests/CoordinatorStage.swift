import Glibc
import Keys
import ResultStore
import Scheduling
import Synchronization
import Testing
import Trials
import WireProtocol
import ZeroMQ

@testable import SweepRuntime

/// A ledger in memory, which outlives the coordinators that write it.
final class MemoryLedger: CoordinatorLedger, Sendable {
  struct Content {
    var ledger = LedgerContent()
    var records: [LedgerRecord] = []
    var endpoint: String?
    var isSuperseded = false
    /// The next commit that succeeds is followed at once by another coordinator's claim.
    var isSupersededByCommit = false
    /// Commits that fail before one succeeds.
    var failures = 0
    /// A commit waits until this descriptor's other end is closed.
    var gate: Int32?
  }
  struct Full: Error {}

  let content = Mutex(Content())

  func commit(_ records: [LedgerRecord]) throws {
    if let gate = content.withLock({ $0.gate }) {
      var byte: UInt8 = 0
      while read(gate, &byte, 1) == -1 && errno == EINTR {}
      content.withLock { $0.gate = nil }
    }
    try content.withLock { content in
      if content.failures > 0 {
        content.failures -= 1
        throw Full()
      }
      for record in records { content.ledger.apply(record) }
      content.records += records
      if content.isSupersededByCommit { content.isSuperseded = true }
    }
  }

  func keepEndpoint(_ endpoint: String) { content.withLock { $0.endpoint = endpoint } }
  func isSuperseded() -> Bool { content.withLock { $0.isSuperseded } }
}

/// A coordinator on a thread of its own over a results folder of its own.
final class RunningCoordinator {
  let endpoint: Endpoint
  /// Skipping it is how a test lets a lease run out.
  let clock: CoordinatorClock
  /// Longer than a lease, so that no worker is known any more once it is over.
  private static let farewell = Duration.seconds(60)
  private let lifeLine: (read: Int32, write: Int32)
  private var isLifeLineCut = false
  private var thread: pthread_t
  private var isJoined = false
  private let body: Body

  private final class Body: Sendable {
    let start: @Sendable (Body) throws -> CoordinatorOutcome
    let result = Mutex<Result<CoordinatorOutcome, any Error>?>(nil)
    let endpoint = Mutex<Endpoint?>(nil)

    init(_ start: @escaping @Sendable (Body) throws -> CoordinatorOutcome) { self.start = start }
  }

  /// Returns once the coordinator is bound.
  init(
    _ sweep: Sweep, in paths: RunPaths, ledger: MemoryLedger, epoch: UInt32 = 1,
    bind: String = "tcp://127.0.0.1:*", drain: Duration = .seconds(5), keys: KeyFolder? = nil,
    pieceBytes: Int = WireFormat.pieceLimit,
    results: (@Sendable (CoordinatorClock) -> any CoordinatorResults)? = nil
  ) throws {
    let (past, former) = ledger.content.withLock { ($0.ledger, $0.endpoint) }
    lifeLine = try #require(ChildPipe.ends())
    let bound = try #require(ChildPipe.ends())
    defer { close(bound.read) }
    let parent = lifeLine.read
    let bind = try #require(Endpoint(bind))
    let clock = CoordinatorClock()
    self.clock = clock
    body = Body { body in
      defer { close(bound.write) }
      let configuration = CoordinatorConfiguration(
        paths: paths, bind: bind, formerEndpoint: former.flatMap(Endpoint.init),
        allowsInsecureLoopback: keys == nil,
        keys: keys,
        parentDescriptor: parent, limits: CoordinatorState.Limits(clockGap: .seconds(3600)),
        pieceBytes: pieceBytes,
        drain: drain, farewell: Self.farewell)
      let service = try CoordinatorService(
        configuration, sweep: sweep, ledger: ledger, epoch: epoch, past: past,
        results: results?(clock) ?? FolderResults(paths: paths), label: { $0.id.description }, clock: clock)
      return try service.run { endpoint in
        body.endpoint.withLock { $0 = endpoint }
        _ = write(bound.write, "b", 1)
      }
    }
    thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        let body = Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()  // Given just below.
        let result = Result { try body.start(body) }
        body.result.withLock { $0 = result }
        return nil
      }, Unmanaged.passRetained(body).toOpaque())
    try waitUntilReadable(bound.read)
    guard let endpoint = body.endpoint.withLock({ $0 }) else {
      pthread_join(thread, nil)
      close(lifeLine.read)
      close(lifeLine.write)
      throw try #require(
        body.result.withLock { $0 }.flatMap { result in
          if case .failure(let error) = result { error } else { nil }
        })
    }
    self.endpoint = endpoint
  }

  /// What the front door's death looks like.
  func cutLifeLine() {
    if !isLifeLineCut { close(lifeLine.write) }
    isLifeLineCut = true
  }

  /// How it ended, waited for.
  func outcome() throws -> CoordinatorOutcome {
    join()
    return try #require(body.result.withLock { $0 }).get()
  }

  private func join() {
    if !isJoined { pthread_join(thread, nil) }
    isJoined = true
  }

  deinit {
    // A test leaves it running that has seen what it wanted, or failed half-way. Nobody waits for workers then.
    cutLifeLine()
    clock.skip(Self.farewell)
    join()
    close(lifeLine.read)
  }
}

/// A worker played by a test.
final class PlayedWorker {
  let id: WorkerID
  private let dealer: Socket

  init(_ name: String, _ endpoint: Endpoint, security: Socket.Security = .none) throws {
    id = try #require(WorkerID(name))
    dealer = try Socket(
      .dealer, in: try Context(), options: Socket.Options(linger: .zero, security: security))
    try dealer.connect(endpoint)
  }

  deinit { dealer.close() }

  func say(_ message: WorkerMessage) throws { try sayBytes(message.encoded()) }

  func sayBytes(_ bytes: [UInt8]) throws { #expect(try dealer.send([bytes]) == .sent) }

  /// The coordinator's next word, waited for.
  func hear(_ location: SourceLocation = #_sourceLocation) throws -> CoordinatorMessage {
    var poller = Poller([Poller.Item(dealer)])
    try #require(
      try poller.wait(timeout: .seconds(60)), "the coordinator is silent", sourceLocation: location)
    let frames = try #require(try dealer.receive())
    return try CoordinatorMessage(decoding: frames[0])
  }

  /// The first word that `pick` takes, waited for.
  @discardableResult
  func hear<Value>(
    _ location: SourceLocation = #_sourceLocation, _ pick: (CoordinatorMessage) -> Value?
  ) throws -> Value {
    while true {
      if let value = pick(try hear(location)) { return value }
    }
  }

  /// Returns when the coordinator has heard all that was said before: it answers another version at once, whatever its
  /// ledger does.
  func waitUntilHeard() throws {
    var foreign = try WorkerMessage.requestTrial.encoded()
    foreign[3] = 77
    try sayBytes(foreign)
    try hear { if case .refused = $0 { true } else { nil } }
  }

  /// The next word that is there already; nil where there is none.
  func heardSoFar() throws -> CoordinatorMessage? {
    guard let frames = try dealer.receive() else { return nil }
    return try CoordinatorMessage(decoding: frames[0])
  }

  func isSilent() throws -> Bool { try heardSoFar() == nil }

  func sayHello(
    held: [HeldLease] = [], sharesResults: Bool = true, datasets: [HeldDataset] = []
  ) throws {
    try say(
      .hello(
        WorkerIntroduction(
          worker: id, host: "here", processID: getpid(), slots: 1, cpu: "c", blas: "b",
          engineResultVersion: EngineVersion.result, held: held, sharesResults: sharesResults,
          datasets: datasets)))
  }

  /// Introduces itself.
  func join(held: [HeldLease] = []) throws {
    try sayHello(held: held)
    guard case .welcome = try hear() else { throw Unexpected() }
  }

  /// Asks, and waits for the grant.
  func lease() throws -> LeaseGrant {
    try say(.requestTrial)
    return try nextGrant()
  }

  func nextGrant() throws -> LeaseGrant {
    while true {
      switch try hear() {
      case .grant(let grant): return grant
      case .nothingNow: continue
      case let other: throw Unexpected(message: other)
      }
    }
  }

  struct Unexpected: Error { var message: CoordinatorMessage? }
}

enum SampleSweep {
  static func make(_ count: Int, retry: RetryBudget = RetryBudget()) throws -> Sweep {
    let trials = try (1...count).map { seed in
      Trial(
        configuration: try TrialConfiguration(validating: [
          "dataset_name": .string("mnist"), "model_type": .string("GS_Dis"), "temp": .real(0.5),
          "seed": .integer(seed),
        ]), dataDigest: String(repeating: "ab", count: 32), threads: 1)
    }
    return Sweep(name: "sample", summary: "", trials: trials, objective: nil, retry: retry)
  }

  static func paths(in folder: TemporaryFolder) throws -> RunPaths {
    try RunPaths.create(
      root: folder.path + "/sample", source: SweepSource(sweepFile: "name: sample\n", overrides: []))
  }

  /// Writes the result of a lease under its temporary name and says what it is.
  static func writeResult(_ grant: LeaseGrant, in paths: RunPaths) throws -> AttemptEnd {
    var metrics = EpochTable(names: Metric.perEpoch.map(\.name))
    metrics.append(epoch: 0, ["test_elbo": -200])
    metrics.append(epoch: 1, ["test_elbo": -150, "train_loss": 149.5])
    var timing = EpochTable(names: ["seconds", "images_per_second"])
    for epoch in 0...1 { timing.append(epoch: Int32(epoch), ["seconds": 1, "images_per_second": 1000]) }
    let attempt = AttemptRecord(
      number: grant.attempt, token: grant.lease.token, worker: "w", host: "here", startedUnixSeconds: 1,
      endedUnixSeconds: 2, cause: .completed, lastEpoch: 1)
    let record = TrialRecord(
      trial: grant.trial, sweep: grant.sweep, state: .completed, engineVersion: "0", gitRevision: "0",
      metrics: metrics, finals: Metric.atEnd.map { ($0.name, $0 == .testLogLikelihood ? -140 : .nan) },
      tensors: [], timing: timing,
      attempts: grant.earlierAttempts + [attempt])
    let fingerprint = try TrialFile.write(
      record, to: paths.incomingTrialFile(trial: grant.lease.trial, token: grant.lease.token))
    return AttemptEnd(
      cause: .completed, lastEpoch: 1,
      result: FileClaim(byteCount: fingerprint.byteCount, sha256: fingerprint.sha256))
  }
}
