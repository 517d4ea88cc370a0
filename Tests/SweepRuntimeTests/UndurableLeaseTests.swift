import Glibc
import Scheduling
import Testing
import WireProtocol

@testable import ResultStore
@testable import SweepRuntime

/// A trial is granted before the ledger knows it, so that nobody waits for a disk to begin; what comes of it waits.
@Suite struct UndurableLeaseTests {
  private let folder: TemporaryFolder
  private let paths: RunPaths
  private let ledger = MemoryLedger()
  private let coordinator: RunningCoordinator
  private let worker: PlayedWorker

  init() throws {
    folder = try TemporaryFolder()
    paths = try SampleSweep.paths(in: folder)
    coordinator = try RunningCoordinator(try SampleSweep.make(1), in: paths, ledger: ledger)
    worker = try PlayedWorker("w", coordinator.endpoint)
    try worker.join()
    ledger.content.withLock { $0.failures = .max }
  }

  @Test func aResultIsNotPublishedBeforeItsLeaseIsRecorded() throws {
    let grant = try worker.lease()
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    try worker.waitUntilHeard()
    #expect(access(paths.trialFile(grant.lease.trial), F_OK) != 0, "published, and no ledger knows the lease")
    ledger.content.withLock { $0.failures = 0 }
    try worker.hear { $0 == .endAcknowledged(grant.lease, .accepted) ? true : nil }
    #expect(access(paths.trialFile(grant.lease.trial), F_OK) == 0)
    try worker.say(.goodbye)
    #expect(try coordinator.outcome() == .completed)
  }

  @Test func aResultOfALeaseThatWasGivenBackMeanwhileIsNotPublished() throws {
    let grant = try worker.lease()
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    try worker.say(.goodbye)
    try worker.waitUntilHeard()
    ledger.content.withLock { $0.failures = 0 }
    try worker.sayHello()
    try worker.hear { if case .welcome = $0 { true } else { nil } }
    #expect(access(paths.trialFile(grant.lease.trial), F_OK) != 0, "it was published")
    let again = try worker.lease()
    #expect(again.lease.trial == grant.lease.trial && again.lease.token > grant.lease.token)
  }

  /// The disk comes back in the moment in which another coordinator claims the folder.
  @Test func aResultThatWaitedIsNotPublishedInAFolderThatIsAnothersByThen() throws {
    let grant = try worker.lease()
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    try worker.waitUntilHeard()
    ledger.content.withLock {
      $0.failures = 0
      $0.isSupersededByCommit = true
    }
    #expect(try coordinator.outcome() == .superseded)
    #expect(access(paths.trialFile(grant.lease.trial), F_OK) != 0, "it was published")
  }
}
