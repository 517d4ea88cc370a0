import Foundation
import Launching
import ProgramExit
import ResultStore
import SweepRuntime

/// Where the workers of a run are, and how the coordinator has to be reached by them.
struct WorkerPlacement {
  var workers: Int
  /// For the line that says what begins.
  var text: String
  var coordinatorArguments: [String]
  /// How to start a worker, counted from 1.
  var worker: @Sendable (_ number: Int, _ endpoint: String) -> WorkerStart
  /// See `LocalRunConfiguration.areRemote`.
  var areRemote = false
  var names: [String] = []

  static let loopback = ["--bind", "tcp://127.0.0.1:*"]

  /// - Parameters:
  ///   - profile: what a profile of this machine says; nil: as `igr run` has it.
  ///   - trials: more workers than these would only wait.
  static func onThisMachine(
    _ paths: RunPaths, _ options: ExecutionOptions, profile: LocalProfile? = nil, atMost trials: Int
  ) throws -> WorkerPlacement {
    let program = try ProgramFolder().path(of: "igr-worker")
    let wanted =
      options.workers ?? profile?.workers ?? ProcessInfo.processInfo.activeProcessorCount
    let workers = min(wanted, trials)
    let shares = profile?.pinsToCores == true ? try coreShares(workers) : []
    let words = options.times.forWorker + ["--log-format", options.logFormat.rawValue]
    let environment = profile?.environment ?? [:]
    return WorkerPlacement(
      workers: workers, text: "\(workers) workers\(shares.isEmpty ? "" : ", pinned to cores")",
      coordinatorArguments: loopback,
      worker: { [through = options.connectThrough] number, endpoint in
        let cores = shares.isEmpty ? [] : ["--cores", CoreShares.text(shares[number - 1])]
        return WorkerStart(
          [
            program, "--connect", through ?? endpoint, "--keys", paths.keysFolder, "--shared-results",
            paths.root, "--end-with-parent",
          ] + words + cores, environment: environment)
      })
  }

  private static func coreShares(_ workers: Int) throws -> [[Int]] {
    let cores = ProcessorAffinity.cores
    guard !cores.isEmpty else {
      throw LaunchFailure.environment(
        "'pin' is not possible here: the system does not tell which cores there are")
    }
    if workers > cores.count {
      complain("warning: \(workers) workers are pinned to \(cores.count) cores, so some share one")
    }
    return CoreShares.split(cores, among: workers)
  }
}
