import ArgumentParser
import Glibc

/// What the end of a program means to scripts. Every program's help lists these.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  case done = 0
  case someTrialsFailed = 1
  /// The command or a file it names was wrong.
  case wrongCommandOrFile = 2
  /// Interrupted; `igr resume` goes on.
  case interrupted = 3
  /// Disk, library, port, data.
  case environment = 4

  /// The lines for a help text.
  public static let help = """
    Exit codes: 0 done, 1 some trials failed, 2 the command or a file was wrong, 3 interrupted and resumable, \
    4 environment (disk, library, port, data).
    """

  /// Ends a command's `run` with this status.
  public var asError: ExitCode { ExitCode(rawValue) }
}

/// An error that a person is told: what happened, to which file or trial, and what to do; and how the program ends.
public struct ProgramFailure: Error, Sendable, CustomStringConvertible {
  public let status: ExitStatus
  public let message: String

  public init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  public var description: String { message }
}

/// Runs a program: the only place where an error becomes text and an exit code. Does not return.
///
/// - Parameters:
///   - root: the program's command.
///   - arguments: without the program's name; nil takes the process's.
///   - classify: the status of errors that are neither `ProgramFailure` nor the parser's own.
public func runProgram<Root: ParsableCommand>(
  _ root: Root.Type, arguments: [String]? = nil, classify: (any Error) -> ExitStatus
) -> Never {
  // A pipe that its reader closed (`igr status | head`) ends a write with an error, not the process.
  signal(SIGPIPE, SIG_IGN)
  do {
    var command = try Root.parseAsRoot(arguments)
    try command.run()
    exit(ExitStatus.done.rawValue)
  } catch let failure as ProgramFailure {
    complain("\(Root._commandName): \(failure.message)")
    exit(failure.status.rawValue)
  } catch let code as ExitCode {
    exit(code.rawValue)
  } catch {
    let text = Root.fullMessage(for: error)
    switch Root.exitCode(for: error) {
    case .success:
      print(text)
      exit(ExitStatus.done.rawValue)
    case .validationFailure:
      complain(text)
      exit(ExitStatus.wrongCommandOrFile.rawValue)
    default:
      complain("\(Root._commandName): \(error)")
      exit(classify(error).rawValue)
    }
  }
}

/// Writes a line for a person to standard error.
public func complain(_ text: String) {
  var rest = Array((text + "\n").utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    // Nobody is left who could be told that nobody listens.
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}
