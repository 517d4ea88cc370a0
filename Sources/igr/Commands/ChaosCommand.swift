import ArgumentParser
import FaultInjection
import Foundation
import ProgramExit
import ResultStore
import SweepFiles
import SweepRuntime
import Timings
import Trials

struct ChaosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract:
      "Run a sweep on this machine while its processes are killed, stopped and cut off; prove the result.",
    discussion: """
      The sweep runs in DIR/faults while faults come at random moments, each kind at its rate on average (0.1/s, \
      6/min, 30/h). Then it runs in peace in DIR/peace, and all metrics, final numbers and tensors are compared bit \
      by bit. Without any rate, a mixture of all kinds is used. Equal seeds give equal schedules. Only processes of \
      its own sweep are touched.

      A trial that fails by the same cause in both runs is equal. Where the sweep stops trials early, those that are \
      stopped are compared up to the last epoch that both runs have.

      Exit codes: 0 no trial lost, none done twice, no byte different; 1 a promise was broken, or not every trial \
      could be compared; 2 the command or a file was wrong; 3 interrupted; 4 environment (disk, library, port, data).
      """)

  @OptionGroup var sweep: SweepOptions
  @OptionGroup(title: "Faults") var rates: FaultRates

  @Option(help: "Minutes of faults; then the sweep goes on in peace. Default: until the sweep is over.")
  var minutes: Double?

  @Option(help: "Worker processes.")
  var workers = 4

  @Option(help: "Decides which fault comes when. Default: a random one, which is told.")
  var seed: UInt64?

  @Option(help: "Where the two runs, chaos.log and report.json go; new. Default: results/<sweep name>-chaos.")
  var results: String?

  @Option(
    help: "A finished results folder of the same sweep to compare with, instead of running it in peace.",
    completion: .directory)
  var against: String?

  @Option(
    help: ArgumentHelp(
      "Life of a lease; short ones make faults follow each other faster. Stops last up to twice as long.",
      valueName: "seconds"))
  var lease = 3.0

  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    guard (1...1024).contains(workers) else {
      throw ValidationError("--workers must be between 1 and 1024, found \(workers)")
    }
    guard lease >= 1, lease <= 3600 else {
      throw ValidationError("--lease must be a number of seconds from 1 to 3600, found \(lease)")
    }
    if let minutes, !(minutes > 0 && minutes < 1e6) {
      throw ValidationError("--minutes must be a number above 0, found \(minutes)")
    }
  }

  func run() throws {
    let (definition, plan) = try sweep.plan()
    try plan.checkData()
    let root = RunPaths(root: results ?? "results/\(plan.sweep.name)-chaos").root
    guard !FileManager.default.fileExists(atPath: root) else {
      throw ProgramFailure(
        .wrongCommandOrFile, "\(root) is there already: remove it, or give another folder with --results")
    }
    if let against { try Self.checkReference(against, of: plan) }
    do {
      try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    } catch {
      throw ProgramFailure(.environment, "\(root) cannot be created: \(error.localizedDescription)")
    }
    let execution = ChaosExecution(
      file: sweep.file, overrides: definition.source.overrides, root: root, workers: workers, lease: lease)
    let seed = seed ?? UInt64.random(in: 0...999_999_999)
    let trials = plan.sweep.trials.map(\.id)
    complain(
      "\(plan.sweep.name): \(trials.count) trials, \(workers) workers, faults by seed \(seed), in \(execution.faults.root)"
    )
    let outcome = try execution.runUnderFaults(
      seed: seed, rates: rates.chosen, limit: minutes.map { .seconds($0 * 60) })
    complain("the sweep is over after \(outcome.faults.values.reduce(0, +)) faults")
    if outcome.faults.isEmpty {
      complain("no fault struck anybody: higher rates or longer trials would prove more")
    }
    let reference = try against.map(RunPaths.init(root:)) ?? execution.runInPeace()
    let hurt = try ComparedFolder(reading: execution.faults)
    let report = ChaosReport(
      sweep: plan.sweep.name, seed: seed, seconds: outcome.duration / .seconds(1), faults: outcome.faults,
      starts: outcome.starts, trials: trials, folder: hurt,
      comparison: ResultComparison(of: trials, in: hurt, with: try ComparedFolder(reading: reference)))
    try DurableFile.replace("\(root)/report.json", with: report.json + "\n")
    print(json ? report.json : report.text)
    if !report.isGood { throw ExitStatus.someTrialsFailed.asError }
  }

  /// - Throws: `ProgramFailure` when the folder is none of ours or does not plan every trial of `plan`.
  private static func checkReference(_ root: String, of plan: SweepPlan) throws {
    let reference = try ResultsFolder.reopen(root: root).plan
    let (name, other) = (plan.sweep.name, reference.sweep.name)
    guard name == other else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "--against \(root): it holds the sweep '\(other)', not '\(name)'; nothing could be compared")
    }
    let known = Set(reference.sweep.trials.map(\.id))
    let strange = plan.sweep.trials.count { !known.contains($0.id) }
    guard strange == 0 else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "--against \(root): it holds another plan of '\(other)': \(strange) of the \(plan.sweep.trials.count)"
          + " trials of '\(name)' are not in it; give a folder of the same sweep file and the same --set options"
      )
    }
  }
}

/// How often each kind of fault comes.
struct FaultRates: ParsableArguments {
  @Option(help: "SIGKILL to a worker.") var killWorker: FaultRate?
  @Option(help: "SIGKILL to a process in which a trial trains.") var killChild: FaultRate?
  @Option(help: "SIGSTOP to a worker, SIGCONT later.") var stopWorker: FaultRate?
  @Option(help: "SIGTERM to a worker.") var terminateWorker: FaultRate?
  @Option(help: "SIGKILL to the coordinator.") var killCoordinator: FaultRate?
  @Option(help: "SIGSTOP to the coordinator, SIGCONT later.") var stopCoordinator: FaultRate?
  @Option(help: "Cuts a connection between a worker and the coordinator.") var disconnect: FaultRate?
  @Option(help: "SIGKILL to all processes at once, then `igr resume`.") var killEverything: FaultRate?

  /// The rates that were given; where none was, something of everything, about one fault a second.
  var chosen: [FaultKind: FaultRate] {
    let given: [(FaultKind, FaultRate?)] = [
      (.killWorker, killWorker), (.killChild, killChild), (.stopWorker, stopWorker),
      (.terminateWorker, terminateWorker), (.killCoordinator, killCoordinator),
      (.stopCoordinator, stopCoordinator), (.disconnect, disconnect), (.killEverything, killEverything),
    ]
    let rates = given.compactMap { kind, rate in rate.map { (kind, $0) } }
    return rates.isEmpty ? Self.mixture : Dictionary(uniqueKeysWithValues: rates)
  }

  private static let mixture: [FaultKind: FaultRate] = [
    .killWorker: 0.2, .killChild: 0.2, .stopWorker: 0.1, .terminateWorker: 0.1, .killCoordinator: 0.1,
    .stopCoordinator: 0.05, .disconnect: 0.2, .killEverything: 0.02,
  ].mapValues { FaultRate(perSecond: $0) }
}

extension FaultRate: ExpressibleByArgument {
  public init?(argument: String) { self.init(text: argument) }
}
