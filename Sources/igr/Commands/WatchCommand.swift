import ArgumentParser
import Foundation
import ProgramExit
import Reporting
import ResultStore
import TableProgram

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show a sweep's status until it ends: in place on a terminal, else a line per change.",
    discussion: ExitStatus.help)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  private static let interval = 0.5

  func run() throws {
    let paths = try ResultsFolder.find(root: folder)
    var screen = StatusScreen(isTerminal: isatty(STDOUT_FILENO) == 1)
    while true {
      let standing = try SweepStanding(of: paths)
      screen.show(standing)
      switch standing.phase {
      case .running, .unknown: Thread.sleep(forTimeInterval: Self.interval)
      case .interrupted: throw ExitStatus.interrupted.asError
      case .finished:
        let isWhole = (standing.counts[.failed] ?? 0) + (standing.counts[.cancelled] ?? 0) == 0
        if !isWhole { throw ExitStatus.someTrialsFailed.asError }
        return
      }
    }
  }
}

/// What `igr watch` writes to standard output.
struct StatusScreen {
  let isTerminal: Bool
  private var region = TerminalRegion()
  private var lastLine = ""

  init(isTerminal: Bool) { self.isTerminal = isTerminal }

  mutating func show(_ standing: SweepStanding) {
    let text = isTerminal ? redrawn(standing.text) : standing.line == lastLine ? "" : standing.line + "\n"
    lastLine = standing.line
    if !text.isEmpty { FileHandle.standardOutput.write(Data(text.utf8)) }
  }

  private mutating func redrawn(_ text: String) -> String {
    // Asked anew each time: windows change their size.
    let terminal = Terminal()
    return region.redrawn(text, columns: terminal.width ?? 80, rows: terminal.height ?? 24)
  }
}
