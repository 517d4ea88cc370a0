import Testing

@testable import SweepRuntime

@Suite struct SupervisorStateTests {
  typealias Role = SupervisorState.Role
  typealias Action = SupervisorState.Action

  private let second = Duration.seconds(1)

  /// Two workers that run.
  private func running() -> SupervisorState {
    var state = SupervisorState(limits: SupervisorState.Limits(workers: 2))
    #expect(state.handle(.began, at: .zero) == [.startCoordinator(isRestart: false)])
    #expect(
      state.handle(.endpointFound("a"), at: .zero)
        == [.startWorker(1, endpoint: "a"), .startWorker(2, endpoint: "a")])
    return state
  }

  @Test func restartsADeadWorkerWithGrowingPauses() {
    var state = running()
    var now = Duration.zero
    for pause in [0.5, 1, 2, 4, 8, 16, 30] {
      let actions = state.handle(.ended(.worker(1), .signalled(number: 9)), at: now)
      guard case .log? = actions.first, actions.count == 1 else {
        Issue.record("\(actions)")
        return
      }
      #expect(state.nextDeadline == now + .seconds(pause))
      #expect(state.handle(.timePassed, at: now + .seconds(pause) - .milliseconds(1)) == [])
      now += .seconds(pause)
      #expect(state.handle(.timePassed, at: now) == [.startWorker(1, endpoint: "a")])
    }
    let actions = state.handle(.ended(.worker(1), .exited(code: 4)), at: now)
    #expect(actions == [.askToEnd(.worker(2))])
    #expect(state.handle(.ended(.worker(2), .exited(code: 0)), at: now) == [.askToEnd(.coordinator)])
    let last = state.handle(.ended(.coordinator, .exited(code: 3)), at: now)
    guard case .finish(.failed(code: 4, let message))? = last.last else {
      Issue.record("\(last)")
      return
    }
    #expect(message.contains("worker 1") && message.contains("8 times") && message.contains("exit code 4"))
  }

  @Test func replacesAWorkerThatEndedWellWithoutAWord() {
    var state = running()
    #expect(state.handle(.ended(.worker(1), .exited(code: 0)), at: second) == [])
    #expect(state.nextDeadline == second * 2)
    #expect(state.handle(.timePassed, at: second * 2) == [.startWorker(1, endpoint: "a")])
  }

  @Test func forgivesAfterALongLife() {
    var state = running()
    var now = Duration.zero
    for _ in 1...20 {
      now += .seconds(11)
      _ = state.handle(.ended(.worker(1), .signalled(number: 9)), at: now)
      #expect(state.nextDeadline == now + .milliseconds(500))
      now += .milliseconds(500)
      #expect(state.handle(.timePassed, at: now) == [.startWorker(1, endpoint: "a")])
    }
  }

  @Test func progressOfTheSweepForgives() {
    var state = running()
    let killed = ChildProcess.Ending.Status.signalled(number: 9)
    // Far more early ends in a row than are in vain, with a trial finished between each two.
    for round in 0..<20 {
      let time = Duration.seconds(2 * (round + 1))
      let actions = state.handle(.ended(.worker(1), killed), at: time)
      #expect(
        actions == [.log("worker 1 ended, killed by signal 9; it starts again in 0.5 seconds")],
        "round \(round)")
      #expect(
        state.handle(.timePassed, at: time + .milliseconds(500)) == [.startWorker(1, endpoint: "a")])
      #expect(state.handle(.trialsCompleted, at: time + .seconds(1)) == [])
    }
  }

  @Test func restartsADeadCoordinatorAndKeepsTheWorkers() {
    var state = running()
    _ = state.handle(.ended(.coordinator, .signalled(number: 9)), at: second)
    #expect(state.handle(.timePassed, at: second * 2) == [.startCoordinator(isRestart: true)])
    #expect(state.handle(.endpointFound("a"), at: second * 2) == [])
  }

  @Test func movesTheWorkersToANewEndpoint() {
    var state = running()
    let actions = state.handle(.endpointFound("b"), at: second)
    #expect(actions.dropFirst() == [.askToEnd(.worker(1)), .askToEnd(.worker(2))])
    _ = state.handle(.ended(.worker(1), .exited(code: 0)), at: second * 2)
    #expect(state.handle(.timePassed, at: second * 3) == [.startWorker(1, endpoint: "b")])
  }

  @Test(arguments: [
    (Int32(0), LocalRunOutcome.finished(everyTrialCompleted: true)),
    (1, .finished(everyTrialCompleted: false)),
    (2, .failed(code: 2, message: "the coordinator could not go on")), (3, .interrupted),
    (4, .failed(code: 4, message: "the coordinator could not go on")),
  ])
  func endsWithTheCoordinator(_ code: Int32, _ outcome: LocalRunOutcome) {
    var state = running()
    let actions = state.handle(.ended(.coordinator, .exited(code: code)), at: second)
    #expect(actions.suffix(2) == [.askToEnd(.worker(1)), .askToEnd(.worker(2))])
    #expect(state.handle(.ended(.worker(1), .exited(code: 0)), at: second) == [])
    #expect(state.handle(.ended(.worker(2), .signalled(number: 9)), at: second) == [.finish(outcome)])
    #expect(state.handle(.timePassed, at: second * 100) == [])
  }

  @Test func endsWhenAWorkerIsRefused() {
    var state = running()
    #expect(state.handle(.ended(.worker(1), .exited(code: 2)), at: second) == [.askToEnd(.worker(2))])
  }

  @Test func anInterruptEndsTheWorkersFirst() {
    var state = running()
    let actions = state.handle(.interrupted, at: second)
    #expect(actions.dropFirst() == [.askToEnd(.worker(1)), .askToEnd(.worker(2))])
    #expect(state.handle(.ended(.worker(2), .exited(code: 0)), at: second) == [])
    #expect(state.handle(.ended(.worker(1), .exited(code: 0)), at: second) == [.askToEnd(.coordinator)])
    #expect(state.handle(.ended(.coordinator, .exited(code: 3)), at: second) == [.finish(.interrupted)])
  }

  @Test func aSecondInterruptKills() {
    var state = running()
    _ = state.handle(.interrupted, at: second)
    #expect(
      state.handle(.interrupted, at: second)
        == [.kill(.coordinator), .kill(.worker(1)), .kill(.worker(2)), .finish(.interrupted)])
  }

  @Test func killsWhoDoesNotEnd() {
    var state = running()
    _ = state.handle(.interrupted, at: .zero)
    #expect(state.handle(.timePassed, at: .seconds(29)) == [])
    #expect(state.nextDeadline == .seconds(30))
    #expect(state.handle(.timePassed, at: .seconds(30)) == [.kill(.worker(1)), .kill(.worker(2))])
    _ = state.handle(.ended(.worker(1), .signalled(number: 9)), at: .seconds(30))
    _ = state.handle(.ended(.worker(2), .signalled(number: 9)), at: .seconds(30))
    #expect(state.handle(.timePassed, at: .seconds(60)) == [.kill(.coordinator), .finish(.interrupted)])
  }

  @Test func aProgramThatCannotStartEndsTheRun() {
    var state = SupervisorState(limits: SupervisorState.Limits(workers: 1))
    _ = state.handle(.began, at: .zero)
    #expect(
      state.handle(.notStarted(.coordinator, reason: "no such file"), at: .zero)
        == [.finish(.failed(code: 4, message: "the coordinator: no such file"))])
  }

  @Test func anInterruptBeforeAnybodyRunsEndsAtOnce() {
    var state = SupervisorState(limits: SupervisorState.Limits(workers: 1))
    _ = state.handle(.began, at: .zero)
    #expect(state.handle(.interrupted, at: .zero).last == .askToEnd(.coordinator))
    #expect(state.handle(.ended(.coordinator, .signalled(number: 15)), at: .zero) == [.finish(.interrupted)])
  }
}
