import Scheduling
import Testing
import Trials

@testable import Ledger

/// What tables ask a ledger: which trials failed, were pruned or cancelled, or have a lease.
@Suite struct LedgerStandingsTests {
  private let trials = (1...6).map { TrialID("000000000000000\($0)")! }  // 16 hexadecimal digits

  private func standing(_ index: Int, _ state: TrialState) -> LedgerRecord {
    .trial(TrialStanding(trial: trials[index], state: state, account: RetryAccount()))
  }

  @Test func onlyWaitingAndCompletedTrialsAreLeftOut() throws {
    let folder = try TemporaryFolder()
    #expect(try SweepLedger.lookAtStandings(folder.places) == nil)
    let ledger = try folder.open()
    try ledger.commit([
      standing(0, .pending),
      standing(1, .completed), .attempt(trials[1], attempt(1, cause: .completed)),
      // The last attempt says why.
      standing(2, .failed), .attempt(trials[2], attempt(1, cause: .workerLost)),
      .attempt(trials[2], attempt(2, cause: .nan)),
      standing(3, .pruned), .attempt(trials[3], attempt(1, cause: .pruned)),
      // Taken out before it ever ran.
      standing(4, .cancelled),
      standing(5, .pending), .attempt(trials[5], attempt(1, cause: .preempted)),
      .attempt(trials[5], attempt(2)),
    ])
    let standings = try #require(try SweepLedger.lookAtStandings(folder.places))
    #expect(
      standings.mapValues(\.state) == [
        trials[2]: .failed, trials[3]: .pruned, trials[4]: .cancelled, trials[5]: .running,
      ])
    #expect(standings[trials[2]]?.cause == .nan && standings[trials[3]]?.cause == .pruned)
    #expect(standings[trials[4]]?.cause == nil && standings[trials[5]]?.cause == nil)
    // The coordinator's own file was not touched.
    try ledger.commit([standing(0, .completed)])
  }
}
