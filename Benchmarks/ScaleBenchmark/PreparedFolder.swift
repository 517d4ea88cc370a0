import Foundation
import Keys
import Ledger
import ResultStore
import Scheduling
import Trials

/// A results folder as a sweep leaves it whose coordinator was killed shortly before its end: a ledger, and for every
/// finished trial a file, which holds nothing, because a restarted coordinator does not read what nobody has touched.
struct PreparedFolder {
  private let made: ScaleFolder
  var paths: RunPaths { made.paths }
  var keys: KeyFolder { made.keys }
  var endpointFile: String { made.endpointFile }

  init(in parent: String, trials: Int, unfinished: Int) throws {
    made = try ScaleFolder(in: parent, trials: trials)
    let plan = try ScaleSweep.plan(file: paths.sweepFile)
    let ledger = try SweepLedger(
      claiming: LedgerPlaces(paths), sweep: plan.sweep.name, sweepDigest: plan.digest)
    var records: [LedgerRecord] = []
    for (index, trial) in plan.sweep.trials.dropLast(unfinished).enumerated() {
      records += try finish(trial, UInt64(index + 1))
      if records.count > 10_000 {
        try ledger.commit(records)
        records = []
      }
    }
    try ledger.commit(records)
  }

  private func finish(_ trial: Trial, _ counter: UInt64) throws -> [LedgerRecord] {
    let file = paths.trialFile(trial.id)
    guard FileManager.default.createFile(atPath: file, contents: Data("x".utf8)),
      let stamp = FileStamp(ofFileAt: file)
    else { throw Failure("\(file): cannot be created") }
    let attempt = AttemptRecord(
      number: 1, token: FencingToken(coordinatorEpoch: 1, counter: counter),
      worker: "0123456789abcdef0123456789abcdef", host: "node\(counter % 100)",
      cpu: "Intel(R) Xeon(R) Platinum 8480+, avx512", blas: "OpenBLAS 0.3.21 SkylakeX",
      startedUnixSeconds: 1_700_000_000, endedUnixSeconds: 1_700_000_060, cause: .completed, lastEpoch: 1)
    let metric = trial.configuration.selectionMetric
    return [
      .attempt(trial.id, attempt),
      .trial(TrialStanding(trial: trial.id, state: .completed, account: RetryAccount())),
      .result(
        trial.id,
        PublishedResult(
          state: .completed, byteCount: stamp.byteCount, modified: stamp.modified, changed: stamp.changed,
          metric: metric.name, value: Double(counter))),
    ]
  }

  func remove() { made.remove() }
}
