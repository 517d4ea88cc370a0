import ArgumentParser
import ProgramExit
import TableProgram

/// The command line of `igr-aggregate`.
@main
struct Aggregate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "igr-aggregate",
    abstract: "Make the comparison tables, figures and summary of a results folder, finished or not.",
    discussion: "\(TableArguments.discussion)\n\(ExitStatus.help)")

  @OptionGroup var arguments: TableArguments

  func run() throws { try arguments.run() }

  static func main() { runProgram(Aggregate.self, classify: { ExitStatus(ofResults: $0) }) }
}
