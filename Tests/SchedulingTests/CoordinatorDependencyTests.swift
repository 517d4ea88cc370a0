import Testing
import Trials

@testable import Scheduling

@Suite struct CoordinatorDependencyTests {
  private let ids = sampleTrials.map(\.id)

  /// Trial 1 waits for 0, trial 2 for 1; 3 waits for nothing.
  private func chain(past: CoordinatorState.Past = CoordinatorState.Past(), epoch: UInt32 = 1) -> Coordinator
  {
    Coordinator(trials: 4, epoch: epoch, past: past) { sweep in
      sweep.dependencies = [ids[1]: [ids[0]], ids[2]: [ids[1]]]
    }
  }

  @Test func aTrialWaitsForItsPrerequisite() throws {
    var coordinator = chain()
    let leases = coordinator.join("a", host: "h", slots: 4)
    #expect(leases.map(\.trial) == [ids[0], ids[3]])
    coordinator.end("a", leases[0], .completed)
    coordinator.apply(.resultVerified(leases[0]))
    #expect(coordinator.grants().map(\.lease.trial) == [ids[1]], "granted at once to who asked before")
  }

  @Test func aFailureFailsAllThatWaitForItWithTheReason() throws {
    var coordinator = chain()
    let leases = coordinator.join("a", host: "h", slots: 4)
    coordinator.end("a", leases[0], .nan)
    #expect(coordinator.state(of: 1) == .failed && coordinator.state(of: 2) == .failed)
    let view = try #require(coordinator.state.trialView(of: ids[1]))
    #expect(view.failure == "configuration: trial \(ids[0]), which it waits for, is failed")
    #expect(coordinator.ledger.trials[ids[2]]?.state == .failed)
    #expect(coordinator.state(of: 3) == .leased)
  }

  @Test func retryingTheLastBringsTheWholeChainBack() throws {
    var coordinator = chain()
    let leases = coordinator.join("a", host: "h", slots: 4)
    coordinator.end("a", leases[0], .nan)
    #expect(coordinator.order(.retry([ids[2]])) == "3 trials will run again")
    #expect(coordinator.grants().map(\.lease.trial) == [ids[0]])
    #expect(coordinator.state(of: 1) == .pending && coordinator.state(of: 2) == .pending)
  }

  @Test func aRestartKnowsWhatWaitsForWhat() throws {
    var before = chain()
    let leases = before.join("a", host: "h", slots: 4)
    before.end("a", leases[0], .completed)
    before.apply(.resultVerified(leases[0]))
    var after = chain(
      past: CoordinatorState.Past(ledger: before.ledger, verifiedResults: [ids[0]]), epoch: 2)
    after.pass(16)
    #expect(after.join("b", host: "h", slots: 4).map(\.trial) == [ids[1], ids[3]])
  }

  @Test func aCancelledPrerequisiteFailsItsDependants() {
    var coordinator = chain()
    coordinator.order(.cancel([ids[0]]))
    #expect((0..<4).map { coordinator.state(of: $0) } == [.cancelled, .failed, .failed, .pending])
  }
}
