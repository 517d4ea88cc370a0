import Datasets
import Ledger
import ProgramExit
import Reporting
import ResultStore
import Trials

extension SweepResults {
  /// Reads a folder as every program shows it: trials without a result stand as its ledger has them, and data sets of
  /// which no result tells the digest are looked up on this machine, as far as that needs no decoding.
  ///
  /// - Throws: as `read(_:standings:knownDigest:)`. A ledger that cannot be read is a warning on standard error.
  public static func read(_ paths: RunPaths) throws -> SweepResults {
    // Asked first: what is no results folder has no ledger to warn of.
    _ = try paths.kind()
    var digests = DatasetDigests(mayDecode: false)
    return try read(paths, standings: ledgerStandings(paths), knownDigest: { try? digests.digest(of: $0) })
  }

  private static func ledgerStandings(_ paths: RunPaths) -> [TrialID: Standing]? {
    do throws(LedgerError) {
      return try SweepLedger.lookAtStandings(LedgerPlaces(paths))?
        .mapValues { Standing(state: $0.state, cause: $0.cause) }
    } catch {
      complain("warning: \(error); trials without a result are shown as the last status has them")
      return nil
    }
  }
}
