import Aggregation
import ArgumentParser
import ProgramExit
import Reporting
import ResultStore

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Print a results folder's comparison table, finished or not.",
    discussion:
      "Writes Markdown, CSV and LaTeX to the folder's tables/. `igr-aggregate` has more options.\n\(ExitStatus.help)"
  )

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  func run() throws {
    let folder = try ResultsFolder.reopen(root: folder)
    try ComparisonOutput(paths: folder.paths).printTable()
  }
}

/// The comparison table on standard output and in the folder's tables.
struct ComparisonOutput {
  let paths: RunPaths

  func printTable() throws {
    let results = try SweepResults.read(paths)
    for file in results.unreadable + results.unplanned { complain("left out: \(file)") }
    let report = try results.report()
    print(report.plainText, terminator: report.plainText.hasSuffix("\n") ? "" : "\n")
    let written = try report.write(to: paths)
    complain("Tables: \(written.joined(separator: ", "))")
  }
}
