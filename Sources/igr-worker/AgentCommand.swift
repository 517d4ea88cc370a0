import ArgumentParser
import Glibc
import ResultStore
import Scheduling
import SweepRuntime
import Tensors
import Timings
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
  var connect: String

  @Option(
    help: ArgumentHelp("The results folder, on a disk shared with the coordinator.", valueName: "folder"))
  var sharedResults: String?

  @Option(help: "Trials at a time.")
  var slots = 1

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

  /// Parses the process's arguments, runs, and ends the process.
  static func run() -> Never {
    do {
      let command = try parse()
      Glibc.exit(command.work())
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success {
        print(text)
        Glibc.exit(0)
      }
      complain(text)
      Glibc.exit(2)
    }
  }

  func validate() throws {
    guard slots > 0 else { throw ValidationError("--slots must be at least 1, found \(slots)") }
    if let patience, !(patience > 0 && patience < 1e9) {
      throw ValidationError("--patience must be a number of seconds above 0, found \(patience)")
    }
    guard let endpoint = Endpoint(connect) else {
      throw ValidationError("--connect needs tcp://HOST:PORT, found '\(connect)'")
    }
    guard endpoint.isLoopback else {
      throw ValidationError(
        "--connect \(connect): workers on other machines need keys (CURVE), which are not there yet; use a loopback"
          + " endpoint")
    }
    guard insecureLoopback else {
      throw ValidationError(
        "--connect \(connect): keys (CURVE) are not there yet; add --insecure-loopback to talk without them on this"
          + " machine")
    }
    guard sharedResults != nil else {
      throw ValidationError(
        "shipping results without a shared disk is not there yet; name the results folder with --shared-results"
      )
    }
  }

  /// - Returns: the exit code.
  private func work() -> Int32 {
    guard let endpoint = Endpoint(connect), let sharedResults else { return 2 }
    let paths = RunPaths(root: sharedResults)
    for folder in [paths.incomingFolder, paths.checkpointsFolder] where access(folder, W_OK | X_OK) != 0 {
      complain(
        "\(folder): \(String(cString: strerror(errno))); --shared-results must name a results folder that this user"
          + " may write to")
      return 4
    }
    guard let program = pathOfThisProgram() else {
      complain("/proc/self/exe cannot be read; the worker starts its children from there")
      return 4
    }
    let configuration = WorkerConfiguration(
      coordinator: endpoint, resultsFolder: sharedResults,
      limits: WorkerState.Limits(
        slots: slots, patience: patience.map { .seconds($0) }, grace: .seconds(graceTime.grace),
        hangFloor: .seconds(hangLimits.hangFloor)),
      lifeLine: endWithParent ? STDIN_FILENO : nil, work: .childProcess([program, "run-one"]),
      machine: MachineDescription.current(blas: EngineDescription.blas), logFormat: logFormat)
    do {
      switch try WorkerService(configuration).run() {
      case .done: return 0
      case .interrupted: return 3
      case .refused(let reason):
        complain("the coordinator refused this worker: \(reason)")
        return 2
      }
    } catch {
      complain("\(error)")
      return 4
    }
  }
}

/// Tells a person, on standard error.
private func complain(_ text: String) {
  let line = Array("igr-worker: \(text)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

extension LogFormat: ExpressibleByArgument {}
