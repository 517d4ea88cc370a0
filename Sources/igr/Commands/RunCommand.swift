import ArgumentParser
import Planning
import ProgramExit
import ResultStore
import Scheduling
import SweepFiles
import SweepRuntime

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a sweep on this machine and print its comparison table.",
    discussion: """
      Starts a coordinator and workers as processes of their own. On a folder of the same sweep it resumes; where the sweep file has changed since, it shows what is new, kept and
      no longer named, and runs what has no result.
      Ctrl-C once: checkpoint and end; twice: end at once.
      \(ExitStatus.help)
      """)

  @OptionGroup var sweep: SweepOptions

  @Option(help: "The results folder. Default: results/<sweep name>.")
  var results: String?

  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    let (definition, plan) = try sweep.plan()
    try plan.checkData()
    try RunPaths(root: results ?? "results/\(plan.sweep.name)").refuseWhileElsewhere()
    let (folder, opening) = try ResultsFolder.open(root: results, definition: definition, plan: plan)
    if case .resumed = opening { complain("\(folder.paths.root) is there already: resuming it") }
    try SweepExecution(folder: folder, options: execution, retriesFailed: false).run()
  }
}

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a results folder: run every trial that has no good result.",
    discussion: ExitStatus.help)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  @Option(
    name: .customLong("sweep"),
    help: "Another version of the folder's sweep file, to go on with: what it changes is shown first.",
    completion: .file(extensions: ["yaml", "yml"]))
  var sweepFile: String?

  @OptionGroup var execution: ExecutionOptions

  @Flag(help: "Run failed trials again too, with a new budget of retries.")
  var retryFailed = false

  func run() throws {
    if try goesOnElsewhere() { return }
    try RunPaths(root: folder).refuseWhileElsewhere()
    let folder = try opened()
    try folder.plan.checkData()
    try SweepExecution(folder: folder, options: execution, retriesFailed: retryFailed).run()
  }
}

extension ResumeCommand {
  /// A coordinator that is there and was paused or drained only needs the word.
  private func goesOnElsewhere() throws -> Bool {
    guard sweepFile == nil else { return false }
    let paths = try ResultsFolder.find(root: folder)
    let mode = (try? StatusSnapshot.read(paths.statusFile))?.mode ?? SweepMode.running.rawValue
    let isRun =
      paths.hasCoordinator || paths.frontDoorProcess != nil || paths.coordinatorElsewhere != nil
    guard isRun, mode != SweepMode.running.rawValue else { return false }
    try OrderDelivery(paths: paths).deliver(.resume)
    if retryFailed { try OrderDelivery(paths: paths).deliver(.retry(nil)) }
    if execution.workers != nil {
      complain("--workers changes nothing here: the sweep runs with its own; igr launch with --add adds some")
    }
    return true
  }

  /// With a sweep file even a folder is enough in which an early end left nothing.
  private func opened() throws -> ResultsFolder {
    guard let sweepFile else { return try ResultsFolder.reopenToRun(root: folder) }
    let definition = try SweepDefinition.open(path: sweepFile, overrides: [])
    let plan = try definition.planWithData()
    for warning in plan.warnings { complain(warning) }
    return try ResultsFolder.open(root: folder, definition: definition, plan: plan).folder
  }
}

/// How a sweep is run on this machine.
struct ExecutionOptions: ParsableArguments {
  @Option(help: "Worker processes. Default: one per core.")
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "Where workers connect instead of to the coordinator itself: a proxy or tunnel in front of it.",
      valueName: "endpoint"))
  var connectThrough: String?

  @Flag(help: "End, as after Ctrl-C, when standard input ends.")
  var endWithParent = false

  @Option(help: "How coordinator and workers write their logs: text or json.")
  var logFormat = LogFormat.text

  @OptionGroup(title: "Times") var times: ExecutionTimes

  func validate() throws {
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers must be between 1 and 1024, found \(workers)")
    }
  }
}

extension LogFormat: ExpressibleByArgument {}
