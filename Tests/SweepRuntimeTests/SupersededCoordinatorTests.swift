import ResultStore
import Scheduling
import Testing
import Trials

@testable import SweepRuntime

/// Another coordinator claims the folder at the worst moment: while this one publishes a result.
@Suite struct SupersededCoordinatorTests {
  private struct Results: CoordinatorResults {
    let folder: FolderResults
    let published: @Sendable () -> Void

    func findVerified(
      of sweep: Sweep, known: [TrialID: PublishedResult], metric: (Trial) -> Metric, log: CoordinatorLog
    ) throws(CoordinatorError) -> [FoundResult] {
      try folder.findVerified(of: sweep, known: known, metric: metric, log: log)
    }

    func publish(_ lease: TrialLease, _ claim: ResultClaim) -> Publication {
      defer { published() }
      return folder.publish(lease, claim)
    }
  }

  /// The other one finds the file. What this one writes into its ledger, and into the status, would be of the past.
  @Test func nothingIsRecordedOrShownAnyMore() throws {
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let ledger = MemoryLedger()
    let coordinator = try RunningCoordinator(
      try SampleSweep.make(1), in: paths, ledger: ledger,
      results: { clock in
        Results(folder: FolderResults(paths: paths)) {
          ledger.content.withLock { $0.isSuperseded = true }
          try? DurableFile.replace(paths.statusFile, with: "the other one's")
          // The status is due in this turn.
          clock.skip(.seconds(3))
        }
      })
    let worker = try PlayedWorker("w", coordinator.endpoint)
    try worker.join()
    let grant = try worker.lease()
    try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
    #expect(try coordinator.outcome() == .superseded)
    let (attempts, results) = ledger.content.withLock { ($0.ledger.attempts, $0.ledger.results) }
    #expect(attempts[grant.lease.trial]?.map(\.cause) == [nil] && results.isEmpty)
    #expect(try DurableFile.read(paths.statusFile) == "the other one's")
  }
}
