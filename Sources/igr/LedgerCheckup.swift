import Foundation
import Ledger
import Planning
import ProgramExit
import ResultStore
import Scheduling
import SweepFiles
import TableProgram
import Trials

/// `igr doctor DIR`: whether a results folder's ledger is whole, and a new one from its trial files where it is not.
struct LedgerCheckup {
  private let paths: RunPaths
  private let definition: SweepDefinition

  /// - Throws: `ProgramFailure` when the folder is none of ours; `SweepFileError`.
  init(root: String) throws {
    paths = try ResultsFolder.find(root: root)
    definition = try SweepDefinition.open(paths)
  }

  func run(repairs: Bool) throws {
    do {
      let path = try SweepLedger.examine(places, sweep: definition.name)
      print(path.map { "ok: \($0)" } ?? "no ledger yet: the next coordinator makes one")
      return
    } catch {
      // Any other reason is no fault of the file.
      guard error.code == .damaged, repairs else { throw error }
    }
    try repair()
  }

  private func repair() throws {
    var content = LedgerContent()
    for trial in try paths.publishedTrials() {
      do {
        let record = try TrialFile.read(paths.trialFile(trial))
        guard record.trial.id == trial, record.state.isFinal else { continue }
        content.trials[trial] = TrialStanding(trial: trial, state: record.state, account: RetryAccount())
        content.attempts[trial] = record.attempts
      } catch {
        complain("warning: \(error); the trial will run again")
      }
    }
    let former = (try? StatusSnapshot.read(paths.statusFile))?.coordinator.epoch ?? 0
    let (aside, saved) = try SweepLedger.rebuild(
      places, sweep: definition.name, sweepDigest: try definition.planWithData().digest, content: content,
      minimumEpoch: former + 1)
    print(
      "made a new ledger: \(content.trials.count) trials from their files, \(saved) from what could still be read"
    )
    for path in aside { print("the old one is kept: \(path)") }
    print("to go on: igr resume \(paths.root)")
  }

  private var places: LedgerPlaces { LedgerPlaces(paths) }
}
