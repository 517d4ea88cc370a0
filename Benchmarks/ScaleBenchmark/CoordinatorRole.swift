import Foundation
import Keys
import Ledger
import ResultStore
import Scheduling
import SweepRuntime
import Trials
import ZeroMQ

/// Results without files: a trial counts as done when the ledger says so.
struct LedgerResults: CoordinatorResults {
  let past: LedgerContent
  let watch: FinishWatch

  func findVerified(
    of sweep: Sweep, known: [TrialID: PublishedResult], metric: (Trial) -> Metric, log: CoordinatorLog
  ) -> [FoundResult] {
    sweep.trials.compactMap { trial in
      known[trial.id].map { FoundResult(trial: trial, result: $0, isNews: false) }
    }
  }

  func publish(_ lease: TrialLease, _ claim: ResultClaim) -> Publication {
    watch.noteFinish()
    return Publication(.resultVerified(lease))
  }
}

/// When the trials finished, in windows of equal numbers of trials.
final class FinishWatch {
  private let window: Int
  private var count = 0
  private var begin: ContinuousClock.Instant?
  private var windowBegin: ContinuousClock.Instant?
  private(set) var windowSeconds: [Double] = []

  init(window: Int) { self.window = window }

  func noteFinish() {
    let now = ContinuousClock.now
    if count == 0 { (begin, windowBegin) = (now, now) }
    count += 1
    guard count % window == 0, let start = windowBegin else { return }
    windowSeconds.append((now - start) / .seconds(1))
    windowBegin = now
  }

  var seconds: Double { begin.map { (ContinuousClock.now - $0) / .seconds(1) } ?? 0 }
  var finished: Int { count }
}

/// What a coordinator process tells the driver when it ends.
struct CoordinatorReport: Codable {
  var trials: Int
  /// From the first finished trial to the end.
  var seconds: Double
  /// Of each tenth of the trials.
  var windowSeconds: [Double]
  var processorSeconds: Double
}

enum CoordinatorRole {
  static func run(folder: String, keys: String, endpointFile: String) throws {
    let paths = RunPaths(root: folder)
    let plan = try ScaleSweep.plan(file: paths.sweepFile)
    let ledger = try SweepLedger(
      claiming: LedgerPlaces(paths), sweep: plan.sweep.name, sweepDigest: plan.digest)
    let watch = FinishWatch(window: max(1, plan.sweep.trials.count / 10))
    guard let bind = Endpoint("tcp://127.0.0.1:*") else { preconditionFailure("a literal endpoint") }
    let configuration = CoordinatorConfiguration(
      paths: paths, bind: bind, formerEndpoint: ledger.formerEndpoint.flatMap(Endpoint.init),
      keys: KeyFolder(path: keys), endpointFile: endpointFile, parentDescriptor: STDIN_FILENO,
      handlesSignals: true)
    let service = try CoordinatorService(
      configuration, sweep: plan.sweep, ledger: ledger, epoch: ledger.epoch, past: ledger.past,
      results: LedgerResults(past: ledger.past, watch: watch), label: { $0.id.description })
    _ = try service.run()
    let report = CoordinatorReport(
      trials: watch.finished, seconds: watch.seconds, windowSeconds: watch.windowSeconds,
      processorSeconds: ProcessUsage.processorSeconds)
    FileHandle.standardOutput.write(try JSONEncoder().encode(report))
  }
}

/// What the kernel says of this process.
enum ProcessUsage {
  static var processorSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
