import Foundation
import Keys
import ResultStore

/// Runs a whole sweep with the real `igr-coordinator`, which verifies and publishes a small real file for each trial.
struct WholeRunMeasurement {
  var trials: Int
  var workers: Int
  let parent: String
  /// The folder of `igr-coordinator`.
  let programs: String

  /// - Returns: the most memory that the coordinator ever had, in MiB.
  func peakMemoryMiB() throws -> Double {
    let folder = "\(parent)/igr-scale-\(UUID().uuidString)"
    let paths = try RunPaths.create(
      root: folder, source: SweepSource(sweepFile: ScaleSweep.text(trials: trials), overrides: []))
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let keys = folder + "/keys"
    try KeyFolder(path: keys).make()
    let endpointFile = paths.root + "/endpoint"
    let coordinator = try Role(
      [
        paths.sweepFile, "--bind", "tcp://127.0.0.1:*", "--results", folder, "--keys", keys,
        "--endpoint-file", endpointFile,
      ], program: programs + "/igr-coordinator", log: folder)
    let endpoint = try coordinator.waitForFile(endpointFile)
    let agents = try (0..<workers).map { _ in
      try Role(
        ["work", "--endpoint", endpoint, "--folder", folder, "--keys", keys, "--files", "yes"], log: folder)
    }
    for agent in agents { agent.go() }
    let peak = try coordinator.peakMemoryMiBUntilItEnds()
    for agent in agents { _ = try agent.output() }
    let published = try paths.publishedTrials().count
    guard published == trials else { throw Failure("\(published) of \(trials) trials have a file") }
    return peak
  }
}
