import ArgumentParser
import Datasets
import Glibc
import Keys
import Ledger
import Planning
import ProgramExit
import ResultStore
import Scheduling
import SweepFiles
import SweepRuntime
import Timings
import Trials
import ZeroMQ

/// The command line of `igr-coordinator`.
@main
struct CoordinatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "igr-coordinator",
    abstract: "Owns one sweep: hands its trials to workers and publishes their results.",
    discussion: ExitStatus.help,
    version: EngineVersion.program)

  @Argument(help: "The sweep file.")
  var file: String

  @Option(help: "Where workers connect: tcp://127.0.0.1:* takes a free port, or the one of the run before.")
  var bind: String

  @Option(help: "The results folder; made when it is not there.")
  var results: String

  @Option(
    help: ArgumentHelp(
      "The host by which workers reach this machine, where --bind takes every address of it (tcp://*:*).",
      valueName: "host"))
  var advertise: String?

  @Option(name: .customLong("set"), help: "Overrides a value of the sweep file, as in temp=0.5. Repeatable.")
  var overrides: [String] = []

  @Option(
    help: ArgumentHelp(
      "The folder with the coordinator's key and the list of keys that may connect (see 'igr keys --help').",
      valueName: "folder"), completion: .directory)
  var keys: String?

  @Flag(help: "Allow a loopback endpoint without keys: every user of this machine can reach it.")
  var insecureLoopback = false

  @Flag(help: "Give failed trials a new budget.")
  var retryFailed = false

  @Flag(help: "End in good order when standard input ends.")
  var endWithParent = false

  @Option(help: "Bytes of a file that travel in one message to or from a worker without a shared folder.")
  var pieceBytes = 1 << 20

  @Option(help: "A file to write the endpoint to, by rename, once it is bound.")
  var endpointFile: String?

  @Option(help: "How the log on standard error is written: text or json.")
  var logFormat = LogFormat.text

  @OptionGroup(title: "Times")
  var times: LeaseTimes

  @OptionGroup(title: "Times")
  var graceTime: GraceTime

  static func main() { runProgram(CoordinatorCommand.self, classify: { ExitStatus(of: $0) }) }

  func run() throws {
    OpenFileLimit.raise()
    guard let endpoint = Endpoint(bind) else {
      throw ProgramFailure(
        .wrongCommandOrFile, "--bind: '\(bind)' is no endpoint; use tcp://127.0.0.1:* or tcp://127.0.0.1:5555"
      )
    }
    if let advertise, endpoint.withHost(advertise) == nil {
      throw ProgramFailure(
        .wrongCommandOrFile, "--advertise: '\(advertise)' is no host; give a name, an IPv4 address, or [IPv6]"
      )
    }
    guard (4096...1 << 20).contains(pieceBytes) else {
      throw ProgramFailure(
        .wrongCommandOrFile, "--piece-bytes must be between 4096 and 1048576, found \(pieceBytes)")
    }
    if keys != nil, insecureLoopback {
      throw ProgramFailure(.wrongCommandOrFile, "--keys and --insecure-loopback exclude each other")
    }
    try CoordinatorService.checkBinding(
      endpoint, allowsInsecureLoopback: insecureLoopback, hasKeys: keys != nil)
    try finishChange()
    let keys = keys.map(KeyFolder.init)
    // Wrong keys are told before anything is made.
    _ = try keys?.pair(.server)
    _ = try keys?.accessList()
    let preview = LedgerPreview(of: LedgerPlaces(RunPaths(root: results)))
    defer { preview.end() }
    let definition = try SweepDefinition.open(path: file, overrides: overrides)
    let plan = try definition.planWithData()
    StartingMemory.giveBack()
    let paths = try folder(of: definition)
    try goOn(with: definition, in: paths)
    let ledger = try SweepLedger(
      claiming: LedgerPlaces(paths), as: .current, sweep: definition.name, sweepDigest: plan.digest,
      minimumEpoch: formerEpoch(paths) + 1, preview: preview)
    StartingMemory.giveBack()
    let configuration = CoordinatorConfiguration(
      paths: paths, bind: endpoint, formerEndpoint: ledger.formerEndpoint.flatMap(Endpoint.init),
      allowsInsecureLoopback: insecureLoopback, keys: keys, endpointFile: endpointFile,
      parentDescriptor: endWithParent ? STDIN_FILENO : nil, handlesSignals: true,
      limits: CoordinatorState.Limits(lease: .seconds(times.lease)), pieceBytes: pieceBytes,
      datasets: LocalDatasetFiles(), advertisedHost: advertise, heartbeat: .seconds(times.heartbeat),
      patience: .seconds(times.patience), drain: .seconds(graceTime.grace + Self.drainBeyondGrace),
      logFormat: logFormat)
    let service = try CoordinatorService(
      configuration, sweep: plan.sweep, ledger: ledger, epoch: ledger.epoch, past: ledger.past,
      retryFailed: retryFailed, label: { plan.label(of: $0) })
    ledger.forgetPast()
    switch try service.run() {
    case .completed: return
    case .unfinished: throw ExitStatus.someTrialsFailed.asError
    case .interrupted, .superseded: throw ExitStatus.interrupted.asError
    }
  }

  /// For the words after the last checkpoint.
  private static let drainBeyondGrace = 2.0

  /// The results folder, made when it is not there, refused when it is another sweep's or none.
  private func folder(of definition: SweepDefinition) throws -> RunPaths {
    let paths = RunPaths(root: results)
    guard access(paths.root, F_OK) == 0 else {
      return try RunPaths.create(root: paths.root, source: definition.source)
    }
    guard paths.isResultsFolder else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "\(paths.root): exists and is no results folder (no \(paths.sweepFile)); choose another")
    }
    // The same file, as it mostly is, holds the same sweep.
    if (try? paths.readSource()) != definition.source, let there = try? SweepDefinition.open(paths),
      there.name != definition.name
    {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "\(paths.root): holds the sweep '\(there.name)', not '\(definition.name)'; choose another results folder"
      )
    }
    return paths
  }

  /// A change of the folder's sweep file that was cut short counts: the file to read may be the folder's own.
  private func finishChange() throws(ResultStoreError) {
    let paths = RunPaths(root: results)
    guard paths.hasUnfinishedChange else { return }
    try paths.withoutCoordinator { () throws(ResultStoreError) in try paths.finishReplacingSource() }
  }

  /// Another version of the folder's sweep file takes its place.
  private func goOn(with definition: SweepDefinition, in paths: RunPaths) throws(ResultStoreError) {
    try paths.makeMissingFolders()
    guard try paths.readSource() != definition.source else { return }
    complain(
      "igr-coordinator: \(paths.root) was begun with another version of the sweep file, which is replaced")
    try paths.withoutCoordinator { () throws(ResultStoreError) in
      try paths.replaceSource(with: definition.source)
    }
  }

  /// The last life that the folder's status tells of: a folder that has lost its ledgers must not give the tokens of
  /// earlier lives again.
  private func formerEpoch(_ paths: RunPaths) -> UInt32 {
    (try? StatusSnapshot.read(paths.statusFile))?.coordinator.epoch ?? 0
  }
}

extension LogFormat: ExpressibleByArgument {}
