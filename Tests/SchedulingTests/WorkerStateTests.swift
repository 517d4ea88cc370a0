import Testing
import Trials

@testable import Scheduling

/// A worker state with a clock that the test turns, and readable expectations.
struct Bench {
  var state: WorkerState
  var now = Duration.zero

  init(slots: Int = 1, patience: Duration? = nil) {
    state = WorkerState(limits: WorkerState.Limits(slots: slots, patience: patience), at: .zero)
  }

  /// Turns the clock in whole beats, so that no gap looks like a stopped agent.
  mutating func pass(_ time: Duration) -> [WorkerState.Action] {
    let end = now + time
    var actions: [WorkerState.Action] = []
    while now < end {
      now = min(end, max(state.nextDeadline, now + .milliseconds(1)))
      actions += state.handle(.timePassed, at: now)
    }
    return actions
  }

  mutating func callAsFunction(_ event: WorkerState.Event) -> [WorkerState.Action] {
    state.handle(event, at: now)
  }

  mutating func welcome() -> [WorkerState.Action] {
    self(.welcomed(heartbeat: .seconds(2), patience: .seconds(600)))
  }

  /// Welcomed, and training `lease` since step 0.
  mutating func train(_ lease: TrialLease) {
    _ = welcome()
    #expect(self(.granted(lease)) == [.startChild(lease)])
    #expect(self(.childBegan(lease, epoch: 0, step: 0)) == [.send(.attemptStarted(lease))])
  }
}

func lease(_ trial: Int, _ counter: UInt64 = 1) -> TrialLease {
  let digits = String(trial, radix: 16)
  // Always 16 lower-case hexadecimal digits.
  let id = TrialID(String(repeating: "0", count: 16 - digits.count) + digits)!
  return TrialLease(trial: id, token: FencingToken(coordinatorEpoch: 1, counter: counter))
}

func ends(_ actions: [WorkerState.Action]) -> [WorkerState.End] {
  actions.compactMap { if case .send(.attemptEnded(_, let end)) = $0 { end } else { nil } }
}

private let result = ResultClaim(byteCount: 10, sha256: String(repeating: "a", count: 64))

@Suite struct WorkerStateTests {
  @Test func introducesItselfUntilItIsWelcomed() {
    var bench = Bench(slots: 2)
    #expect(bench(.timePassed) == [.send(.hello([]))])
    // Soon at first, because there may be no connection yet; then as often as heartbeats.
    #expect(bench.pass(.milliseconds(30)) == [.send(.hello([]))])
    let later = bench.pass(.seconds(10))
    #expect(later.allSatisfy { $0 == .send(.hello([])) })
    #expect((8...13).contains(later.count), "\(later.count)")
    #expect(bench.welcome() == [.send(.requestTrial), .send(.requestTrial)])
    #expect(bench.pass(.seconds(2)) == [.send(.heartbeat([]))])
  }

  @Test func asksForOneTrialPerFreeSlot() {
    var bench = Bench(slots: 2)
    _ = bench.welcome()
    #expect(bench(.granted(lease(1))) == [.startChild(lease(1))])
    #expect(bench(.nothingNow) == [])
    #expect(bench(.granted(lease(2, 2))) == [.startChild(lease(2, 2))])
    let actions = bench(.childEnded(lease(1), word: .completed(result), exit: .exited(code: 0)))
    #expect(ends(actions).map(\.cause) == [.completed])
    #expect(actions.last == .send(.requestTrial), "a slot is free before the end is acknowledged")
  }

  @Test func asksAgainAfterEachWelcome() {
    var bench = Bench(slots: 2)
    bench.train(lease(1))
    #expect(bench(.introductionAsked) == [.send(.hello([lease(1)]))])
    #expect(bench(.introductionAsked) == [], "one introduction is under way already")
    #expect(bench.welcome() == [.send(.attemptStarted(lease(1))), .send(.requestTrial)])
  }

  @Test func ignoresARepeatedGrant() {
    var bench = Bench(slots: 2)
    bench.train(lease(1))
    #expect(bench(.granted(lease(1))) == [])
  }

  @Test func givesBackWhatItHasNoSlotFor() {
    var bench = Bench()
    bench.train(lease(1))
    #expect(ends(bench(.granted(lease(2, 2)))).map(\.cause) == [.preempted])
  }

  @Test func heartbeatsNameLeasesWithTheChildsProgress() {
    var bench = Bench()
    bench.train(lease(1))
    _ = bench(.childStepped(lease(1), epoch: 0, step: 17))
    let progress = LeaseStanding(lease: lease(1), epoch: 0, step: 17)
    #expect(bench.pass(.seconds(2)) == [.send(.heartbeat([progress]))])
    _ = bench(.childStepped(lease(1), epoch: 0, step: 16))
    #expect(bench.pass(.seconds(2)) == [.send(.heartbeat([progress]))], "a step never goes back")
  }

  @Test func passesOnWhatTheChildMeasures() {
    var bench = Bench()
    bench.train(lease(1))
    #expect(
      bench(.childMeasured(lease(1), epoch: 3, imagesPerSecond: 5, metrics: ["test_elbo": -1]))
        == [.send(.epochMeasured(lease(1), epoch: 3, imagesPerSecond: 5, metrics: ["test_elbo": -1]))])
    #expect(
      bench(.childWroteCheckpoint(lease(1), epoch: 3, step: 9))
        == [.send(.checkpointWritten(lease(1), epoch: 3, step: 9))])
    let end = ends(bench(.childEnded(lease(1), word: .completed(result), exit: .exited(code: 0))))
    #expect(end.map(\.lastEpoch) == [3] && end.map(\.result) == [result])
  }

  @Test func repeatsAnEndUntilItIsAcknowledged() {
    var bench = Bench()
    bench.train(lease(1))
    #expect(ends(bench(.childEnded(lease(1), word: .completed(result), exit: .exited(code: 0)))).count == 1)
    #expect(ends(bench.pass(.seconds(6))).count == 3)
    #expect(bench(.endAcknowledged(lease(1), .accepted)) == [.removeCheckpoint(lease(1).trial)])
    #expect(ends(bench.pass(.seconds(6))).isEmpty)
    #expect(bench(.endAcknowledged(lease(1), .accepted)) == [])
  }

  @Test(arguments: [LeaseVerdict.stale, .rejected(reason: "digest")])
  func keepsTheCheckpointUnlessAccepted(_ verdict: LeaseVerdict) {
    var bench = Bench()
    bench.train(lease(1))
    _ = bench(.childEnded(lease(1), word: .completed(result), exit: .exited(code: 0)))
    let actions = bench(.endAcknowledged(lease(1), verdict))
    #expect(!actions.contains(.removeCheckpoint(lease(1).trial)) && actions.count == 1)
    #expect(ends(bench.pass(.seconds(4))).isEmpty)
  }

  @Test func keepsTheCheckpointOfAFailure() {
    var bench = Bench()
    bench.train(lease(1))
    _ = bench(.childEnded(lease(1), word: .failed(.disk, message: "full"), exit: .exited(code: 1)))
    #expect(bench(.endAcknowledged(lease(1), .accepted)) == [])
  }

  @Test func handsOverAfterTheCoordinatorCameBack() {
    var bench = Bench()
    bench.train(lease(1))
    for step in 1...100 {
      _ = bench.pass(.seconds(1))
      _ = bench(.childStepped(lease(1), epoch: 0, step: step))
    }
    // Silent for 100 s: it introduces itself again and goes on training.
    #expect(bench.pass(.seconds(2)) == [.send(.hello([lease(1)]))])
    let unheard = bench(.childEnded(lease(1), word: .completed(result), exit: .exited(code: 0)))
    #expect(unheard == [], "not welcomed: nothing but hello")
    let actions = bench.welcome()
    #expect(ends(actions).map(\.cause) == [.completed])
  }

  @Test func losesPatience() {
    var bench = Bench(patience: .seconds(30))
    bench.train(lease(1))
    var actions: [WorkerState.Action] = []
    for step in 1...31 {
      _ = bench(.childStepped(lease(1), epoch: 0, step: step))
      actions += bench.pass(.seconds(1))
    }
    actions += bench.pass(.seconds(2))
    #expect(actions.contains(.askChildToStop(lease(1))))
    let last = bench(.childEnded(lease(1), word: .stopped, exit: .exited(code: 0)))
    #expect(last == [.send(.goodbye), .end(.interrupted)])
  }

  @Test func abandonsWithoutAReport() {
    var bench = Bench()
    bench.train(lease(1))
    #expect(bench(.abandoned(lease(1))).last == .killChild(lease(1)))
    #expect(bench(.abandoned(lease(1))) == [], "once is enough")
    #expect(bench(.childMeasured(lease(1), epoch: 1, imagesPerSecond: 1, metrics: [:])) == [])
    #expect(bench(.childEnded(lease(1), word: nil, exit: .signalled(number: 9))) == [.send(.requestTrial)])
    #expect(bench.state.held.isEmpty)
  }

  @Test func startsTheNewChildOfATrialAfterTheOldOneEnded() {
    var bench = Bench(slots: 2)
    bench.train(lease(1, 1))
    #expect(bench(.granted(lease(1, 2))).last == .killChild(lease(1, 1)))
    let actions = bench(.childEnded(lease(1, 1), word: .completed(result), exit: .exited(code: 0)))
    #expect(actions.contains(.startChild(lease(1, 2))) && ends(actions).isEmpty)
  }

  @Test func endsWhenTheSweepIsOver() {
    var bench = Bench()
    bench.train(lease(1))
    #expect(bench(.sweepOver) == [.send(.goodbye), .killChild(lease(1)), .end(.done)])
    #expect(bench(.timePassed) == [])
  }

  @Test func endsWhenItIsRefused() {
    var bench = Bench()
    #expect(bench(.refused(reason: "protocol 1, not 2")) == [.end(.refused(reason: "protocol 1, not 2"))])
  }

  @Test func reportsAChildThatCouldNotStart() {
    var bench = Bench()
    _ = bench.welcome()
    _ = bench(.granted(lease(1)))
    let end = ends(bench(.childNotStarted(lease(1), message: "no such file")))
    #expect(end == [WorkerState.End(cause: .bug, message: "no such file")])
  }
}

@Suite struct WorkerStateStopTests {
  @Test(arguments: [WorkerState.StopReason.terminate, .interrupt, .parentGone])
  func givesItsLeasesBack(_ reason: WorkerState.StopReason) {
    var bench = Bench(slots: 2)
    bench.train(lease(1))
    #expect(bench(.stopRequested(reason)).last == .askChildToStop(lease(1)))
    #expect(bench(.stopRequested(.terminate)) == [], "a second SIGTERM changes nothing")
    let actions = bench(.childEnded(lease(1), word: .stopped, exit: .exited(code: 0)))
    #expect(ends(actions).map(\.cause) == [.preempted])
    #expect(!actions.contains(.send(.requestTrial)))
    #expect(bench(.endAcknowledged(lease(1), .accepted)) == [.send(.goodbye), .end(.done)])
  }

  @Test func endsAtOnceWhenIdle() {
    var bench = Bench()
    _ = bench.welcome()
    #expect(bench(.stopRequested(.terminate)).suffix(2) == [.send(.goodbye), .end(.done)])
  }

  @Test func killsAfterTheGraceTime() {
    var bench = Bench()
    bench.train(lease(1))
    _ = bench(.stopRequested(.terminate))
    #expect(!bench.pass(.milliseconds(19_999)).contains(.killChild(lease(1))))
    #expect(bench.pass(.milliseconds(1)).contains(.killChild(lease(1))))
    let end = ends(bench(.childEnded(lease(1), word: nil, exit: .signalled(number: 9))))
    #expect(end.map(\.cause) == [.preempted])
    #expect(bench.pass(.seconds(5)).suffix(2) == [.send(.goodbye), .end(.done)])
  }

  @Test func aSecondInterruptStopsAtOnce() {
    var bench = Bench()
    bench.train(lease(1))
    _ = bench(.stopRequested(.interrupt))
    #expect(bench(.stopRequested(.interrupt)) == [.killChild(lease(1)), .end(.interrupted)])
  }

  @Test func keepsAResultThatCameDuringTheGraceTime() {
    var bench = Bench()
    bench.train(lease(1))
    _ = bench(.stopRequested(.terminate))
    let end = ends(bench(.childEnded(lease(1), word: .completed(result), exit: .exited(code: 0))))
    #expect(end.map(\.cause) == [.completed])
  }

  @Test func givesBackAGrantThatComesTooLate() {
    var bench = Bench(slots: 2)
    bench.train(lease(1))
    _ = bench(.stopRequested(.terminate))
    #expect(ends(bench(.granted(lease(2, 2)))).map(\.cause) == [.preempted])
  }
}

@Suite struct WorkerStateHangTests {
  @Test func killsAChildWithoutProgress() {
    var bench = Bench()
    bench.train(lease(1))
    #expect(!bench.pass(.seconds(60)).contains(.killChild(lease(1))))
    #expect(bench.pass(.seconds(2)).contains(.killChild(lease(1))))
    #expect(!bench.pass(.seconds(8)).contains(.killChild(lease(1))), "once is enough")
    _ = bench(.childEnded(lease(1), word: nil, exit: .signalled(number: 9)))
    #expect(ends(bench.welcome()).map(\.cause) == [.hung], "the coordinator was silent for as long")
  }

  @Test func waitsForSlowSteps() {
    var bench = Bench()
    bench.train(lease(1))
    for step in 1...5 {
      _ = bench.pass(.seconds(10))
      _ = bench(.childStepped(lease(1), epoch: 0, step: step))
    }
    #expect(!bench.pass(.seconds(200)).contains(.killChild(lease(1))), "20 steps of 10 s")
    #expect(bench.pass(.seconds(4)).contains(.killChild(lease(1))))
  }

  @Test func aLongEvaluationIsProgress() {
    var bench = Bench()
    bench.train(lease(1))
    for _ in 1...10 {
      #expect(!bench.pass(.seconds(50)).contains(.killChild(lease(1))))
      _ = bench(.childEvaluated(lease(1)))
    }
  }

  @Test func anAgentThatWasStoppedItselfBlamesNoChild() {
    var bench = Bench(patience: .seconds(100))
    bench.train(lease(1))
    bench.now += .seconds(1000)
    let actions = bench(.timePassed)
    #expect(!actions.contains(.killChild(lease(1))) && !actions.contains(.askChildToStop(lease(1))))
  }
}

@Suite struct WorkerStateCauseTests {
  @Test(arguments: [
    (WorkerState.FinalWord?.none, WorkerState.ChildExit.exited(code: 0), EndCause.bug),
    (nil, .exited(code: 3), .bug),
    (nil, .signalled(number: 9), .killedBySignal(9)),
    (nil, .signalled(number: 11), .killedBySignal(11)),
    (.completed(result), .exited(code: 0), .completed),
    (.completed(result), .signalled(number: 11), .completed),
    (.failed(.nan, message: "epoch 2"), .exited(code: 1), .nan),
    (.failed(.disk, message: "/d: no space"), .exited(code: 0), .disk),
    (.stopped, .exited(code: 0), .killedBySignal(15)),
  ])
  func followsFromTheLastWordThenTheSignal(
    _ word: WorkerState.FinalWord?, _ exit: WorkerState.ChildExit, _ cause: EndCause
  ) {
    var bench = Bench()
    bench.train(lease(1))
    let end = ends(bench(.childEnded(lease(1), word: word, exit: exit)))
    #expect(end.map(\.cause) == [cause])
    #expect(end.allSatisfy { $0.message.isEmpty == (cause == .completed) })
  }
}
