import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

/// A small real sweep: 8 trials on the first 60 training images of MNIST, a few seconds each.
struct TestSweep {
  let folder: String
  var file: String { folder + "/sweep.yaml" }
  func results(_ name: String) -> String { folder + "/" + name }

  static let trialCount = 8

  /// As many as no trial has finished by the end of a test.
  static let endlessEpochs = 2_000_000
  /// `--where` of the trials that do not end by themselves.
  static let endless = "epochs=\(endlessEpochs)"

  /// - Parameters:
  ///   - epochs: of each trial; 80 take about two seconds.
  ///   - isEndless: with four trials more, last in order, which only an order ends: the sweep is not over before.
  init(in folder: String, epochs: Int = 80, isEndless: Bool = false, extra: String = "") throws {
    self.folder = folder
    let endless =
      isEndless
      ? "- {model_type: GS_Dis, n_required: 10, epochs: \(Self.endlessEpochs), check_every: 100000}" : ""
    try """
    name: small
    description: two models, two temperatures, two seeds
    base:
      dataset_name: mnist
      run_with_sample: true
      epochs: \(epochs)
      check_every: 20
      sample_size_testing: 5
    cases:
      - {model_type: GS_Dis, n_required: 10}
      - {model_type: IGR_I_Dis, n_required: 9}
      \(endless)
    grid:
      temp: [0.5, 1.0]
      seed: [1, 2]
    checkpoint: {every_seconds: 0.3}
    \(extra)
    """.write(toFile: file, atomically: true, encoding: .utf8)
  }

  /// Result digests (over metrics, final numbers and tensors) by trial, each recomputed from the file's content.
  static func digests(_ results: String) throws -> [TrialID: String] {
    let paths = RunPaths(root: results)
    var digests: [TrialID: String] = [:]
    for id in try paths.publishedTrials() {
      _ = try TrialFile.verify(paths.trialFile(id))
      digests[id] = TrialFile.digest(of: try TrialFile.read(paths.trialFile(id))).description
    }
    return digests
  }

  /// Results under their final names; 0 where there is no folder yet.
  static func publishedCount(_ results: String) throws -> Int {
    let paths = RunPaths(root: results)
    guard FileManager.default.fileExists(atPath: paths.trialsFolder) else { return 0 }
    return try paths.publishedTrials().count
  }

  static func attempts(_ results: String) throws -> [TrialID: [AttemptRecord]] {
    let paths = RunPaths(root: results)
    var attempts: [TrialID: [AttemptRecord]] = [:]
    for id in try paths.publishedTrials() { attempts[id] = try TrialFile.read(paths.trialFile(id)).attempts }
    return attempts
  }
}

func isFinishedTrialLine(_ line: String) -> Bool {
  line.contains("  completed  ") || line.hasPrefix("  completed")
}

/// When each trial's file was written.
func modificationDates(of trials: some Sequence<TrialID>, in results: String) throws -> [TrialID: Date] {
  let paths = RunPaths(root: results)
  return try Dictionary(
    uniqueKeysWithValues: trials.map { id in
      let attributes = try FileManager.default.attributesOfItem(atPath: paths.trialFile(id))
      return (id, try #require(attributes[.modificationDate] as? Date))
    })
}
