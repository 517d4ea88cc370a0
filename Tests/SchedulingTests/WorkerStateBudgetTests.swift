import Testing
import Trials

@testable import Scheduling

@Suite struct WorkerStateBudgetTests {
  private func training(_ budget: WorkerState.Budget) -> Bench {
    var bench = Bench()
    _ = bench.welcome()
    _ = bench(.granted(lease(1), budget))
    _ = bench(.childBegan(lease(1), epoch: 0, step: 0))
    return bench
  }

  @Test func aChildOverItsMemoryIsKilledAndTheNumbersAreTold() {
    var bench = training(WorkerState.Budget(memoryMiB: 100))
    #expect(bench.pass(.milliseconds(500)).contains(.measureMemory(lease(1))))
    #expect(bench(.childUsesMemory(lease(1), residentMiB: 100)) == [])
    #expect(bench(.childUsesMemory(lease(1), residentMiB: 130.2)) == [.killChild(lease(1))])
    let end = ends(bench(.childEnded(lease(1), word: nil, exit: .signalled(number: 9))))
    #expect(end.map(\.cause) == [.memoryLimit])
    #expect(end.first?.message.contains("131 MiB") == true && end.first?.message.contains("100 MiB") == true)
  }

  @Test func withoutALimitNobodyLooks() {
    var bench = training(WorkerState.Budget())
    #expect(!bench.pass(.seconds(5)).contains(.measureMemory(lease(1))))
  }

  @Test func aChildIsKilledWhenTheTrialsTimeIsOver() {
    var bench = training(WorkerState.Budget(seconds: 30))
    #expect(!bench.pass(.milliseconds(29_999)).contains(.killChild(lease(1))))
    #expect(bench.pass(.milliseconds(1)).contains(.killChild(lease(1))))
    let end = ends(bench(.childEnded(lease(1), word: nil, exit: .signalled(number: 9))))
    #expect(end.map(\.cause) == [.timeLimit])
  }

  @Test func theSystemsOutOfMemoryKillIsNoForeignSignal() {
    var bench = training(WorkerState.Budget())
    let end = ends(
      bench(.childEnded(lease(1), word: nil, exit: .signalled(number: 9), outOfMemory: "ran out at 512 MiB")))
    #expect(end.map(\.cause) == [.outOfMemory])
    #expect(end.first?.message.contains("ran out at 512 MiB") == true)
  }

  @Test func aPausedChildCheckpointsAndGivesItsLeaseBack() {
    var bench = training(WorkerState.Budget())
    #expect(bench(.endAsked(lease(1), .paused)).last == .askChildToStop(lease(1)))
    #expect(bench(.endAsked(lease(1), .paused)) == [], "repeated until it ends")
    let end = ends(bench(.childEnded(lease(1), word: .stopped, exit: .exited(code: 0))))
    #expect(end.map(\.cause) == [.preempted])
  }

  @Test func aPrunedChildLeavesAFile() {
    var bench = training(WorkerState.Budget())
    #expect(
      bench(.endAsked(lease(1), .pruned(rung: 4, reason: "worse"))).last
        == .askChildToEndEarly(lease(1), rung: 4, reason: "worse"))
    let claim = ResultClaim(byteCount: 3, sha256: "aa")
    let actions = bench(.childEnded(lease(1), word: .pruned(claim), exit: .exited(code: 0)))
    #expect(ends(actions).map(\.cause) == [.pruned] && ends(actions).first?.result == claim)
    #expect(
      bench(.endAcknowledged(lease(1), .accepted)).contains(.removeCheckpoint(lease(1).trial)))
  }

  @Test func aChildThatDoesNotEndWithinTheGraceTimeIsKilled() {
    var bench = training(WorkerState.Budget())
    _ = bench(.endAsked(lease(1), .pruned(rung: 4, reason: "worse")))
    #expect(bench.pass(.seconds(20)).contains(.killChild(lease(1))))
  }
}
