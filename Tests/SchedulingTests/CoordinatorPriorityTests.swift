import Testing
import Trials

@testable import Scheduling

@Suite struct CoordinatorPriorityTests {
  private let ids = sampleTrials.map(\.id)

  @Test func higherPrioritiesAreGrantedFirst() {
    var coordinator = Coordinator(trials: 4) { $0.priorities = [ids[2]: 5, ids[0]: -1] }
    #expect(coordinator.join("a", host: "h", slots: 4).map(\.trial) == [ids[2], ids[1], ids[3], ids[0]])
  }

  @Test func aReturnedTrialGoesFirstAmongEqualsOnly() {
    var coordinator = Coordinator(trials: 3) { $0.priorities = [ids[2]: 5] }
    let leases = coordinator.join("a", host: "h", slots: 2)
    #expect(leases.map(\.trial) == [ids[2], ids[0]])
    coordinator.end("a", leases[1], .preempted)
    #expect(coordinator.request("a")?.trial == ids[0], "before trial 1, which was never tried")
  }

  @Test func aPersonsPriorityHoldsOverARestart() {
    var before = Coordinator(trials: 3)
    #expect(before.order(.prioritize([ids[2]], 7)) == "1 unfinished trial now with priority 7")
    var after = Coordinator(trials: 3, epoch: 2, past: CoordinatorState.Past(ledger: before.ledger))
    #expect(after.join("a", host: "h", slots: 3).map(\.trial) == [ids[2], ids[0], ids[1]])
  }

  @Test func aTrialThatHasBegunStaysOnItsCPUType() {
    var coordinator = Coordinator(trials: 2) { $0.resources.keepsCPUType = true }
    let first = coordinator.join("a", host: "h", cpu: "epyc")
    coordinator.apply(.attemptStarted(by: WorkerID("a")!, first[0]))
    coordinator.end("a", first[0], .preempted)
    #expect(coordinator.join("b", host: "i", cpu: "xeon").map(\.trial) == [ids[1]])
    #expect(coordinator.join("c", host: "i", cpu: "xeon").isEmpty)
    #expect(coordinator.join("d", host: "i", cpu: "epyc").map(\.trial) == [ids[0]])
  }

  @Test func aLeaseThatNeverBeganBindsNothing() {
    var coordinator = Coordinator(trials: 1) { $0.resources.keepsCPUType = true }
    let first = coordinator.join("a", host: "h", cpu: "epyc")
    coordinator.end("a", first[0], .preempted)
    #expect(coordinator.join("b", host: "i", cpu: "xeon").map(\.trial) == [ids[0]])
  }
}
