import ArgumentParser
import Datasets
import Glibc
import Keys
import Launching
import ProgramExit
import ResultStore
import Scheduling
import SweepRuntime
import Tensors
import Timings
import Trials
import ZeroMQ

/// The command line of the agent.
struct AgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "igr-worker",
    abstract: "Lease trials from a coordinator and train each in a child process.",
    discussion: """
      SIGTERM or one Ctrl-C: the children write checkpoints, the leases go back, exit 0. A second Ctrl-C stops at once.

      Exit codes:
        0  the sweep is over, or the worker was asked to end and gave its leases back
        2  the command was wrong, or the coordinator refused this worker
        3  interrupted, or the coordinator was silent for too long; trials continue from their checkpoints
        4  the environment: folder, library, sockets
      """,
    version: EngineDescription.text)

  @Option(help: ArgumentHelp("The coordinator, for example tcp://127.0.0.1:5555.", valueName: "endpoint"))
  var connect: String?

  @Option(
    help: ArgumentHelp(
      "A folder in which the coordinator says where it is, as 'igr launch' has it: a coordinator that moves is followed.",
      valueName: "folder"), completion: .directory)
  var connectFolder: String?

  @Option(
    help: ArgumentHelp(
      "The coordinator's results folder, on a disk that both share: files are written there. Without it they are sent.",
      valueName: "folder"), completion: .directory)
  var sharedResults: String?

  @Option(
    help: ArgumentHelp(
      "Where this worker makes a folder of its own, unless results are shared; removed at its end. Default: igr-worker in"
        + " $TMPDIR, else ~/.cache/igr/worker.", valueName: "folder"), completion: .directory)
  var scratch: String?

  @Option(help: "Trials at a time.")
  var slots = 1

  @Option(
    help: ArgumentHelp(
      "The folder with this worker's key and the coordinator's public one (see 'igr keys --help').",
      valueName: "folder"), completion: .directory)
  var keys: String?

  @Option(
    help: ArgumentHelp("The name of this worker's key, where the folder holds several.", valueName: "name"))
  var key: String?

  @Flag(
    help: "Read the keys from standard input, up to an empty line: nothing of them is left on this machine.")
  var keysFromInput = false

  @Option(
    help: ArgumentHelp("Keep to these cores, as in 0,1: the worker and its trials.", valueName: "list"))
  var cores: String?

  @Flag(help: "Talk without keys to a coordinator of this machine.")
  var insecureLoopback = false

  @Flag(help: "End, as after SIGTERM, when standard input ends.")
  var endWithParent = false

  @Option(
    help: "How long to go on training without a word of the coordinator, in seconds. By default it says.")
  var patience: Double?

  @Option(help: "How the log on standard error is written: text or json.")
  var logFormat = LogFormat.text

  @OptionGroup(title: "Times")
  var graceTime: GraceTime

  @OptionGroup(title: "Times")
  var hangLimits: HangLimits

  /// Runs with the process's arguments and ends the process.
  static func runProgram() -> Never {
    ProgramExit.runProgram(Self.self, classify: { $0 is KeyError ? .wrongCommandOrFile : .environment })
  }

  func validate() throws {
    guard slots > 0 else { throw ValidationError("--slots must be at least 1, found \(slots)") }
    if let patience, !(patience > 0 && patience < 1e9) {
      throw ValidationError("--patience must be a number of seconds above 0, found \(patience)")
    }
    if let cores, CoreShares.parse(cores) == nil {
      throw ValidationError("--cores needs numbers of cores with commas, as in 0,1; found '\(cores)'")
    }
    if keys != nil || keysFromInput, insecureLoopback {
      throw ValidationError("--keys and --insecure-loopback exclude each other")
    }
    if keys != nil, keysFromInput {
      throw ValidationError("--keys and --keys-from-input exclude each other")
    }
    if sharedResults != nil, scratch != nil {
      throw ValidationError("--shared-results and --scratch exclude each other")
    }
    guard (connect == nil) != (connectFolder == nil) else {
      throw ValidationError(
        "give --connect ENDPOINT, or --connect-folder DIR where 'igr launch' has made one")
    }
    if let key, keys == nil || KeyName(key) == nil {
      throw ValidationError("--key \(key): names a key of the folder --keys, in letters, digits, - and _")
    }
    guard let connect else {
      guard keys != nil || keysFromInput else {
        throw ValidationError("--connect-folder needs keys: give --keys DIR (see 'igr keys --help')")
      }
      return
    }
    guard let endpoint = Endpoint(connect) else {
      throw ValidationError("--connect needs tcp://HOST:PORT, found '\(connect)'")
    }
    guard keys != nil || keysFromInput || endpoint.isLoopback else {
      throw ValidationError(
        "--connect \(connect): talking to another machine needs keys: give --keys DIR with the keys that 'igr keys' made"
          + " for the coordinator")
    }
    guard keys != nil || keysFromInput || insecureLoopback else {
      throw ValidationError(
        "--connect \(connect): give --keys DIR (see 'igr keys --help'), or add --insecure-loopback to talk without keys"
          + " on this machine")
    }
  }

  func run() throws {
    guard let coordinator else { return }
    if let cores = cores.flatMap(CoreShares.parse), let reason = ProcessorAffinity.keep(to: cores) {
      throw ProgramFailure(.environment, "--cores: \(reason)")
    }
    guard let program = pathOfThisProgram() else {
      throw ProgramFailure(
        .environment, "/proc/self/exe cannot be read; the worker starts its children from there")
    }
    let security = try security()
    let worker = WorkerID.random()
    let paths = try workplace(worker)
    defer { if sharedResults == nil { paths.removeScratch() } }
    let configuration = WorkerConfiguration(
      coordinator: coordinator, resultsFolder: paths.root,
      limits: WorkerState.Limits(
        slots: slots, patience: patience.map { .seconds($0) }, grace: .seconds(graceTime.grace),
        hangFloor: .seconds(hangLimits.hangFloor)),
      lifeLine: endWithParent ? STDIN_FILENO : nil, work: .childProcess([program, "run-one"]),
      machine: MachineDescription.current(blas: EngineDescription.blas), security: security, worker: worker,
      sharesResults: sharedResults != nil, datasets: LocalDatasets(), logFormat: logFormat)
    switch try WorkerService(configuration).run() {
    case .done: return
    case .interrupted: throw ExitStatus.interrupted.asError
    case .refused(let reason):
      throw ProgramFailure(.wrongCommandOrFile, "the coordinator refused this worker: \(reason)")
    }
  }
}

extension AgentCommand {
  /// The folder to work in.
  fileprivate func workplace(_ worker: WorkerID) throws -> RunPaths {
    if let sharedResults {
      let paths = RunPaths(root: sharedResults)
      for folder in [paths.incomingFolder, paths.checkpointsFolder] where access(folder, W_OK | X_OK) != 0 {
        throw ProgramFailure(
          .environment,
          "\(folder): \(String(cString: strerror(errno))); --shared-results must name a results folder that this user"
            + " may write to")
      }
      return paths
    }
    do {
      return try RunPaths.makeScratch(in: scratch ?? Self.standardScratch, for: worker)
    } catch {
      throw ProgramFailure(.environment, "\(error); choose another folder with --scratch")
    }
  }

  private static var standardScratch: String {
    if let folder = getenv("TMPDIR"), folder.pointee != 0 { return String(cString: folder) + "/igr-worker" }
    return DataFolder.ofUser.path + "/worker"
  }

  /// Nil for what `validate` refuses.
  fileprivate var coordinator: CoordinatorPlace? {
    if let connect { return Endpoint(connect).map { .fixed($0) } }
    guard let connectFolder else { return nil }
    return .found { AddressFolder(path: connectFolder).newest() }
  }

  fileprivate func security() throws(KeyError) -> Socket.Security {
    if keysFromInput {
      let keys = try HandedKeys.read(STDIN_FILENO)
      return .client(keys.worker, server: keys.server)
    }
    guard let keys else { return .none }
    let folder = KeyFolder(path: keys)
    return .client(
      try folder.workerPair(key.flatMap(KeyName.init)), server: try folder.publicKey(.server))
  }
}

extension LogFormat: ExpressibleByArgument {}
