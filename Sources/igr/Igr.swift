import ArgumentParser
import Foundation
import ProgramExit
import Trials

/// The front door: `igr plan`, `run`, `resume`, `status`, `table`, `data`, `doctor`.
@main
struct Igr: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "igr",
    abstract: "Grid searches of discrete-latent VAEs: plan, run, resume, compare.",
    discussion: """
      \(ExitStatus.help)
      Not there yet: \(PlannedCommands.names.joined(separator: ", ")).
      """,
    version: "igr \(EngineVersion.program) (results of rule \(EngineVersion.result))",
    subcommands: [
      PlanCommand.self, RunCommand.self, ResumeCommand.self, StatusCommand.self, WatchCommand.self,
      PauseCommand.self, DrainCommand.self, CancelCommand.self, RetryCommand.self, PriorityCommand.self,
      TableCommand.self, CompareCommand.self, ShowCommand.self, ReportCommand.self, ExportCommand.self,
      DataCommand.self, DoctorCommand.self, ChaosCommand.self, KeysCommand.self,
    ])

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let name = arguments.first, PlannedCommands.names.contains(name) {
      complain("igr: 'igr \(name)' is not there yet; this version has \(PlannedCommands.built)")
      Foundation.exit(ExitStatus.wrongCommandOrFile.rawValue)
    }
    runProgram(Igr.self, arguments: arguments, classify: { ExitStatus(of: $0) })
  }
}

/// Commands of the specification that this version refuses by name.
enum PlannedCommands {
  static let names = [
    "launch"
  ]
  static var built: String {
    Igr.configuration.subcommands.compactMap { $0.configuration.commandName }.joined(separator: ", ")
  }
}
