import Testing
import Trials

@testable import Scheduling

/// Leases whose grant left a coordinator that died before it could record it.
@Suite struct CoordinatorAdoptionTests {
  private static func lease(_ trial: Int, _ epoch: UInt32, _ counter: UInt64) -> TrialLease {
    TrialLease(
      trial: sampleTrials[trial].id, token: FencingToken(coordinatorEpoch: epoch, counter: counter))
  }

  @Test func aLostLeaseIsTakenUpWhenItsWorkerNamesIt() {
    var second = Coordinator(trials: 2, epoch: 2)
    let lost = Self.lease(1, 1, 5)
    second.apply(.workerIntroduced(workerDescription("w", held: [lost])))
    #expect(second.replies(to: "w") == [.welcome])
    #expect(second.ledger.attempts[lost.trial]?.map(\.token) == [lost.token])
    second.end("w", lost, .completed)
    second.apply(.resultVerified(lost))
    #expect(second.replies(to: "w") == [.endAcknowledged(lost, .accepted)])
    #expect(second.state(of: 1) == .completed)
  }

  @Test func aTrialThatWasGrantedAgainIsNot() throws {
    var second = Coordinator(trials: 1, epoch: 2)
    let live = try second.lease(joining: "quick")
    let lost = Self.lease(0, 1, 5)
    second.apply(.workerIntroduced(workerDescription("late", held: [lost])))
    #expect(second.replies(to: "late") == [.welcome, .abandon(lost)])
    #expect(second.state.isLive(live, heldBy: WorkerID("quick")!))
  }

  @Test func anOlderLeaseThatTheLedgerStillHoldsOutEndsForTheNewerOne() throws {
    var first = Coordinator(trials: 1, epoch: 1)
    let old = try first.lease(joining: "old")
    // The first life gave the trial to another worker; neither that nor why became durable.
    let newer = Self.lease(0, 1, 9)
    var second = Coordinator(trials: 1, epoch: 2, past: CoordinatorState.Past(ledger: first.ledger))
    second.apply(.workerIntroduced(workerDescription("new", held: [newer])))
    #expect(second.replies(to: "new") == [.welcome])
    #expect(second.ledger.attempts[old.trial]?.map(\.cause) == [.workerLost, nil])
    #expect(second.ledger.attempts[old.trial]?.map(\.number) == [1, 2])
    second.apply(.workerIntroduced(workerDescription("old", held: [old])))
    #expect(second.replies(to: "old") == [.welcome, .abandon(old)])
  }

  @Test func anOlderLeaseThanTheLedgersIsVoid() throws {
    var first = Coordinator(trials: 1, epoch: 3)
    _ = try first.lease(joining: "w")
    first.apply(.workerLeft(WorkerID("w")!))
    var second = Coordinator(trials: 1, epoch: 4, past: CoordinatorState.Past(ledger: first.ledger))
    let older = Self.lease(0, 2, 100)
    second.apply(.workerIntroduced(workerDescription("zombie", held: [older])))
    #expect(second.replies(to: "zombie") == [.welcome, .abandon(older)])
  }

  @Test func aLeaseOfThisLifeThatItNeverGaveIsVoid() {
    var coordinator = Coordinator(trials: 1, epoch: 2)
    let invented = Self.lease(0, 2, 7)
    coordinator.apply(.workerIntroduced(workerDescription("w", held: [invented])))
    #expect(coordinator.replies(to: "w") == [.welcome, .abandon(invented)])
  }

  @Test func aWorkerMayHoldOneWhoseEndWasLostAndTheNextOne() throws {
    var first = Coordinator(trials: 3, epoch: 1)
    let ended = try first.lease(joining: "w")
    let next = Self.lease(1, 1, 2)
    var second = Coordinator(trials: 3, epoch: 2, past: CoordinatorState.Past(ledger: first.ledger))
    second.apply(.workerIntroduced(workerDescription("w", held: [ended, next])))
    #expect(second.replies(to: "w") == [.welcome])
    // It has one slot and gets nothing more before the first of the two has ended.
    #expect(second.request("w") == nil)
    second.end("w", ended, .completed)
    second.apply(.resultVerified(ended))
    #expect(second.state.isLive(next, heldBy: WorkerID("w")!))
    #expect(second.grants().isEmpty)
  }

  @Test func inAPausedSweepItIsAskedToEnd() {
    var past = LedgerContent()
    past.mode = .paused
    var second = Coordinator(trials: 1, epoch: 2, past: CoordinatorState.Past(ledger: past))
    let lost = Self.lease(0, 1, 5)
    second.apply(.workerIntroduced(workerDescription("w", held: [lost])))
    #expect(second.replies(to: "w") == [.welcome, .endAttempt(lost, .paused)])
  }

  @Test func aHeartbeatTakesItUpAsWell() {
    var second = Coordinator(trials: 1, epoch: 2)
    second.apply(.workerIntroduced(workerDescription("w")))
    let lost = Self.lease(0, 1, 5)
    second.beat("w", lost)
    #expect(second.replies(to: "w").isEmpty)
    #expect(second.state.isLive(lost, heldBy: WorkerID("w")!))
  }
}
