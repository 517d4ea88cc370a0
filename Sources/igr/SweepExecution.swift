import Foundation
import Keys
import ProgramExit
import ResultStore
import Scheduling
import SweepRuntime
import TableProgram
import Trials

/// One run of a results folder that this machine watches: from its plan to its printed table.
struct SweepExecution {
  let folder: ResultsFolder
  let options: ExecutionOptions
  /// Nil: on this machine.
  var placement: WorkerPlacement?
  /// Failed trials get a new budget. Only at the first start: a restarted coordinator must not give another.
  let retriesFailed: Bool

  /// - Throws: `ProgramFailure` and `ExitCode` of how the run ended.
  func run() throws {
    let paths = folder.paths
    let lock = try FrontDoorLock(of: paths)
    defer { withExtendedLifetime(lock) {} }
    try endPause()
    let logs = LogPositions(in: paths)
    let trials = folder.plan.sweep.trials
    let programs = try ProgramFolder()
    try KeyFolder(path: paths.keysFolder).make()
    let source = try paths.readSource()
    let overrides = source.overrides.flatMap { ["--set", $0] }
    let placement = try placement ?? .onThisMachine(paths, options, atMost: trials.count)
    let forCoordinator =
      placement.coordinatorArguments + options.times.forCoordinator + [
        "--log-format", options.logFormat.rawValue,
      ]
    var configuration = LocalRunConfiguration(
      paths: paths, workers: placement.workers,
      coordinatorCommand: { [retriesFailed] isRestart in
        [programs.path(of: "igr-coordinator"), paths.sweepFile] + overrides + [
          "--keys", paths.keysFolder, "--results", paths.root, "--end-with-parent",
        ] + forCoordinator + (retriesFailed && !isRestart ? ["--retry-failed"] : [])
      }, worker: placement.worker, grace: .seconds(options.times.graceTime.grace),
      parentDescriptor: options.endWithParent ? STDIN_FILENO : nil)
    configuration.areRemote = placement.areRemote
    configuration.names = placement.names
    let display = DisplayBox(ProgressDisplay(total: trials.count))
    complain(
      "\(folder.plan.sweep.name): \(trials.count) \(trials.count == 1 ? "trial" : "trials"), \(placement.text), results in \(paths.root)"
    )
    let outcome = try LocalRun(
      configuration, onProgress: { display.value.update($0) }, onLog: { display.value.tell($0) }
    ).run()
    display.value.finish()
    try end(outcome, logs)
  }

  /// Whoever runs or resumes a sweep wants it to go on. A coordinator that is there already is somebody else's, and its
  /// pause too.
  func endPause() throws {
    let paths = folder.paths
    guard !paths.hasCoordinator else { return }
    let control = ControlFolder(paths)
    let mode = (try? StatusSnapshot.read(paths.statusFile))?.mode ?? SweepMode.running.rawValue
    let isHeld = control.waiting().contains { $0.command == .pause || $0.command == .drain }
    guard isHeld || mode != SweepMode.running.rawValue else { return }
    _ = try control.put(.resume, by: OrderDelivery.person)
  }

  private func end(_ outcome: LocalRunOutcome, _ logs: LogPositions) throws {
    switch outcome {
    case .finished(let everyTrialCompleted):
      try ComparisonOutput(paths: folder.paths).make()
      guard !everyTrialCompleted else { return }
      let snapshot = try? StatusSnapshot.read(folder.paths.statusFile)
      let failures = snapshot?.failures ?? []
      let cancelled = snapshot?.count(.cancelled) ?? 0
      if cancelled > 0 {
        complain(
          "\(cancelled) cancelled; to bring some back: igr retry \(folder.paths.root) --where NAME=VALUE (or --trial"
            + " ID), then igr resume \(folder.paths.root)")
      }
      let failed = snapshot?.count(.failed) ?? failures.count
      if failed > 0 {
        complain("\(failed) failed; to try again: igr resume \(folder.paths.root) --retry-failed")
      }
      for failure in failures { complain("  " + failure.line) }
      throw ExitStatus.someTrialsFailed.asError
    case .interrupted:
      complain("interrupted; to go on: igr resume \(folder.paths.root)")
      throw ExitStatus.interrupted.asError
    case .failed(let code, let message):
      complain(
        "igr: \(logs.lastWords(ofWorkersFirst: message.hasPrefix("worker")) ?? message)\nlogs: \(folder.paths.logsFolder)"
      )
      throw (ExitStatus(rawValue: code) ?? .environment).asError
    }
  }
}

/// The display in the callbacks of one run, which all come on the main thread.
private final class DisplayBox {
  var value: ProgressDisplay
  init(_ value: ProgressDisplay) { self.value = value }
}

/// Where the programs of this installation lie: beside the running one.
struct ProgramFolder {
  let folder: String

  init() throws {
    let link = "/proc/self/exe"
    folder =
      (try FileManager.default.destinationOfSymbolicLink(atPath: link) as NSString).deletingLastPathComponent
    for name in ["igr-coordinator", "igr-worker"]
    where !FileManager.default.isExecutableFile(atPath: path(of: name)) {
      throw ProgramFailure(
        .environment,
        "\(path(of: name)) is not there: igr, igr-coordinator and igr-worker belong in one folder")
    }
  }

  func path(of name: String) -> String { "\(folder)/\(name)" }
}
