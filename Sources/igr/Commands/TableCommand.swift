import Aggregation
import ArgumentParser
import Datasets
import Glibc
import ProgramExit
import Reporting
import ResultStore

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Print a results folder's comparison table, finished or not.",
    discussion:
      "Writes Markdown, CSV and LaTeX to the folder's tables/ and figures to tables/figures/. `igr-aggregate` has more"
      + " options.\n\(ExitStatus.help)"
  )

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  func run() throws {
    let folder = try ResultsFolder.reopen(root: folder)
    let isWhole = try ComparisonOutput(paths: folder.paths).printTable()
    if !isWhole { throw ExitStatus.someTrialsFailed.asError }
  }
}

/// The comparison table on standard output and in the folder's tables, and the figures beside it.
struct ComparisonOutput {
  let paths: RunPaths

  /// - Returns: whether no trial failed and every file could be read.
  @discardableResult
  func printTable() throws -> Bool {
    var digests = DatasetDigests(mayDecode: false)
    let results = try SweepResults.read(paths, knownDigest: { try? digests.digest(of: $0) })
    for file in results.unreadable + results.unplanned { complain("left out: \(file)") }
    for line in results.fitLines { complain(line) }
    let report = try results.report()
    print(report.plainText, terminator: report.plainText.hasSuffix("\n") ? "" : "\n")
    // Standard error is not buffered: its lines must not cut the table in two where both go to one place.
    fflush(nil)
    let written = try report.write(to: paths)
    complain("Tables: \(written.joined(separator: ", "))")
    let figures = try results.writeFigures(to: paths)
    if !figures.isEmpty { complain("Figures: \(figures.joined(separator: ", "))") }
    return results.unreadable.isEmpty && !(results.summaries + results.fits).contains { $0.state == .failed }
  }
}
