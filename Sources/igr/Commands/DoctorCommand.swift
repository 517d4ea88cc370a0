import ArgumentParser
import Diagnosis
import ProgramExit

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check libraries, data, folder rights and limits, and say what to do.",
    discussion: "Ends with 4 when a check failed.\n\(ExitStatus.help)")

  @Option(help: "The folder for results.")
  var results = "results"

  func run() throws {
    let checks = Diagnosis.examine(results: results)
    for check in checks { print(check.text) }
    if checks.contains(where: { $0.status == .failure }) { throw ExitStatus.environment.asError }
  }
}
