import ArgumentParser
import ProgramExit
import TableProgram

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Make a results folder's comparison table, finished or not.",
    discussion: "\(TableArguments.discussion)\n\(ExitStatus.help)")

  @OptionGroup var arguments: TableArguments

  func run() throws { try arguments.run() }
}
