import Testing
import Trials

@testable import Scheduling

@Suite struct CoordinatorStateTests {
  private let first = sampleTrials[0].id

  private func result(_ lease: TrialLease) -> CoordinatorEvent { .resultVerified(lease) }

  @Test func grantsInTheOrderOfThePlanWithGrowingTokens() throws {
    var coordinator = Coordinator(trials: 4)
    var tokens: [FencingToken] = []
    for (index, name) in ["a", "b", "c", "d"].enumerated() {
      let lease = try coordinator.lease(joining: name)
      #expect(lease.trial == sampleTrials[index].id)
      tokens.append(lease.token)
    }
    #expect(tokens == tokens.sorted() && Set(tokens).count == 4)
    #expect(coordinator.join("e") == nil)
    #expect(coordinator.replies(to: "e") == [.nothingNow])
  }

  @Test func theLeaseIsRecordedBeforeItIsGranted() throws {
    var coordinator = Coordinator()
    _ = coordinator.join("a")
    let recorded = try #require(
      coordinator.last.firstIndex { if case .record(.attempt) = $0 { true } else { false } })
    let granted = try #require(
      coordinator.last.firstIndex { if case .send(.grant, _) = $0 { true } else { false } })
    #expect(recorded < granted)
  }

  @Test func aResultIsPublishedRecordedAndAcknowledgedInThisOrder() throws {
    var coordinator = Coordinator()
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .completed)
    #expect(coordinator.last.contains(.verifyAndPublish(lease, ResultClaim(byteCount: 1, sha256: "00"))))
    #expect(coordinator.replies(to: "a").isEmpty)
    coordinator.apply(.resultVerified(lease))
    #expect(coordinator.replies(to: "a") == [.endAcknowledged(lease, .accepted), .sweepOver])
    #expect(coordinator.ledger.trials[first]?.state == .completed)
    #expect(coordinator.state.isOver)
  }

  @Test func theSameResultTwiceCountsOnce() throws {
    var coordinator = Coordinator(trials: 2)
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .completed)
    coordinator.end("a", lease, .completed)
    #expect(coordinator.last.isEmpty, "the repeated word waits for the verdict")
    coordinator.apply(.resultVerified(lease))
    coordinator.end("a", lease, .completed)
    #expect(coordinator.replies(to: "a") == [.endAcknowledged(lease, .accepted)])
    #expect(coordinator.state.counts[.completed] == 1)
  }

  @Test func onlyAHeartbeatThatNamesTheLeaseExtendsIt() throws {
    var coordinator = Coordinator()
    let lease = try coordinator.lease(joining: "a")
    let a = WorkerID("a")!
    for second in 1...40 {
      coordinator.seconds = Double(second)
      coordinator.beat("a", lease)
      coordinator.apply(.timePassed)
    }
    #expect(coordinator.state.trialView(of: first)?.state == .leased)
    for _ in 1...16 {
      coordinator.pass(1)
      coordinator.apply(.heartbeatReceived(from: a, []))
      coordinator.apply(.epochMeasured(by: a, lease, epoch: 1, imagesPerSecond: 9))
    }
    let view = try #require(coordinator.state.trialView(of: first))
    #expect(view.attempts[0].cause == .workerLost)
    #expect(coordinator.state.workerCount == 1, "the worker itself spoke all the time")
  }

  @Test func aLostTrialGoesToAnIdleWorkerAtOnceAndBeforeFreshOnes() throws {
    var coordinator = Coordinator(trials: 3)
    let lost = try coordinator.lease(joining: "a")
    let kept = try coordinator.lease(joining: "b")
    for _ in 1...14 {
      coordinator.pass(1)
      coordinator.beat("b", kept)
    }
    coordinator.pass(2)
    #expect(coordinator.state.workerCount == 1)
    let lease = try coordinator.lease(joining: "c")
    #expect(lease.trial == lost.trial && lease.token > lost.token)
    #expect(coordinator.grants().first?.earlierAttempts.map(\.cause) == [.workerLost])
    #expect(coordinator.grants().first?.attempt == 2)
  }

  @Test func anIdleWorkerIsRememberedAndServedWhenATrialReturns() throws {
    var coordinator = Coordinator()
    let lease = try coordinator.lease(joining: "a")
    #expect(coordinator.join("b") == nil)
    coordinator.end("a", lease, .preempted)
    #expect(coordinator.grants().map(\.lease.trial) == [first])
    #expect(coordinator.replies(to: "b").count == 1, "b waited longest")
  }

  @Test func aZombieIsRecordedAnsweredStaleAndHarmsNobody() throws {
    var coordinator = Coordinator()
    let old = try coordinator.lease(joining: "zombie")
    coordinator.pass(20)
    let new = try coordinator.lease(joining: "live")
    #expect(new.trial == old.trial)
    coordinator.end("zombie", old, .completed)
    #expect(coordinator.replies(to: "zombie") == [.introduceYourself])
    coordinator.apply(.workerIntroduced(workerDescription("zombie", held: [old])))
    #expect(coordinator.replies(to: "zombie") == [.welcome, .abandon(old)])
    coordinator.end("zombie", old, .completed)
    #expect(coordinator.replies(to: "zombie") == [.endAcknowledged(old, .stale)])
    #expect(
      coordinator.records.contains { record in
        if case .staleWord(let word) = record { word.lease == old && word.cause == .completed } else { false }
      })
    coordinator.beat("live", new)
    #expect(coordinator.replies(to: "live").isEmpty)
    coordinator.end("live", new, .completed)
    coordinator.apply(.resultVerified(new))
    #expect(coordinator.state.counts[.completed] == 1)
  }

  @Test func anotherWorkerCannotSpeakForALease() throws {
    var coordinator = Coordinator()
    let lease = try coordinator.lease(joining: "a")
    _ = coordinator.join("b")
    coordinator.end("b", lease, .bug)
    #expect(coordinator.replies(to: "b") == [.endAcknowledged(lease, .stale)])
    #expect(coordinator.state.trialView(of: first)?.state == .leased)
  }

  @Test func nanFailsAtOnceAndTheSweepEnds() throws {
    var coordinator = Coordinator()
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .nan)
    #expect(coordinator.replies(to: "a") == [.sweepOver, .endAcknowledged(lease, .accepted)])
    #expect(coordinator.state.isOver)
    #expect(coordinator.ledger.trials[first]?.state == .failed)
    #expect(coordinator.state.trialView(of: first)?.failure.contains("nan") == true)
    #expect(coordinator.records.contains(.logTail(first, attempt: 1, lines: ["last words"])))
  }

  @Test func aRefusedResultIsTriedAgainUntilTheCrashBudgetIsUsed() throws {
    var coordinator = Coordinator(retry: RetryBudget(crash: 1))
    var lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .completed)
    coordinator.apply(.resultRefused(lease, reason: "digest differs"))
    #expect(
      coordinator.replies(to: "a").first == .endAcknowledged(lease, .rejected(reason: "digest differs")))
    coordinator.end("a", lease, .completed)
    #expect(coordinator.replies(to: "a") == [.endAcknowledged(lease, .rejected(reason: "digest differs"))])
    lease = try coordinator.lease(requestedBy: "a")
    coordinator.end("a", lease, .completed)
    coordinator.apply(.resultRefused(lease, reason: "digest differs"))
    #expect(coordinator.state.trialView(of: first)?.state == .failed)
  }

  @Test func completedWithoutAFileIsNoResult() throws {
    var coordinator = Coordinator()
    let lease = try coordinator.lease(joining: "a")
    coordinator.apply(.attemptEndReported(by: WorkerID("a")!, lease, AttemptEndReport(cause: .completed)))
    #expect(coordinator.state.trialView(of: first)?.attempts.first?.cause == .bug)
    guard case .endAcknowledged(_, .rejected)? = coordinator.replies(to: "a").first else {
      Issue.record("\(coordinator.last)")
      return
    }
  }

  @Test func aResultThatIsBeingSentLivesByItsWorkersHeartbeats() throws {
    var coordinator = Coordinator()
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .completed)
    for _ in 0..<6 {
      coordinator.pass(10)
      coordinator.apply(
        .heartbeatReceived(from: WorkerID("a")!, [LeaseStanding(lease: lease, epoch: 1, step: 1)]))
    }
    #expect(coordinator.state.isVerifying(lease))
    coordinator.apply(.resultVerified(lease))
    #expect(coordinator.state.counts[.completed] == 1)
  }

  @Test func aResultIsNotWaitedForWhenItsWorkerIsSilent() throws {
    var coordinator = Coordinator()
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .completed)
    coordinator.pass(60)
    #expect(!coordinator.state.isVerifying(lease) && coordinator.state.holder(of: lease.trial) == nil)
    let view = try #require(coordinator.state.trialView(of: lease.trial))
    #expect(view.state == .pending && view.attempts.map(\.cause) == [.workerLost])
    // A verdict that comes too late is nobody's.
    coordinator.apply(.resultVerified(lease))
    #expect(coordinator.state.counts[.completed] == 0)
  }

  @Test func threeLossesAtOneStepFailTheTrialWithItsHistory() throws {
    var coordinator = Coordinator()
    for attempt in 1...3 {
      let name = "w\(attempt)"
      let lease = try coordinator.lease(joining: name)
      coordinator.apply(.attemptStarted(by: WorkerID(name)!, lease))
      coordinator.end(name, lease, .killedBySignal(11), step: 77)
    }
    let view = try #require(coordinator.state.trialView(of: first))
    #expect(view.state == .failed)
    #expect(view.failure.contains("3 attempts in a row were lost at step 77"))
    #expect(coordinator.state.story(of: first)?.chapters.count == 9)
  }

  @Test func leasesThatNeverBeganAreNotHeldAgainstTheTrial() throws {
    var coordinator = Coordinator()
    for attempt in 1...10 {
      let lease = try coordinator.lease(joining: "w\(attempt)")
      coordinator.beat("w\(attempt)", lease, step: 0)
      coordinator.pass(16)
    }
    #expect(coordinator.state.trialView(of: first)?.state == .pending)
  }

  @Test func goodbyeGivesLeasesBackWithoutUsingABudget() throws {
    var coordinator = Coordinator(retry: RetryBudget(lost: 0, crash: 0, outOfMemory: 0))
    for _ in 1...5 {
      _ = try coordinator.lease(joining: "a")
      coordinator.apply(.workerLeft(WorkerID("a")!))
      #expect(coordinator.last.contains(.forget(WorkerID("a")!)))
    }
    #expect(coordinator.state.trialView(of: first)?.state == .pending)
  }

  @Test func aClockGapGrantsOneFreshLeaseTime() throws {
    var coordinator = Coordinator()
    let lease = try coordinator.lease(joining: "a")
    coordinator.seconds += 1000
    coordinator.apply(.timePassed)
    #expect(coordinator.state.liveLeaseCount == 1)
    coordinator.pass(14)
    #expect(coordinator.state.liveLeaseCount == 1)
    coordinator.beat("a", lease)
    coordinator.pass(15)
    #expect(coordinator.state.liveLeaseCount == 0)
  }

  @Test func aRestartedCoordinatorLetsTheHolderOfTheNewestTokenKeepItsLease() throws {
    var before = Coordinator(trials: 2)
    let lost = try before.lease(joining: "dead")
    before.pass(16)
    let kept = try before.lease(joining: "alive")
    #expect(kept.trial == lost.trial)

    var after = Coordinator(
      trials: 2, epoch: 2, past: CoordinatorState.Past(ledger: before.ledger), at: 100)
    #expect(after.state.counts[.running] == 1)
    after.beat("alive", kept)
    #expect(after.replies(to: "alive") == [.introduceYourself])
    after.apply(.workerIntroduced(workerDescription("dead", held: [lost])))
    #expect(after.replies(to: "dead") == [.welcome, .abandon(lost)])
    after.apply(.workerIntroduced(workerDescription("alive", held: [kept])))
    #expect(after.replies(to: "alive") == [.welcome])
    for _ in 1...30 {
      after.pass(1)
      after.beat("alive", kept)
    }
    after.end("alive", kept, .completed)
    after.apply(.resultVerified(kept))
    #expect(after.replies(to: "alive") == [.endAcknowledged(kept, .accepted)])
    let next = try after.lease(requestedBy: "alive")
    #expect(next.token > kept.token && next.token.coordinatorEpoch == 2)
  }

  @Test func aLeaseNobodyComesBackForExpiresAfterARestart() throws {
    var before = Coordinator()
    _ = try before.lease(joining: "a")
    var after = Coordinator(epoch: 2, past: CoordinatorState.Past(ledger: before.ledger), at: 500)
    after.pass(14)
    #expect(after.join("b") == nil)
    after.pass(1)
    #expect(after.grants().map(\.lease.trial) == [first])
  }

  @Test func aPublishedResultCountsAfterARestartEvenIfNothingWasRecorded() throws {
    var before = Coordinator()
    let lease = try before.lease(joining: "a")
    var after = Coordinator(
      epoch: 2, past: CoordinatorState.Past(ledger: before.ledger, verifiedResults: [first]))
    #expect(after.state.isOver)
    after.apply(.workerIntroduced(workerDescription("a", held: [lease])))
    #expect(after.replies(to: "a") == [.welcome, .sweepOver])
    after.end("a", lease, .completed)
    #expect(after.replies(to: "a") == [.endAcknowledged(lease, .accepted)])
  }

  @Test func aCompletedTrialWhoseFileIsGoneRunsAgain() throws {
    var before = Coordinator()
    let lease = try before.lease(joining: "a")
    before.end("a", lease, .completed)
    before.apply(.resultVerified(lease))
    var after = Coordinator(epoch: 2, past: CoordinatorState.Past(ledger: before.ledger))
    #expect(after.ledger.trials[first]?.state == .pending)
    #expect(after.join("b")?.trial == first)
  }

  @Test(arguments: [false, true]) func failedTrialsRunAgainOnlyWhenAsked(_ asked: Bool) throws {
    var before = Coordinator()
    let lease = try before.lease(joining: "a")
    before.end("a", lease, .nan)
    let after = Coordinator(
      epoch: 2, past: CoordinatorState.Past(ledger: before.ledger, retryFailed: asked))
    #expect(after.state.counts[asked ? .pending : .failed] == 1)
    #expect(after.state.trialView(of: first)?.attempts.count == 1)
  }

  @Test func aWorkerOfOtherResultRulesIsRefusedWithBothVersions() {
    var coordinator = Coordinator()
    coordinator.apply(
      .workerIntroduced(workerDescription("a", resultVersion: EngineVersion.result + 1)))
    guard case .refused(let reason)? = coordinator.replies(to: "a").first else {
      Issue.record("\(coordinator.last)")
      return
    }
    #expect(reason.contains("\(EngineVersion.result)") && reason.contains("\(EngineVersion.result + 1)"))
    #expect(coordinator.state.workerCount == 0)
  }

  @Test func aWorkerNeverGetsMoreThanItsSlots() throws {
    var coordinator = Coordinator(trials: 6)
    var leases: [TrialLease] = []
    if let lease = coordinator.join("a", slots: 2) { leases.append(lease) }
    for _ in 1...5 { if let lease = coordinator.request("a") { leases.append(lease) } }
    #expect(leases.count == 2)
    coordinator.end("a", leases[0], .preempted)
    #expect(coordinator.grants().count == 1, "a request that came before the slot was free is remembered")
  }

  @Test func drainingGrantsNothingButAcceptsEnds() throws {
    var coordinator = Coordinator(trials: 2)
    let lease = try coordinator.lease(joining: "a")
    coordinator.apply(.stopRequested)
    #expect(coordinator.join("b") == nil)
    coordinator.end("a", lease, .completed)
    coordinator.apply(.resultVerified(lease))
    #expect(coordinator.replies(to: "a") == [.endAcknowledged(lease, .accepted)])
    #expect(coordinator.request("a") == nil)
    #expect(!coordinator.state.isOver)
  }

  @Test func wordsThatCrossTheirAnswerAreNotAbandoned() throws {
    var coordinator = Coordinator(trials: 2)
    let lease = try coordinator.lease(joining: "a")
    coordinator.end("a", lease, .completed)
    coordinator.apply(.resultVerified(lease))
    coordinator.beat("a", lease)
    #expect(coordinator.replies(to: "a").isEmpty)
  }

  @Test func aLeaseOfATrialThatIsNoLongerPlannedIsAbandoned() throws {
    var before = Coordinator(trials: 2)
    _ = try before.lease(joining: "a")
    let gone = try before.lease(joining: "b")
    var after = Coordinator(trials: 1, epoch: 2, past: CoordinatorState.Past(ledger: before.ledger))
    after.apply(.workerIntroduced(workerDescription("b", held: [gone])))
    #expect(after.replies(to: "b") == [.welcome, .abandon(gone)])
    after.end("b", gone, .completed)
    #expect(after.replies(to: "b") == [.endAcknowledged(gone, .stale)])
  }
}
