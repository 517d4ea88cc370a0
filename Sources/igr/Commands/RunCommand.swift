import ArgumentParser
import ProgramExit
import SweepFiles

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a sweep on this machine and print its comparison table.",
    discussion: """
      Starts a coordinator and workers as processes of their own. On a folder of the same sweep it resumes.
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
    let (folder, isResumed) = try ResultsFolder.open(root: results, definition: definition, plan: plan)
    if isResumed { complain("\(folder.paths.root) is there already: resuming it") }
    try SweepExecution(folder: folder, options: execution).run()
  }
}

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a results folder: run every trial that has no good result.",
    discussion: ExitStatus.help)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    let folder = try ResultsFolder.reopen(root: folder)
    try folder.plan.checkData()
    try SweepExecution(folder: folder, options: execution).run()
  }
}

/// How a sweep is run on this machine.
struct ExecutionOptions: ParsableArguments {
  @Option(help: "Worker processes. Default: one per core.")
  var workers: Int?

  func validate() throws {
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers must be between 1 and 1024, found \(workers)")
    }
  }
}
