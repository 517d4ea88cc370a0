import Glibc
import ResultStore
import Scheduling
import Testing
import Trials
import WireProtocol
import ZeroMQ

@testable import SweepRuntime

@Suite struct CoordinatorServiceTests {
  @Test func aSweepRunsToItsEnd() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let sweep = try SampleSweep.make(3)
    let ledger = MemoryLedger()
    let coordinator = try RunningCoordinator(sweep, in: paths, ledger: ledger)
    let worker = try PlayedWorker("w", coordinator.endpoint)
    try worker.join()
    for trial in sweep.trials {
      let grant = try worker.lease()
      #expect(grant.trial == trial && grant.attempt == 1 && grant.checkpoints.everySeconds == 60)
      try worker.say(.attemptStarted(grant.lease))
      try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
      #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted))
      #expect(try TrialFile.verify(paths.trialFile(trial.id)).trial == trial)
    }
    #expect(try worker.hear() == .sweepOver)
    try worker.say(.goodbye)
    #expect(try coordinator.outcome() == .completed)

    let snapshot = try StatusSnapshot.read(paths.statusFile)
    #expect(snapshot.hasEnded && snapshot.count(.completed) == 3)
    #expect(snapshot.recentlyFinished.map(\.sequence) == [1, 2, 3])
    #expect(snapshot.best?.metric == "train_loss" && snapshot.best?.value == 149.5)
    #expect(ledger.content.withLock { $0.ledger.trials.values.filter { $0.state == .completed }.count } == 3)
  }

  @Test func failuresEndTheSweepWithTheirNumberAndTheirLog() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let coordinator = try RunningCoordinator(try SampleSweep.make(1), in: paths, ledger: MemoryLedger())
    let worker = try PlayedWorker("w", coordinator.endpoint)
    try worker.join()
    let grant = try worker.lease()
    try worker.say(
      .attemptEnded(grant.lease, AttemptEnd(cause: .nan, message: "step 7", logTail: ["last", "words"])))
    #expect(try worker.hear() == .sweepOver)
    #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted))
    try worker.say(.goodbye)
    #expect(try coordinator.outcome() == .unfinished(1))
    let failure = try #require(try StatusSnapshot.read(paths.statusFile).failures.first)
    #expect(failure.cause == "nan" && failure.message.contains("step 7"))
    #expect(try DurableFile.read(failure.logPath) == "last\nwords\n")
  }

  @Test func aSilentWorkerLosesItsLeaseAndComesBackAsAZombie() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let ledger = MemoryLedger()
    let coordinator = try RunningCoordinator(try SampleSweep.make(1), in: paths, ledger: ledger)
    let zombie = try PlayedWorker("zombie", coordinator.endpoint)
    try zombie.join()
    let old = try zombie.lease()
    coordinator.clock.skip(.seconds(16))
    let live = try PlayedWorker("live", coordinator.endpoint)
    try live.join()
    let grant = try live.lease()
    #expect(grant.lease.trial == old.lease.trial && grant.lease.token > old.lease.token)
    #expect(grant.earlierAttempts.map(\.cause) == [.workerLost])

    let oldEnd = try SampleSweep.writeResult(old, in: paths)
    try zombie.sayHello(held: [old.lease])
    while try zombie.hear() != .abandon(old.lease) {}
    try zombie.say(.attemptEnded(old.lease, oldEnd))
    #expect(try zombie.hear() == .endAcknowledged(old.lease, .stale))
    #expect(access(paths.trialFile(old.lease.trial), F_OK) != 0, "a stale result must not be published")

    try live.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    var words = [try live.hear()]
    while words.last != .sweepOver { words.append(try live.hear()) }
    #expect(words.contains(.endAcknowledged(grant.lease, .accepted)))
    try live.say(.goodbye)
    try zombie.say(.goodbye)
    #expect(try coordinator.outcome() == .completed)
    #expect(
      ledger.content.withLock { content in
        content.records.contains {
          if case .staleWord(let word) = $0 { word.worker == zombie.id } else { false }
        }
      })
  }

  @Test func aRestartedCoordinatorTakesItsPortAndItsWorkersBack() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let sweep = try SampleSweep.make(1)
    let ledger = MemoryLedger()
    let first = try RunningCoordinator(sweep, in: paths, ledger: ledger, drain: .zero)
    let endpoint = first.endpoint
    let worker = try PlayedWorker("w", endpoint)
    try worker.join()
    let grant = try worker.lease()
    first.cutLifeLine()
    #expect(try first.outcome() == .interrupted)
    #expect(!(try StatusSnapshot.read(paths.statusFile)).counts.isEmpty)

    let second = try RunningCoordinator(sweep, in: paths, ledger: ledger, epoch: 2)
    #expect(second.endpoint == endpoint)
    try worker.say(.heartbeat([LeaseProgress(lease: grant.lease, epoch: 1, step: 1)]))
    #expect(try worker.hear() == .introduceYourself)
    try worker.join(held: [grant.lease])
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted))
    #expect(try worker.hear() == .sweepOver)
    try worker.say(.goodbye)
    #expect(try second.outcome() == .completed)
  }

  @Test func anEndIsAcknowledgedOnlyWhenItIsDurable() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let ledger = MemoryLedger()
    let coordinator = try RunningCoordinator(try SampleSweep.make(1), in: paths, ledger: ledger)
    let worker = try PlayedWorker("w", coordinator.endpoint)
    try worker.join()
    let grant = try worker.lease()
    let end = try SampleSweep.writeResult(grant, in: paths)
    ledger.content.withLock { $0.failures = 3 }
    try worker.say(.attemptEnded(grant.lease, end))
    #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted))
    let (failures, content) = ledger.content.withLock { ($0.failures, $0.ledger) }
    #expect(failures == 0)
    #expect(content.attempts[grant.lease.trial]?.map(\.cause) == [.completed])
    #expect(content.results[grant.lease.trial]?.state == .completed)
    try worker.say(.goodbye)
    #expect(try coordinator.outcome() == .completed)
  }

  @Test func aGrantDoesNotWaitForTheDisk() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let ledger = MemoryLedger()
    let coordinator = try RunningCoordinator(try SampleSweep.make(1), in: paths, ledger: ledger)
    let worker = try PlayedWorker("w", coordinator.endpoint)
    try worker.join()
    let gate = try #require(ChildPipe.ends())
    defer { close(gate.read) }
    ledger.content.withLock { $0.gate = gate.read }
    let grant = try worker.lease()
    // The disk still works on the record.
    #expect(ledger.content.withLock { $0.ledger.attempts }.isEmpty)
    close(gate.write)
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted))
    try worker.say(.goodbye)
    #expect(try coordinator.outcome() == .completed)
  }

  @Test func nothingIsGrantedWhileTheLedgerCannotBeWritten() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let ledger = MemoryLedger()
    let coordinator = try RunningCoordinator(try SampleSweep.make(2), in: paths, ledger: ledger)
    let first = try PlayedWorker("first", coordinator.endpoint)
    try first.join()
    ledger.content.withLock { $0.failures = 3 }
    _ = try first.lease()
    let second = try PlayedWorker("second", coordinator.endpoint)
    try second.join()
    let grant = try second.lease()
    #expect(ledger.content.withLock { $0.failures } == 0)
    #expect(grant.lease.token.counter == 2)
    coordinator.cutLifeLine()
    try first.say(.goodbye)
    try second.say(.goodbye)
    #expect(try coordinator.outcome() == .interrupted)
  }

  @Test func aLeaseWhoseRecordWasLostWithItsCoordinatorIsTakenUp() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let sweep = try SampleSweep.make(1)
    let first = try RunningCoordinator(sweep, in: paths, ledger: MemoryLedger(), drain: .zero)
    let worker = try PlayedWorker("w", first.endpoint)
    try worker.join()
    let grant = try worker.lease()
    let endpoint = first.endpoint
    first.cutLifeLine()
    #expect(try first.outcome() == .interrupted)

    // A ledger as the first coordinator would have left it, had it died before its commit.
    let ledger = MemoryLedger()
    ledger.keepEndpoint(endpoint.description)
    let second = try RunningCoordinator(sweep, in: paths, ledger: ledger, epoch: 2)
    try worker.say(.heartbeat([LeaseProgress(lease: grant.lease, epoch: 1, step: 1)]))
    #expect(try worker.hear() == .introduceYourself)
    try worker.join(held: [grant.lease])
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted))
    #expect(try worker.hear() == .sweepOver)
    try worker.say(.goodbye)
    #expect(try second.outcome() == .completed)
    let attempts = ledger.content.withLock { $0.ledger.attempts[grant.lease.trial] }
    #expect(attempts?.map(\.token) == [grant.lease.token])
  }

  @Test func aResultThatNobodyTouchedIsNotReadAgainAndAChangedOneIs() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let sweep = try SampleSweep.make(1)
    let trial = sweep.trials[0]
    let metric = CoordinatorStatus.metric(of: trial, in: sweep)
    let file = paths.trialFile(trial.id)
    // No trial file: reading it would set it aside.
    try DurableFile.replace(file, with: "nothing")
    let stamp = try #require(FileStamp(ofFileAt: file))
    let known = PublishedResult(
      state: .completed, byteCount: stamp.byteCount, modified: stamp.modified, changed: stamp.changed,
      metric: metric.name, value: 1.5)
    func found(_ known: PublishedResult) throws -> [Double?] {
      try FolderResults(paths: paths).findVerified(
        of: sweep, known: [trial.id: known], metric: { _ in metric }, log: CoordinatorLog()
      ).map(\.result.value)
    }
    #expect(try found(known) == [1.5])

    // The same bytes count and the same time of the content: the inode's time tells.
    var times = [timespec(tv_sec: 5, tv_nsec: 0), timespec(tv_sec: 5, tv_nsec: 0)]
    #expect(utimensat(AT_FDCWD, file, &times, 0) == 0)
    var sameTimes = known
    sameTimes.modified = 5_000_000_000
    #expect(try found(sameTimes).isEmpty)
    #expect(access(paths.damagedTrialFile(trial.id), F_OK) == 0)
  }

  @Test func garbageIsDroppedAndForeignVersionsAreTold() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let coordinator = try RunningCoordinator(try SampleSweep.make(1), in: paths, ledger: MemoryLedger())
    let stranger = try PlayedWorker("stranger", coordinator.endpoint)
    for count in 0..<300 { try stranger.sayBytes([UInt8](repeating: UInt8(count % 256), count: count)) }
    var foreign = try WorkerMessage.requestTrial.encoded()
    foreign[3] = 77
    try stranger.sayBytes(foreign)
    guard case .refused(let reason) = try stranger.hear() else { throw PlayedWorker.Unexpected() }
    #expect(reason.contains("77") && reason.contains("\(WireFormat.version)"))
    try stranger.say(.requestTrial)
    #expect(try stranger.hear() == .introduceYourself)
    try stranger.join()
    _ = try stranger.lease()
    try stranger.say(.goodbye)
    coordinator.cutLifeLine()
    #expect(try coordinator.outcome() == .interrupted)
  }

  @Test func resultsThatAreThereCountAndDamagedOnesAreSetAside() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let sweep = try SampleSweep.make(2)
    for (number, trial) in sweep.trials.enumerated() {
      let grant = LeaseGrant(
        lease: HeldLease(
          trial: trial.id, token: FencingToken(coordinatorEpoch: 1, counter: UInt64(number + 1))),
        trial: trial, sweep: "sample", attempt: 1, earlierAttempts: [],
        checkpoints: CheckpointSettings(everySeconds: 60))
      let end = try SampleSweep.writeResult(grant, in: paths)
      let result = try #require(end.result)
      try TrialFile.publish(
        trial.id, token: grant.lease.token,
        announced: FileFingerprint(byteCount: result.byteCount, sha256: result.sha256), in: paths)
    }
    let damaged = sweep.trials[1].id
    #expect(truncate(paths.trialFile(damaged), 900) == 0)

    // Neither has a ledger row: what the files say is enough.
    let coordinator = try RunningCoordinator(sweep, in: paths, ledger: MemoryLedger(), epoch: 2)
    #expect(access(paths.damagedTrialFile(damaged), F_OK) == 0)
    let worker = try PlayedWorker("w", coordinator.endpoint)
    try worker.join()
    let grant = try worker.lease()
    #expect(grant.lease.trial == damaged)
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted))
    #expect(try worker.hear() == .sweepOver)
    try worker.say(.goodbye)
    #expect(try coordinator.outcome() == .completed)
  }

  @Test func aResultThatIsNotTheAnnouncedOneIsRejected() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let sweep = try SampleSweep.make(1, retry: RetryBudget(crash: 0))
    let coordinator = try RunningCoordinator(sweep, in: paths, ledger: MemoryLedger())
    let worker = try PlayedWorker("w", coordinator.endpoint)
    try worker.join()
    let grant = try worker.lease()
    var end = try SampleSweep.writeResult(grant, in: paths)
    end.result?.byteCount += 1
    try worker.say(.attemptEnded(grant.lease, end))
    var words = [try worker.hear(), try worker.hear()]
    words.removeAll { $0 == .sweepOver }
    guard case .endAcknowledged(grant.lease, .rejected(let reason))? = words.first else {
      Issue.record("\(words)")
      return
    }
    #expect(reason.contains("announced"))
    try worker.say(.goodbye)
    #expect(try coordinator.outcome() == .unfinished(1))
    #expect(access(paths.trialFile(grant.lease.trial), F_OK) != 0)
  }

  @Test func aNewerCoordinatorEndsThisOne() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let ledger = MemoryLedger()
    let coordinator = try RunningCoordinator(try SampleSweep.make(1), in: paths, ledger: ledger)
    ledger.content.withLock { $0.isSuperseded = true }
    #expect(try coordinator.outcome() == .superseded)
  }

  @Test func aSweepThatIsDoneEndsAtOnce() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let sweep = try SampleSweep.make(1)
    let ledger = MemoryLedger()
    ledger.content.withLock { content in
      content.ledger.apply(
        .trial(
          TrialStanding(trial: sweep.trials[0].id, state: .failed, account: RetryAccount(), failure: "nan")))
    }
    #expect(try RunningCoordinator(sweep, in: paths, ledger: ledger).outcome() == .unfinished(1))
  }
}

@Suite struct CoordinatorBindingTests {
  private func refusal(_ text: String, insecure: Bool) throws -> CoordinatorError? {
    let endpoint = try #require(Endpoint(text))
    do {
      try CoordinatorBinding.check(endpoint, allowsInsecureLoopback: insecure, hasKeys: false)
      return nil
    } catch { return error }
  }

  @Test func loopbackNeedsTheFlag() throws {
    #expect(try refusal("tcp://127.0.0.1:*", insecure: true) == nil)
    let error = try #require(try refusal("tcp://127.0.0.1:*", insecure: false))
    #expect(error.code == .refused && error.description.contains("--insecure-loopback"))
  }

  @Test(arguments: ["tcp://0.0.0.0:5000", "tcp://192.168.1.5:*", "tcp://*:5000"])
  func beyondLoopbackIsRefusedWithTheReason(_ text: String) throws {
    let error = try #require(try refusal(text, insecure: true))
    #expect(error.code == .refused)
    #expect(error.description.contains("igr keys DIR") && error.description.contains("--keys DIR"))
  }

  @Test func aPortInUseIsToldWithItsEndpoint() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let taken = try Socket(.dealer, in: try Context(), options: Socket.Options(linger: .zero))
    let endpoint = try taken.bind(try #require(Endpoint("tcp://127.0.0.1:*")))
    defer { taken.close() }
    #expect(throws: CoordinatorError.self) {
      try CoordinatorService.checkBinding(endpoint, allowsInsecureLoopback: true)
    }
    do {
      _ = try RunningCoordinator(
        try SampleSweep.make(1), in: paths, ledger: MemoryLedger(), bind: endpoint.description)
      Issue.record("bound twice")
    } catch let error as CoordinatorError {
      #expect(error.code == .environment)
      #expect(error.description.contains(endpoint.description) && error.description.contains("in use"))
    }
  }

  @Test func aFormerPortThatIsTakenIsReplaced() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let taken = try Socket(.dealer, in: try Context(), options: Socket.Options(linger: .zero))
    let former = try taken.bind(try #require(Endpoint("tcp://127.0.0.1:*")))
    defer { taken.close() }
    let ledger = MemoryLedger()
    ledger.keepEndpoint(former.description)
    let coordinator = try RunningCoordinator(try SampleSweep.make(1), in: paths, ledger: ledger)
    #expect(coordinator.endpoint != former)
    #expect(ledger.content.withLock { $0.endpoint } == coordinator.endpoint.description)
    coordinator.cutLifeLine()
    #expect(try coordinator.outcome() == .interrupted)
  }
}
