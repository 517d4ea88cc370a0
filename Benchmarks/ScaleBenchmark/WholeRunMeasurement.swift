import Foundation

/// Runs a whole sweep with the real `igr-coordinator`, which verifies and publishes a small real file for each trial.
struct WholeRunMeasurement {
  var trials: Int
  var workers: Int
  let parent: String
  /// The folder of `igr-coordinator`.
  let programs: String

  /// - Returns: the most memory that the coordinator ever had, in MiB.
  func peakMemoryMiB() throws -> Double {
    let made = try ScaleFolder(in: parent, trials: trials)
    defer { made.remove() }
    let (paths, folder, keys, endpointFile) = (
      made.paths, made.paths.root, made.keys.path, made.endpointFile
    )
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
