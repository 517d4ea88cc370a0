import Foundation
import ResultStore
import Trials

/// How the trials of a folder stand that have no result: as its ledger has them, else as the coordinator's last status
/// tells, which has the latest ends, the first failures and what the workers train.
struct FolderStandings {
  let byTrial: [TrialID: SweepResults.Standing]

  /// - Parameter ledger: nil where the folder has none that can be read.
  init(_ paths: RunPaths, ledger: [TrialID: SweepResults.Standing]?) {
    // A folder without a status, or with one of another version, still has its results, so that is no error.
    let status = try? StatusSnapshot.read(paths.statusFile)
    let mayRun = Self.mayRun(status, paths)
    var standings = ledger ?? status.map(Self.ends) ?? [:]
    if !mayRun {
      standings = standings.filter { $0.value.state.isFinal }
    } else if let status {
      for id in status.workers.compactMap({ $0.trial.flatMap(TrialID.init) }) where standings[id] == nil {
        standings[id] = SweepResults.Standing(state: .running)
      }
    }
    // A completed trial whose file is gone is missing, whatever was said of it.
    byTrial = standings.filter { $0.value.state != .completed }
  }

  /// Whether a coordinator works on the folder. Of another machine's only its own last word is known, which must be new.
  private static func mayRun(_ status: StatusSnapshot?, _ paths: RunPaths) -> Bool {
    if paths.hasCoordinator { return true }
    guard let status, status.coordinator.host != ProcessInfo.processInfo.hostName else { return false }
    return status.isFresh(at: Date().timeIntervalSince1970)
  }

  private static func ends(_ status: StatusSnapshot) -> [TrialID: SweepResults.Standing] {
    let finished = status.recentlyFinished.map { ($0.trial, $0.state, $0.cause) }
    let failed = status.failures.map { ($0.trial, TrialState.failed, $0.cause) }
    let standings = (finished + failed).compactMap { trial, state, cause in
      TrialID(trial).map { ($0, SweepResults.Standing(state: state, cause: EndCause(text: cause))) }
    }
    return Dictionary(standings) { $1 }
  }
}
