import Foundation

/// Runs a whole sweep of trials that do nothing: this program in the roles of coordinator and workers, with keys, the
/// ledger on disk, and results that are no files.
struct RateMeasurement {
  var trials: Int
  var workers: Int
  var slots: Int
  var trialMilliseconds = 0
  /// Where the results folder is made, and removed again; its disk is the ledger's.
  let parent: String

  struct Outcome {
    var trialsPerSecond: Double
    /// Seconds of the last tenth of the trials over those of the first.
    var lastToFirstTenth: Double
    /// Trials of the busiest worker over those of the least busy.
    var mostToLeast: Double
    /// From "trial finished" to "next trial received".
    var medianPauseMilliseconds: Double
    var coordinatorMicrosecondsPerTrial: Double
    var workerMicrosecondsPerTrial: Double
  }

  func run() throws -> Outcome {
    let made = try ScaleFolder(in: parent, trials: trials)
    defer { made.remove() }
    let (folder, keys, endpointFile) = (made.paths.root, made.keys.path, made.endpointFile)
    let coordinator = try Role(
      ["coordinate", "--folder", folder, "--keys", keys, "--endpoint-file", endpointFile], log: folder)
    let endpoint = try coordinator.waitForFile(endpointFile)
    let agents = try (0..<workers).map { _ in
      try Role(
        [
          "work", "--endpoint", endpoint, "--folder", folder, "--keys", keys, "--slots", "\(slots)",
          "--milliseconds", "\(trialMilliseconds)",
        ], log: folder)
    }
    for agent in agents { agent.go() }
    let ledger = try JSONDecoder().decode(CoordinatorReport.self, from: try coordinator.output())
    let shares = try agents.map { try JSONDecoder().decode(WorkerReport.self, from: try $0.output()) }
    guard ledger.trials == trials else { throw Failure("\(ledger.trials) of \(trials) trials finished") }
    let pauses = shares.flatMap(\.pauses).sorted()
    let counts = shares.map(\.trials)
    return Outcome(
      trialsPerSecond: Double(trials) / ledger.seconds,
      lastToFirstTenth: (ledger.windowSeconds.last ?? .nan) / (ledger.windowSeconds.first ?? .nan),
      mostToLeast: Double(counts.max() ?? 0) / Double(counts.min() ?? 0),
      medianPauseMilliseconds: pauses.isEmpty ? .nan : pauses[pauses.count / 2] * 1e3,
      coordinatorMicrosecondsPerTrial: ledger.processorSeconds * 1e6 / Double(trials),
      workerMicrosecondsPerTrial: shares.map(\.processorSeconds).reduce(0, +) * 1e6 / Double(trials))
  }
}
