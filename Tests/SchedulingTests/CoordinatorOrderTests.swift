import Testing
import Trials

@testable import Scheduling

@Suite struct CoordinatorOrderTests {
  private let ids = sampleTrials.map(\.id)

  @Test func aPausedSweepTakesItsLeasesBackAndKeepsThem() throws {
    var coordinator = Coordinator(trials: 2, retry: RetryBudget(lost: 0, crash: 0, outOfMemory: 0))
    let lease = try coordinator.lease(joining: "a")
    #expect(coordinator.order(.pause) == "paused: 1 running trial checkpoint and wait")
    #expect(coordinator.replies(to: "a") == [.endAttempt(lease, .paused)])
    coordinator.end("a", lease, .preempted)
    #expect(coordinator.request("a") == nil)
    #expect(coordinator.state.counts[.pending] == 2 && !coordinator.state.isOver)
    var after = Coordinator(trials: 2, epoch: 2, past: CoordinatorState.Past(ledger: coordinator.ledger))
    #expect(after.join("b") == nil, "a restart does not end a pause")
    #expect(after.order(.resume, id: "p") == "goes on; it was paused")
    #expect(after.grants().map(\.lease.trial) == [ids[0]], "who asked before is served")
  }

  @Test func aDrainedSweepLetsRunningTrialsFinishAndSendsTheWorkersHome() throws {
    var coordinator = Coordinator(trials: 2)
    let lease = try coordinator.lease(joining: "a")
    coordinator.order(.drain)
    #expect(coordinator.replies(to: "a").isEmpty && !coordinator.state.isDrained)
    coordinator.end("a", lease, .completed)
    coordinator.apply(.resultVerified(lease))
    #expect(coordinator.replies(to: "a") == [.endAcknowledged(lease, .accepted), .sweepOver])
    #expect(coordinator.state.isDrained && !coordinator.state.isOver)
  }

  @Test func aCancelledTrialIsAbandonedAndItsLateResultRefused() throws {
    var coordinator = Coordinator(trials: 2)
    let lease = try coordinator.lease(joining: "a")
    #expect(coordinator.order(.cancel([ids[0]])) == "cancelled 1 trial, 1 of them running")
    #expect(coordinator.replies(to: "a") == [.abandon(lease)])
    coordinator.beat("a", lease)
    #expect(coordinator.replies(to: "a") == [.abandon(lease)], "told again: the first word may be lost")
    coordinator.end("a", lease, .completed)
    #expect(
      coordinator.replies(to: "a") == [.endAcknowledged(lease, .rejected(reason: "cancelled by ann@login"))])
    #expect(coordinator.state(of: 0) == .cancelled)
    #expect(coordinator.ledger.trials[ids[0]]?.state == .cancelled)
  }

  @Test func cancellingEverythingEndsTheSweep() throws {
    var coordinator = Coordinator(trials: 3)
    let lease = try coordinator.lease(joining: "a")
    coordinator.order(.cancel(nil))
    #expect(coordinator.state.isOver)
    #expect(coordinator.replies(to: "a") == [.abandon(lease), .sweepOver])
  }

  @Test func retryGivesANewBudget() throws {
    var coordinator = Coordinator(trials: 1, retry: RetryBudget(crash: 0))
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .bug)
    #expect(coordinator.state(of: 0) == .failed)
    #expect(coordinator.order(.retry(nil)) == "1 trial will run again")
    let again = try coordinator.lease(requestedBy: "a")
    #expect(again.token > lease.token)
    #expect(coordinator.ledger.trials[ids[0]]?.account == RetryAccount(forgivenAttempts: 1))
  }

  @Test func aGoodResultIsNotRunAgain() throws {
    var coordinator = Coordinator(trials: 1)
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .completed)
    coordinator.apply(.resultVerified(lease))
    #expect(
      coordinator.order(.retry([ids[0]])) == "0 trials will run again; 1 have a good result and do not")
  }

  @Test func anOrderIsCarriedOutOnce() throws {
    var coordinator = Coordinator(trials: 1, retry: RetryBudget(crash: 0))
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .bug)
    let answer = coordinator.order(.retry(nil), id: "x")
    let again = try coordinator.lease(requestedBy: "a")
    coordinator.end("a", again, .bug)
    // The coordinator died before it could take the order's file away.
    var after = Coordinator(trials: 1, epoch: 2, past: CoordinatorState.Past(ledger: coordinator.ledger))
    #expect(after.order(.retry(nil), id: "x") == answer)
    #expect(after.state(of: 0) == .failed)
  }

  @Test func strangersAreNamed() {
    var coordinator = Coordinator(trials: 1)
    let stranger = TrialID("00000000000000ff")!
    #expect(
      coordinator.order(.cancel([stranger])) == "cancelled 0 trials; not of this sweep: 00000000000000ff")
  }
}

@Suite struct CoordinatorNodeTests {
  private let ids = sampleTrials.map(\.id)

  /// A good machine with one busy worker, and a bad one that fails three trials in a row.
  private func badNode(_ cause: EndCause, ruling: RetryRule.Action? = nil) -> Coordinator {
    var coordinator = Coordinator(trials: 8, retry: RetryBudget(crash: 0))
    _ = coordinator.join("good", host: "good", slots: 1)
    let leases = coordinator.join("bad", host: "bad", slots: 3)
    for lease in leases {
      coordinator.apply(
        .attemptEndReported(
          by: WorkerID("bad")!, lease, AttemptEndReport(cause: cause, message: "m", ruling: ruling)))
    }
    return coordinator
  }

  @Test func threeEndsOfOneKindSetTheMachineAsideAndNotItsTrials() {
    var coordinator = badNode(.configuration)
    #expect(coordinator.state.nodesSetAside.map(\.host) == ["bad"])
    #expect(coordinator.state.counts[.failed] == 0, "they come back")
    #expect(coordinator.ledger.nodes["bad"]?.reason != nil)
    #expect(coordinator.request("bad") == nil)
    #expect(
      coordinator.order(.retryNode(host: "bad")) == "node bad gets trials again")
    #expect(coordinator.grants().count == 1, "it asked before")
  }

  @Test func itIsToldAndStaysAsideOverARestart() {
    let before = badNode(.disk)
    let told = before.last.contains { effect in
      if case .send(.nodeSetAside, let worker) = effect { worker.description == "bad" } else { false }
    }
    #expect(told)
    var after = Coordinator(trials: 8, epoch: 2, past: CoordinatorState.Past(ledger: before.ledger))
    #expect(after.join("new", host: "bad").isEmpty)
    #expect(!after.join("other", host: "good").isEmpty)
  }

  @Test(arguments: [EndCause.nan, .workerLost, .killedBySignal(9), .preempted, .memoryLimit])
  func whatIsTheTrialsOwnOrComesFromOutsideBlamesNoMachine(_ cause: EndCause) {
    #expect(badNode(cause).state.nodesSetAside.isEmpty)
  }

  @Test func whatFailsEverywhereBlamesNoMachine() throws {
    var coordinator = Coordinator(trials: 8, retry: RetryBudget(crash: 0))
    let other = coordinator.join("b", host: "b", slots: 1)
    let leases = coordinator.join("a", host: "a", slots: 3)
    coordinator.end("b", other[0], .bug)
    for lease in leases { coordinator.end("a", lease, .bug) }
    #expect(coordinator.state.nodesSetAside.isEmpty && coordinator.state.counts[.failed] == 4)
  }

  @Test func theOnlyMachineIsNeverSetAsideByItself() {
    var coordinator = Coordinator(trials: 8, retry: RetryBudget(crash: 0))
    for lease in coordinator.join("a", host: "a", slots: 4) { coordinator.end("a", lease, .bug) }
    #expect(coordinator.state.nodesSetAside.isEmpty)
  }

  @Test func aRuleExcludesTheNodeAtOnceAndUsesNoBudget() {
    var coordinator = Coordinator(trials: 2, retry: RetryBudget(crash: 0))
    let lease = coordinator.join("a", host: "a")[0]
    coordinator.end("a", lease, .bug, ruling: .excludeNode)
    #expect(coordinator.state.nodesSetAside.map(\.host) == ["a"])
    #expect(coordinator.state(of: 0) == .pending)
  }

  /// One bad trial does not take out a cluster, machine after machine.
  @Test func aTrialThatFailsOnThreeNodesIsAtFaultItself() throws {
    var coordinator = Coordinator(trials: 1, retry: RetryBudget(crash: 0))
    var lease = coordinator.join("a", host: "a")[0]
    for (name, next) in [("a", "b"), ("b", "c")] {
      coordinator.end(name, lease, .bug, ruling: .excludeNode)
      #expect(coordinator.state(of: 0) == .pending)
      let joined = coordinator.join(next, host: next)
      lease = try #require(joined.first)
    }
    coordinator.end("c", lease, .bug, ruling: .excludeNode)
    #expect(coordinator.state(of: 0) == .failed)
    #expect(coordinator.ledger.trials[ids[0]]?.failure.contains("on 3 machines") == true)
    #expect(!coordinator.state.nodesSetAside.map(\.host).contains("c"))
  }

  @Test func aRuleRepeatsATrialTwentyTimes() throws {
    var coordinator = Coordinator(trials: 1, retry: RetryBudget(crash: 0))
    var lease = coordinator.join("a", host: "a")[0]
    for _ in 1...20 {
      coordinator.end("a", lease, .memoryLimit, ruling: .retry)
      #expect(coordinator.state(of: 0) == .pending)
      lease = try coordinator.lease(requestedBy: "a")
    }
    coordinator.end("a", lease, .memoryLimit, ruling: .retry)
    #expect(coordinator.state(of: 0) == .failed)
  }

  @Test func rulesRetryOrFail() {
    var coordinator = Coordinator(trials: 2, retry: RetryBudget(crash: 0))
    let leases = coordinator.join("a", host: "a", slots: 2)
    coordinator.end("a", leases[0], .bug, ruling: .retry)
    coordinator.end("a", leases[1], .bug, ruling: .fail)
    #expect(coordinator.state(of: 0) == .pending && coordinator.state(of: 1) == .failed)
  }

  @Test func theTimeOfAllAttemptsCounts() throws {
    var coordinator = Coordinator(trials: 1) { $0.resources = TrialResources(memoryMiB: 64, seconds: 100) }
    var lease = try coordinator.lease(joining: "a")
    #expect(coordinator.grants().first?.secondsLeft == 100)
    #expect(coordinator.grants().first?.memoryLimitMiB == 64)
    for _ in 1...6 {
      coordinator.pass(10)
      coordinator.beat("a", lease)
    }
    coordinator.end("a", lease, .preempted)
    lease = try coordinator.lease(requestedBy: "a")
    #expect(coordinator.grants().first?.secondsLeft == 40)
    for _ in 1...4 {
      coordinator.pass(10)
      coordinator.beat("a", lease)
    }
    coordinator.end("a", lease, .preempted)
    #expect(coordinator.state(of: 0) == .failed)
    #expect(
      coordinator.state.trialView(of: ids[0])?.failure.contains("took 100 s, the sweep allows 100 s") == true)
  }

  /// A machine that is off computes nothing: what a lost attempt took ends when its worker was last heard.
  @Test func anOutageUsesNoneOfATrialsTime() throws {
    let resources = TrialResources(seconds: 100)
    var coordinator = Coordinator(trials: 1) { $0.resources = resources }
    let lease = try coordinator.lease(joining: "a")
    for _ in 1...3 {
      coordinator.pass(10)
      coordinator.beat("a", lease)
    }
    let night = 30_000.0
    var next = Coordinator(
      trials: 1, epoch: 2,
      past: CoordinatorState.Past(ledger: coordinator.ledger, lastWordUnixSeconds: 1030), at: night
    ) { $0.resources = resources }
    next.pass(16)
    #expect(next.ledger.attempts[ids[0]]?.last?.cause == .workerLost)
    #expect(next.ledger.attempts[ids[0]]?.last?.endedUnixSeconds == 1030)
    #expect(next.state(of: 0) == .pending)
    _ = try next.lease(joining: "b")
    #expect(next.grants().first?.secondsLeft == 70)
  }

  @Test func aLostWorkersTimeEndsWithItsLastWord() throws {
    var coordinator = Coordinator(trials: 1) { $0.resources = TrialResources(seconds: 20) }
    let lease = try coordinator.lease(joining: "a")
    coordinator.pass(6)
    coordinator.beat("a", lease)
    coordinator.pass(16)
    #expect(coordinator.ledger.attempts[ids[0]]?.last?.cause == .workerLost)
    #expect(coordinator.state(of: 0) == .pending)
    _ = try coordinator.lease(joining: "b")
    #expect(coordinator.grants().first?.secondsLeft == 14)
  }

  @Test func aCancelledTrialWhoseResultIsRefusedStaysOut() throws {
    var coordinator = Coordinator(trials: 2)
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .completed)
    #expect(coordinator.order(.cancel([ids[0]])).contains("1 whose results are arriving"))
    coordinator.apply(.resultRefused(lease, reason: "does not verify"))
    #expect(coordinator.state(of: 0) == .cancelled)
    #expect(coordinator.ledger.trials[ids[0]]?.failure == "cancelled by ann@login")
  }

  @Test func aCancelledTrialWhoseResultIsGoodCounts() throws {
    var coordinator = Coordinator(trials: 2)
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .completed)
    coordinator.order(.cancel([ids[0]]))
    coordinator.apply(.resultVerified(lease))
    #expect(coordinator.state(of: 0) == .completed)
  }
}
