import ArgumentParser
import Glibc

/// One line, or a few, for a person.
func tell(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

do {
  var command = try CoordinatorCommand.parseAsRoot()
  do {
    try command.run()
  } catch let failure where !(failure is ExitCode || CoordinatorCommand.exitCode(for: failure).isSuccess) {
    throw Failure(failure)
  }
} catch let code as ExitCode {
  exit(code.rawValue)
} catch let failure as Failure {
  tell("igr-coordinator: \(failure)")
  exit(failure.kind.rawValue)
} catch {
  // Help and version are no mistakes; for the rest ArgumentParser's own code is another than ours.
  if CoordinatorCommand.exitCode(for: error).isSuccess { CoordinatorCommand.exit(withError: error) }
  tell(CoordinatorCommand.fullMessage(for: error))
  exit(Failure.Kind.wrong.rawValue)
}
