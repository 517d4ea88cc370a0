import ArgumentParser
import Foundation
import ProgramExit
import ResultStore
import Trials

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how a sweep stands: running, finished, interrupted, or a copied folder.",
    discussion: ExitStatus.help)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let standing = try SweepStanding(of: ResultsFolder.find(root: folder))
    print(json ? standing.json : standing.text)
  }
}
