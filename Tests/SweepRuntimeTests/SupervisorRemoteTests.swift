import Testing

@testable import SweepRuntime

/// Workers on other machines, and workers for a coordinator of somebody else's.
@Suite struct SupervisorRemoteTests {
  private func remote() -> SupervisorState {
    var limits = SupervisorState.Limits(workers: 2)
    limits.areRemote = true
    limits.names = ["node1", "node2"]
    var state = SupervisorState(limits: limits)
    _ = state.handle(.began, at: .zero)
    _ = state.handle(.endpointFound("a"), at: .zero)
    return state
  }

  @Test func aHostThatIsCutOffIsTriedForEver() {
    var state = remote()
    var now = Duration.zero
    for _ in 1...100 {
      let actions = state.handle(.ended(.worker(1), .exited(code: 255)), at: now)
      guard case .log(let text)? = actions.first, actions.count == 1, let next = state.nextDeadline else {
        Issue.record("\(actions)")
        return
      }
      #expect(text.hasPrefix("node1 ended, with exit code 255; it starts again in"))
      #expect(next - now <= .seconds(30))
      now = next
      #expect(state.handle(.timePassed, at: now) == [.startWorker(1, endpoint: "a")])
    }
  }

  @Test func aHostThatIsRefusedIsGivenUpAlone() {
    var state = remote()
    #expect(
      state.handle(.ended(.worker(1), .exited(code: 2)), at: .zero)
        == [.log("node1 was refused; going on without it")])
    #expect(state.nextDeadline == nil)
    #expect(
      state.handle(.ended(.worker(2), .exited(code: 2)), at: .zero)
        == [.log("node2 was refused; it was the last"), .askToEnd(.coordinator)])
    #expect(
      state.handle(.ended(.coordinator, .exited(code: 3)), at: .zero)
        == [.finish(.failed(code: 2, message: "node2 was refused"))])
  }

  @Test func addedWorkersThatAreCutOffEndWithTheSweepToo() {
    var limits = SupervisorState.Limits(workers: 2)
    limits.coordinator = "tcp://there:1"
    limits.areRemote = true
    var state = SupervisorState(limits: limits)
    _ = state.handle(.began, at: .zero)
    _ = state.handle(.ended(.worker(1), .exited(code: 255)), at: .seconds(1))
    #expect(state.handle(.otherCoordinatorEnded, at: .seconds(2)) == [.askToEnd(.worker(2))])
    #expect(state.handle(.otherCoordinatorEnded, at: .seconds(2)) == [])
    #expect(
      state.handle(.ended(.worker(2), .exited(code: 0)), at: .seconds(3))
        == [.finish(.finished(everyTrialCompleted: true))])
  }

  @Test func withoutWorkersOfItsOwnOnlyTheCoordinatorCounts() {
    var state = SupervisorState(limits: SupervisorState.Limits(workers: 0))
    #expect(state.handle(.began, at: .zero) == [.startCoordinator(isRestart: false)])
    #expect(state.handle(.endpointFound("a"), at: .zero) == [])
    #expect(
      state.handle(.ended(.coordinator, .exited(code: 0)), at: .zero)
        == [.finish(.finished(everyTrialCompleted: true))])
  }

  @Test func addedWorkersEndWithTheSweep() {
    var limits = SupervisorState.Limits(workers: 2)
    limits.coordinator = "tcp://there:1"
    var state = SupervisorState(limits: limits)
    #expect(
      state.handle(.began, at: .zero)
        == [.startWorker(1, endpoint: "tcp://there:1"), .startWorker(2, endpoint: "tcp://there:1")])
    #expect(state.handle(.ended(.worker(2), .exited(code: 0)), at: .zero) == [])
    #expect(
      state.handle(.ended(.worker(1), .exited(code: 0)), at: .zero)
        == [.finish(.finished(everyTrialCompleted: true))])
  }

  @Test func addedWorkersAreAskedToEndByAnInterrupt() {
    var limits = SupervisorState.Limits(workers: 1)
    limits.coordinator = "tcp://there:1"
    var state = SupervisorState(limits: limits)
    _ = state.handle(.began, at: .zero)
    #expect(state.handle(.interrupted, at: .zero).last == .askToEnd(.worker(1)))
    #expect(state.handle(.ended(.worker(1), .exited(code: 0)), at: .zero) == [.finish(.interrupted)])
  }
}
