import ArgumentParser
import Foundation
import HTMLReport
import ProgramExit
import Reporting
import ResultStore
import TableProgram

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a folder's results as one HTML page, finished or not.",
    discussion: """
      Tables, figures, reconstructions, failures, environment and how to repeat it, in one file that needs no network and \
      no script. docs/report.md has the details.
      \(ExitStatus.help)
      """)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  @Option(
    name: .shortAndLong, help: "The file to write (default: DIR/report.html); '-' for standard output.",
    completion: .file(extensions: ["html"]))
  var output: String?

  func run() throws {
    let paths = RunPaths(root: folder)
    let results = try SweepResults.read(paths)
    let page = try SweepPage(results, from: paths, writtenUnixSeconds: Date().timeIntervalSince1970)
    for line in SweepResults.LeftOutFile.lines(of: results.unreadable + results.unplanned) { complain(line) }
    if output == "-" {
      print(page.html, terminator: "")
    } else {
      let path = output ?? paths.reportPage
      do throws(ResultStoreError) {
        try DurableFile.replace(path, with: page.html)
      } catch {
        guard output == nil else { throw error }
        throw ProgramFailure(ExitStatus(of: error), "\(error); to write it elsewhere: -o FILE.html")
      }
      print(path)
    }
    if !results.unreadable.isEmpty || results.summaries.contains(where: { $0.state == .failed }) {
      throw ExitStatus.someTrialsFailed.asError
    }
  }
}
