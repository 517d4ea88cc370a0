import Glibc
import ResultStore
import Scheduling
import Testing
import Trials

@testable import SweepRuntime

@Suite struct ControlFolderTests {
  private static let commands: [SweepCommand] = [
    .pause, .drain, .resume, .cancel(nil), .cancel([TrialID("00000000000000aa")!]), .retry(nil),
    .retry([TrialID("00000000000000ab")!]), .prioritize([TrialID("00000000000000ac")!], -3),
    .retryNode(host: "node 1"),
  ]

  @Test(arguments: commands) func everyCommandSurvivesItsFile(_ command: SweepCommand) throws {
    let order = SweepOrder(id: "1-a", command: command, by: "ann@login")
    #expect(try ControlFolder.order(json: ControlFolder.json(order), id: "1-a") == order)
  }

  @Test(arguments: [
    "", "{}", "{\"version\":1,\"command\":\"explode\",\"by\":\"x\"}",
    "{\"version\":1,\"command\":\"pause\",\"by\":\"x\",\"host\":\"h\"}",
    "{\"version\":1,\"command\":\"cancel\",\"by\":\"x\",\"trials\":[\"../x\"]}",
    "{\"version\":1,\"command\":\"priority\",\"by\":\"x\",\"priority\":1}",
    "{\"version\":2,\"command\":\"pause\",\"by\":\"x\"}",
  ])
  func whatIsNoOrderIsRefused(_ json: String) {
    #expect(throws: ControlError.self) { try ControlFolder.order(json: json, id: "1") }
  }

  @Test func anOrderWaitsUntilItIsAnswered() throws {
    let folder = try TemporaryFolder()
    let control = ControlFolder(try SampleSweep.paths(in: folder))
    #expect(control.waiting().isEmpty)
    let order = try control.put(.pause, by: "ann@login")
    #expect(control.waiting() == [order] && control.takeAnswer(to: order) == nil)
    try control.answer(order.id, "paused")
    #expect(control.waiting().isEmpty)
    #expect(control.takeAnswer(to: order) == "paused")
    #expect(control.takeAnswer(to: order) == nil, "an answer is taken once")
  }

  @Test func theCoordinatorCarriesAnOrderOutAndRecordsIt() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let ledger = MemoryLedger()
    let sweep = try SampleSweep.make(2)
    let control = ControlFolder(paths)
    let coordinator = try RunningCoordinator(sweep, in: paths, ledger: ledger)
    let worker = try PlayedWorker("w", coordinator.endpoint)
    try worker.join()
    let cancelled = try worker.lease()
    let order = try control.put(.cancel([cancelled.lease.trial]), by: "ann@login")
    #expect(try worker.hear() == .abandon(cancelled.lease))
    // What follows from an order is told after its answer.
    let answer = try #require(control.takeAnswer(to: order))
    #expect(answer == "cancelled 1 trial, 1 of them running")
    let grant = try worker.lease()
    #expect(grant.lease.trial == sweep.trials[1].id)
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    var words = [try worker.hear(), try worker.hear()]
    words.removeAll { $0 == .nothingNow }
    #expect(words.first == .endAcknowledged(grant.lease, .accepted))
    try worker.say(.goodbye)
    #expect(try coordinator.outcome() == .unfinished(1))
    #expect(ledger.content.withLock { $0.ledger.orders[order.id] } == answer)
  }

  @Test func retryRulesAreExtendedRegularExpressions() {
    let patterns = RetryRulePatterns([
      RetryRule(pattern: "CUDA|bus error", action: .excludeNode), RetryRule(pattern: "^quota", action: .fail),
      RetryRule(pattern: "(", action: .retry),
    ])
    #expect(patterns.ruling(message: "a bus error", logTail: []) == .excludeNode)
    #expect(patterns.ruling(message: "", logTail: ["fine", "quota exceeded"]) == .fail)
    #expect(patterns.ruling(message: "over quota", logTail: []) == nil)
  }
}

@Suite struct ProcessMemoryTests {
  @Test func findsTheFilesOfBothVersionsOfControlGroups() {
    #expect(
      ProcessMemory.eventFiles(groups: "0::/user.slice/job\n")
        == ["/sys/fs/cgroup/user.slice/job/memory.events"])
    #expect(
      ProcessMemory.eventFiles(groups: "12:cpu,cpuacct:/a\n7:memory:/slurm/job_1\n")
        == ["/sys/fs/cgroup/memory/slurm/job_1/memory.oom_control"])
    #expect(ProcessMemory.eventFiles(groups: "0::/\n") == ["/sys/fs/cgroup/memory.events"])
  }

  @Test func readsTheCount() {
    #expect(ProcessMemory.kills(in: "low 0\noom 3\noom_kill 2\noom_group_kill 9\n") == 2)
    #expect(ProcessMemory.kills(in: "oom_kill_disable 0\nunder_oom 0\noom_kill 5") == 5)
    #expect(ProcessMemory.kills(in: "nothing") == nil)
  }

  @Test func aKillIsOutOfMemoryOnlyWithEvidence() {
    #expect(ProcessMemory.evidence(peakMiB: 50, limitMiB: 100, killsBefore: 1, killsNow: 1) == nil)
    #expect(ProcessMemory.evidence(peakMiB: 50, limitMiB: nil, killsBefore: nil, killsNow: nil) == nil)
    #expect(ProcessMemory.evidence(peakMiB: 96, limitMiB: 100, killsBefore: 1, killsNow: 1) != nil)
    #expect(ProcessMemory.evidence(peakMiB: 50, limitMiB: nil, killsBefore: 1, killsNow: 2) != nil)
  }

  @Test func thisProcessHasMemory() throws {
    #expect(try #require(ProcessMemory.residentMiB(of: getpid())) > 1)
    #expect(ProcessMemory.residentMiB(of: -5) == nil)
  }
}
