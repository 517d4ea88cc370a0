import ProgramExit

/// Why nothing was launched.
enum LaunchFailure {
  static func wrong(_ message: String) -> ProgramFailure { ProgramFailure(.wrongCommandOrFile, message) }
  static func environment(_ message: String) -> ProgramFailure { ProgramFailure(.environment, message) }
}
