import ArgumentParser
import ProgramExit
import Reporting
import ResultStore

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two results folders, trial by trial, bit for bit.",
    discussion: """
      Trials are matched by their id, and where only data, threads or the engine's rules differ, by their configuration. \
      Of every file the digest of its numbers is computed anew, so that equal means equal numbers; times, hosts and \
      attempts are not compared.
      Ends with 0 when both folders hold the same trials with the same numbers, with 1 when anything differs.
      \(ExitStatus.help)
      """)

  @Argument(help: "A results folder.", completion: .directory)
  var first: String

  @Argument(help: "Another results folder.", completion: .directory)
  var second: String

  @Flag(help: "Print JSON, with every difference.")
  var json = false

  func run() throws {
    let comparison = try SweepComparison(RunPaths(root: first), RunPaths(root: second))
    print(json ? comparison.json : comparison.text(), terminator: "")
    if !comparison.areEqual { throw ExitStatus.someTrialsFailed.asError }
  }
}
