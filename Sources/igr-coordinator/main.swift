import ArgumentParser
import Glibc

/// One line, or a few, for a person.
func tell(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

let command: any ParsableCommand
do {
  command = try CoordinatorCommand.parseAsRoot()
} catch {
  // Help and version are no mistakes; ArgumentParser's own code for the rest is another than ours.
  if CoordinatorCommand.exitCode(for: error).isSuccess { CoordinatorCommand.exit(withError: error) }
  tell(CoordinatorCommand.fullMessage(for: error))
  exit(Failure.Kind.wrong.rawValue)
}
do {
  var command = command
  try command.run()
} catch let code as ExitCode {
  exit(code.rawValue)
} catch {
  let failure = Failure(error)
  tell("igr-coordinator: \(failure)")
  exit(failure.kind.rawValue)
}
