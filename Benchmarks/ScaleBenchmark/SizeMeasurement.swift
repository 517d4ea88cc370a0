import Foundation

/// Starts the real `igr-coordinator` on a large sweep that is nearly done, connects workers, and asks `igr status`.
struct SizeMeasurement {
  var trials: Int
  var workers: Int
  let parent: String
  /// The folder of `igr` and `igr-coordinator`.
  let programs: String

  struct Outcome {
    /// From the start of the process to the first trial in a worker's hands.
    var restartSeconds: Double
    var peakMemoryMiB: Double
    /// The median of several calls.
    var statusSeconds: Double
  }

  func run() throws -> Outcome {
    let folder = try PreparedFolder(in: parent, trials: trials, unfinished: workers + 100)
    defer { folder.remove() }
    let start = ContinuousClock.now
    let coordinator = try Role(
      [
        folder.paths.sweepFile, "--bind", "tcp://127.0.0.1:*", "--results", folder.paths.root, "--keys",
        folder.keys.path, "--endpoint-file", folder.endpointFile,
      ], program: programs + "/igr-coordinator", log: folder.paths.root)
    let endpoint = try coordinator.waitForFile(folder.endpointFile)
    var restart = Duration.zero
    let crowd = try Crowd(workers, at: endpoint, folder.keys) { restart = ContinuousClock.now - start }
    defer { crowd.close() }
    // The status with every worker in it has been written by then, and its writing is part of the peak.
    sleep(5)
    var seconds: [Double] = []
    for _ in 0..<5 {
      let begin = ContinuousClock.now
      let status = try Role(
        ["status", folder.paths.root], program: programs + "/igr", log: folder.paths.root)
      _ = try status.output()
      seconds.append((ContinuousClock.now - begin) / .seconds(1))
    }
    let memory = try coordinator.peakMemoryMiB()
    coordinator.kill()
    return Outcome(
      restartSeconds: restart / .seconds(1), peakMemoryMiB: memory, statusSeconds: seconds.sorted()[2])
  }
}
