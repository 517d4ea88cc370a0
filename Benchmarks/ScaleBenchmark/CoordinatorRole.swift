import Foundation
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

  func findVerified(of sweep: Sweep, log: CoordinatorLog) -> [TrialSummary] {
    sweep.trials.filter { past.trials[$0.id]?.state == .completed }
      .map { TrialSummary(trial: $0, state: .completed, metrics: [:]) }
  }

  func publish(_ lease: TrialLease, _ claim: ResultClaim) -> (CoordinatorEvent, TrialSummary?) {
    watch.noteFinish()
    return (.resultVerified(lease), nil)
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
  /// From the start of the process to the bound socket.
  var startSeconds: Double
  var processorSeconds: Double
  var peakMemoryMiB: Double
}

enum CoordinatorRole {
  static func run(folder: String, endpointFile: String) throws {
    let start = ContinuousClock.now
    let paths = RunPaths(root: folder)
    let plan = try ScaleSweep.plan(file: paths.sweepFile)
    let ledger = try SweepLedger(
      claiming: LedgerPlaces(
        folder: paths.root, lockFile: paths.coordinatorLock, ledgerFile: { paths.ledgerFile(epoch: $0) },
        epochs: { try paths.ledgerEpochs() }), sweep: plan.sweep.name, sweepDigest: plan.digest)
    let watch = FinishWatch(window: max(1, plan.sweep.trials.count / 10))
    guard let bind = Endpoint("tcp://127.0.0.1:*") else { preconditionFailure("a literal endpoint") }
    let configuration = CoordinatorConfiguration(
      paths: paths, bind: bind, formerEndpoint: ledger.formerEndpoint.flatMap(Endpoint.init),
      allowsInsecureLoopback: true, endpointFile: endpointFile, parentDescriptor: STDIN_FILENO,
      handlesSignals: true)
    let service = try CoordinatorService(
      configuration, sweep: plan.sweep, ledger: ledger, epoch: ledger.epoch, past: ledger.past,
      results: LedgerResults(past: ledger.past, watch: watch), label: { $0.id.description })
    var startSeconds = 0.0
    _ = try service.run { _ in startSeconds = (ContinuousClock.now - start) / .seconds(1) }
    let usage = ProcessUsage.current
    let report = CoordinatorReport(
      trials: watch.finished, seconds: watch.seconds, windowSeconds: watch.windowSeconds,
      startSeconds: startSeconds, processorSeconds: usage.processorSeconds,
      peakMemoryMiB: usage.peakMemoryMiB)
    FileHandle.standardOutput.write(try JSONEncoder().encode(report))
  }
}

/// What the kernel says of this process.
struct ProcessUsage {
  var processorSeconds: Double
  var peakMemoryMiB: Double

  static var current: ProcessUsage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ProcessUsage(
      processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
      peakMemoryMiB: Double(usage.ru_maxrss) / 1024)
  }
}
