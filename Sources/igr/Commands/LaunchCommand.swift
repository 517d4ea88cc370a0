import ArgumentParser
import Foundation
import Launching
import Planning
import ProgramExit
import ResultStore
import SweepFiles
import SweepRuntime

struct LaunchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "launch", abstract: "Run a sweep across machines, as a profile of cluster/ says.",
    discussion: """
      With kind: local and ssh, and with coordinator: here, it stays and shows progress; Ctrl-C once: checkpoint and end. With Slurm's coordinator: job it submits and ends; \
      'igr watch DIR' shows the sweep. On a folder of the same sweep it resumes. cluster/README.md describes the profiles.
      \(ExitStatus.help)
      """)

  @Option(
    help: ArgumentHelp("The profile, as cluster/slurm.yaml.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var cluster: String

  @OptionGroup var sweep: SweepOptions

  @Option(help: "The results folder. Default: results/<sweep name>.")
  var results: String?

  @Flag(help: "Print what would be submitted or started, and do nothing.")
  var dryRun = false

  @Option(help: ArgumentHelp("Add this many workers to the sweep, which runs already.", valueName: "n"))
  var add: Int?

  @Option(help: "How coordinator and workers write their logs: text or json.")
  var logFormat = LogFormat.text

  @Flag(help: "End, as after Ctrl-C, when standard input ends.")
  var endWithParent = false

  @OptionGroup(title: "Times") var times: ExecutionTimes

  func validate() throws {
    if let add, !(1...100_000).contains(add) {
      throw ValidationError("--add must be between 1 and 100000, found \(add)")
    }
  }

  func run() throws {
    let profile = try ClusterProfile.parse(try text(of: cluster), path: cluster)
    let (definition, plan) = try sweep.plan()
    try plan.checkData()
    var options = ExecutionOptions()
    options.workers = nil
    options.connectThrough = nil
    options.endWithParent = endWithParent
    options.logFormat = logFormat
    options.times = times
    let request = LaunchRequest(
      profilePath: cluster, definition: definition, plan: plan, options: options,
      root: absolute(results ?? "results/\(plan.sweep.name)"), added: add)
    switch profile.place {
    case .local(let profile): try LocalLaunch(request: request, profile: profile).run(dryRun: dryRun)
    case .ssh(let profile): try SSHLaunch(request: request, profile: profile).run(dryRun: dryRun)
    case .slurm(let profile): try SlurmLaunch(request: request, profile: profile).run(dryRun: dryRun)
    }
  }

  private func text(of path: String) throws -> String {
    do {
      return try DurableFile.read(path)
    } catch {
      throw LaunchFailure.wrong("\(error); --cluster names a profile, as cluster/local.yaml")
    }
  }

  /// As it is called on other nodes too. The jobs of an earlier launch are known by this text, so a folder is not to have
  /// another one with the slash that a shell's completion leaves behind.
  private func absolute(_ path: String) -> String {
    let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}

/// What is to be launched, whatever the machines.
struct LaunchRequest {
  let profilePath: String
  let definition: SweepDefinition
  let plan: SweepPlan
  let options: ExecutionOptions
  /// The results folder, absolute.
  let root: String
  /// Workers for a sweep that runs; nil: the sweep is to begin or to go on.
  let added: Int?

  /// The folder to begin or to go on with.
  ///
  /// - Throws: `ProgramFailure` where somebody runs it already.
  func open() throws -> ResultsFolder {
    if let snapshot = liveSnapshot {
      throw LaunchFailure.wrong(
        "\(root): its coordinator runs already, process \(snapshot.coordinator.processID) on"
          + " \(snapshot.coordinator.host): add workers with --add N, or end it first")
    }
    let (folder, opening) = try opened()
    if case .resumed = opening { complain("\(root) is there already: resuming it") }
    guard FileManager.default.isWritableFile(atPath: root) else {
      throw LaunchFailure.environment("\(root): cannot be written to; choose another folder with --results")
    }
    return folder
  }

  private func opened() throws -> (folder: ResultsFolder, opening: ResultsFolder.Opening) {
    do {
      return try ResultsFolder.open(root: root, definition: definition, plan: plan)
    } catch let error as ResultStoreError where error.code == .disk || error.code == .missing {
      throw LaunchFailure.environment("\(error); choose another folder with --results")
    }
  }

  /// The status of the coordinator that works on the folder; nil where there is none.
  var liveSnapshot: StatusSnapshot? {
    let paths = RunPaths(root: root)
    guard FileManager.default.fileExists(atPath: paths.sweepFile),
      let standing = try? SweepStanding(of: paths), standing.phase == .running
    else { return nil }
    return standing.snapshot
  }

  /// The folder and coordinator of a sweep that gets more workers.
  ///
  /// - Throws: `ProgramFailure` where no coordinator works on it.
  func running() throws -> (paths: RunPaths, snapshot: StatusSnapshot) {
    guard let snapshot = liveSnapshot else {
      throw LaunchFailure.wrong(
        "\(root): no coordinator works on it, so there is nothing to add workers to: launch without --add")
    }
    return (RunPaths(root: root), snapshot)
  }

  /// Workers of this machine's making for a coordinator of somebody else's, until the sweep is over.
  func work(_ paths: RunPaths, for endpoint: String, with placement: WorkerPlacement) throws {
    var configuration = LocalRunConfiguration(
      paths: paths, workers: placement.workers, coordinatorCommand: { _ in [] }, worker: placement.worker,
      grace: .seconds(options.times.graceTime.grace),
      parentDescriptor: options.endWithParent ? STDIN_FILENO : nil)
    configuration.coordinator = endpoint
    configuration.areRemote = placement.areRemote
    configuration.names = placement.names
    complain("\(plan.sweep.name): \(placement.text) more for \(endpoint)")
    switch try LocalRun(configuration, onProgress: { _ in }, onLog: complain).run() {
    case .finished: complain("the added workers are done: igr status \(paths.root)")
    case .interrupted: throw ExitStatus.interrupted.asError
    case .failed(let code, let message):
      complain("igr: \(message)\nlogs: \(paths.logsFolder)")
      throw (ExitStatus(rawValue: code) ?? .environment).asError
    }
  }
}
