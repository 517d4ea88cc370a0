import Foundation
import Synchronization
import TestSupport
import Testing
import Trials

/// A sweep of few short trials, and what it gives in peace.
struct PromiseSweep: Hashable {
  var seeds = [1, 2]
  /// A hundred take half a second to two seconds.
  var epochs: Int
  /// With one trial more, last in order, which only an order ends (`--where` as `TestSweep.endless`): the sweep is not
  /// over before.
  var isEndless = false
  /// Added to `base`.
  var base = ""
  /// Added at the end.
  var rest = ""

  var trialCount: Int { seeds.count }

  var text: String {
    """
    name: promises
    base:
      dataset_name: mnist
      run_with_sample: true
      model_type: GS_Dis
      n_required: 10
      temp: 0.5
      check_every: 20
      sample_size_testing: 5
      \(base)
    zip:
      seed: \(isEndless ? seeds + [1] : seeds)
      epochs: \(seeds.map { _ in epochs } + (isEndless ? [TestSweep.endlessEpochs] : []))
    checkpoint: {every_seconds: 0.2}
    \(rest)
    """
  }

  /// Result digests by trial of `igr run` without a fault; each sweep runs once.
  func peacefulDigests() throws -> [TrialID: String] {
    try Self.peaceful.withLock { known in
      if let digests = known[self] { return digests }
      let digests = try withTemporaryFolder { folder in
        let file = folder + "/sweep.yaml"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let run = try RunningProgram.run(
          "igr", ["run", file, "--results", folder + "/results", "--workers", "2"])
        #expect(run.status == 0, "\(run.errors)")
        return try TestSweep.digests(folder + "/results")
      }
      try #require(digests.count == trialCount)
      known[self] = digests
      return digests
    }
  }

  private static let peaceful = Mutex<[PromiseSweep: [TrialID: String]]>([:])
}
