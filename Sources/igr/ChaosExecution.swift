import FaultInjection
import Foundation
import Ledger
import ProgramExit
import ResultStore
import SweepRuntime

/// The two runs of `igr chaos`, each by this program's own `run` and `resume`.
struct ChaosExecution {
  let file: String
  let overrides: [String]
  let root: String
  let workers: Int
  /// Seconds.
  let lease: Double

  var faults: RunPaths { RunPaths(root: root + "/faults") }
  var peace: RunPaths { RunPaths(root: root + "/peace") }
  private var log: String { root + "/chaos.log" }

  /// - Throws: `ProgramFailure` when the run could not go on for another reason than faults.
  func runUnderFaults(
    seed: UInt64, rates: [FaultKind: FaultRate], limit: Duration?
  ) throws -> ChaosRunOutcome {
    let outcome = try run(in: faults, seed: seed, rates: rates, limit: limit)
    try check(outcome.exitCode)
    return outcome
  }

  /// The same sweep without faults.
  func runInPeace() throws -> RunPaths {
    complain("the same sweep in peace, in \(peace.root)")
    try check(try run(in: peace, seed: 0, rates: [:], limit: nil).exitCode)
    return peace
  }

  private func run(
    in paths: RunPaths, seed: UInt64, rates: [FaultKind: FaultRate], limit: Duration?
  ) throws -> ChaosRunOutcome {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let first = ["run", file] + overrides.flatMap { ["--set", $0] } + ["--results", paths.root]
    let options =
      [
        "--workers", "\(workers)", "--lease", "\(lease)", "--heartbeat", "\(lease / 6)", "--end-with-parent",
        "--connect-through",
      ]
    return try ChaosRun(
      ChaosRunConfiguration(
        paths: paths,
        command: { endpoint in
          // A folder that a very early kill left without its sweep file begins anew.
          [program] + (paths.isResultsFolder ? ["resume", paths.root] : first) + options + [endpoint]
        }, seed: seed, rates: rates, limit: limit, lease: .seconds(lease), logFile: log),
      tell: { complain($0) }
    ).run()
  }

  private func check(_ exitCode: Int32) throws {
    switch exitCode {
    // Failed trials are in the report.
    case 0, 1: return
    case 3: throw ProgramFailure(.interrupted, "interrupted; what was run so far is in \(root)")
    default:
      throw ProgramFailure(
        ExitStatus(rawValue: exitCode) ?? .environment,
        "the sweep could not go on (exit code \(exitCode)); what it said is in \(log)")
    }
  }
}

extension ComparedFolder {
  /// With what the folder's ledger knows of trials without a file.
  ///
  /// - Throws: `LedgerError`.
  init(reading paths: RunPaths) throws {
    let content = try SweepLedger.look(at: LedgerPlaces(paths))
    self.init(paths: paths)
    for (trial, standing) in content?.trials ?? [:] {
      standings[trial] = Standing(state: standing.state, attempts: content?.attempts[trial] ?? [])
    }
  }
}
