import Glibc
import Keys
import ResultStore
import Scheduling
import Testing
import Trials
import WireProtocol
import ZeroMQ

@testable import SweepRuntime

@Suite struct CoordinatorKeysTests {
  private final class Stage {
    let folder: TemporaryFolder
    let paths: RunPaths
    let keys: KeyFolder
    let coordinator: RunningCoordinator
    let north = KeyName("north")!  // A literal that is a name.

    init() throws {
      folder = try TemporaryFolder()
      paths = try SampleSweep.paths(in: folder)
      keys = KeyFolder(path: folder.path + "/keys")
      try keys.make(workers: [.worker, north])
      coordinator = try RunningCoordinator(
        try SampleSweep.make(2), in: paths, ledger: MemoryLedger(), keys: keys)
    }

    func worker(_ id: String, _ name: KeyName = .worker) throws -> PlayedWorker {
      try PlayedWorker(
        id, coordinator.endpoint,
        security: .client(try keys.pair(name), server: try keys.publicKey(.server)))
    }
  }

  @Test func anAllowedKeyTakesPart() throws {
    let stage = try Stage()
    let worker = try stage.worker("w")
    try worker.join()
    let grant = try worker.lease()
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: stage.paths)))
    #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted))
  }

  @Test func aWorkersNameBelongsToItsKey() throws {
    let stage = try Stage()
    let worker = try stage.worker("w")
    try worker.join()
    let grant = try worker.lease()
    let thief = try stage.worker("w", stage.north)
    try thief.sayHello(held: [grant.lease])
    // Its own name is heard after the dropped one, so the silence before it is an answer.
    let honest = try stage.worker("n", stage.north)
    try honest.join()
    #expect(try thief.isSilent())
    try worker.say(.heartbeat([]))
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: stage.paths)))
    #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted))
  }

  /// The thief comes first: the new life has never heard the worker.
  @Test func aWorkersNameBelongsToItsKeyAfterARestart() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let keys = KeyFolder(path: folder.path + "/keys")
    let north = KeyName("north")!  // A literal that is a name.
    try keys.make(workers: [.worker, north])
    let ledger = MemoryLedger()
    func play(_ id: String, _ name: KeyName, _ coordinator: RunningCoordinator) throws -> PlayedWorker {
      try PlayedWorker(
        id, coordinator.endpoint,
        security: .client(try keys.pair(name), server: try keys.publicKey(.server)))
    }
    let lease: HeldLease
    do {
      let first = try RunningCoordinator(
        try SampleSweep.make(2), in: paths, ledger: ledger, drain: .zero, keys: keys)
      let worker = try play("w", .worker, first)
      try worker.join()
      lease = try worker.lease().lease
      first.cutLifeLine()
      #expect(try first.outcome() == .interrupted)
    }
    let second = try RunningCoordinator(
      try SampleSweep.make(2), in: paths, ledger: ledger, epoch: 2, keys: keys)
    let thief = try play("w", north, second)
    try thief.sayHello(held: [lease])
    let honest = try play("n", north, second)
    try honest.join()
    #expect(try thief.isSilent())
    let worker = try play("w", .worker, second)
    try worker.join(held: [lease])
  }

  @Test func aRevokedKeyGetsNothingFromThenOn() throws {
    let stage = try Stage()
    let revoked = try stage.worker("r", stage.north)
    try revoked.join()
    let old = try revoked.lease()
    let live = try stage.worker("l")
    try live.join()
    let first = try live.lease()
    try live.say(.attemptEnded(first.lease, try SampleSweep.writeResult(first, in: stage.paths)))
    #expect(try live.hear() == .endAcknowledged(first.lease, .accepted))
    try stage.keys.revoke(stage.north)
    // Its lease can only run out once its heartbeats are not heard any more.
    var round = 0
    while true {
      try revoked.say(.heartbeat([LeaseProgress(lease: old.lease, epoch: 0, step: round)]))
      round += 1
      try live.say(.heartbeat([]))
      try live.say(.requestTrial)
      stage.coordinator.clock.skip(.seconds(1))
      if case .grant(let grant) = try live.hear() {
        #expect(grant.lease.trial == old.lease.trial && grant.earlierAttempts.map(\.cause) == [.workerLost])
        break
      }
      try #require(round < 10_000, "the revoked worker's lease never ran out")
    }
    try revoked.sayHello(held: [old.lease])
    // An answer to it would be here after so many later ones.
    for _ in 0..<50 {
      try live.sayHello()
      while true {
        if case .welcome = try live.hear() { break }
      }
    }
    while let word = try revoked.heardSoFar() {
      if case .welcome = word { Issue.record("a revoked key was welcomed") }
    }
  }
}

@Suite struct CoordinatorAccessTests {
  @Test func everybodyIsLetInWhereThereAreNoKeys() {
    let access = CoordinatorAccess(nil)
    #expect(access.allows(nil) && access.summary == nil)
  }

  @Test func aHandshakesFailureIsToldOncePerKindAndCounted() {
    var access = CoordinatorAccess(nil)
    let events: [HandshakeEvent] = [.garbage, .garbage, .brokenOff, .succeeded, .refused]
    let told = events.map { access.note($0) != nil }
    #expect(told == [true, false, true, false, false])
    #expect(access.summary == "3 failed handshakes were turned away")
  }

  @Test func aWorkerGivesUpOnlyBeforeItsFirstWelcome() {
    var handshakes = WorkerHandshakes()
    let first = [HandshakeEvent.brokenOff, .brokenOff].map { handshakes.note($0) }
    #expect(first[0] != .nothing && first[1] == .nothing)
    for event in [HandshakeEvent.refused, .mechanismMismatch] {
      guard case .end = handshakes.note(event) else {
        Issue.record("a wrong key is no reason to wait")
        return
      }
    }
    handshakes.wasWelcomed = true
    guard case .tell = handshakes.note(.refused) else {
      Issue.record("a child's work must not be thrown away for a moment's refusal")
      return
    }
    let second = handshakes.note(.refused)
    #expect(second == .nothing)
  }
}
