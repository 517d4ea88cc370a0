import ArgumentParser
import ProgramExit
import Trials

/// The front door: `igr plan`, `run`, `launch`, `resume`, `status`, `table` and the others.
@main
struct Igr: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "igr",
    abstract: "Grid searches of discrete-latent VAEs: plan, run, resume, compare.",
    discussion: """
      \(ExitStatus.help)
      """,
    version: "igr \(EngineVersion.program) (results of rule \(EngineVersion.result))",
    subcommands: [
      PlanCommand.self, RunCommand.self, ResumeCommand.self, LaunchCommand.self, StatusCommand.self,
      WatchCommand.self,
      PauseCommand.self, DrainCommand.self, CancelCommand.self, RetryCommand.self, PriorityCommand.self,
      TableCommand.self, CompareCommand.self, ShowCommand.self, ReportCommand.self, ExportCommand.self,
      DataCommand.self, DoctorCommand.self, ChaosCommand.self, KeysCommand.self,
    ])

  static func main() {
    runProgram(Igr.self, classify: { ExitStatus(of: $0) })
  }
}
