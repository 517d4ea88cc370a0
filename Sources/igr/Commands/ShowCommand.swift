import ArgumentParser
import Figures
import Foundation
import Ledger
import Pictures
import ProgramExit
import Reporting
import ResultStore
import Scheduling
import TableProgram
import Trials

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one trial: configuration, numbers, learning curves, attempts, warnings, log.",
    discussion: """
      Works for trials that are finished, failed, running or waiting.
      \(ExitStatus.help)
      """)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  @Argument(help: "The trial's id, or as many of its first digits as name it alone.")
  var trial: String

  @Option(
    help: ArgumentHelp(
      "Write originals, each above its reconstruction, to a PNG file.", valueName: "file.png"),
    completion: .file(extensions: ["png"]))
  var images: String?

  func run() throws {
    let paths = RunPaths(root: folder)
    let results = try SweepResults.read(paths)
    let ledger = readLedger(paths)
    let id: TrialID
    do throws(TrialLookup.Fault) {
      let named = (results.summaries + results.fits).map(\.trial.id) + results.files.rows.map(\.id)
      id = try TrialLookup(among: Array(Set(named))).find(trial)
    } catch {
      throw ProgramFailure(.wrongCommandOrFile, "\(paths.root): \(error)")
    }
    let summary =
      (results.summaries + results.fits).first { $0.trial.id == id }
      ?? results.files.rows.first { $0.id == id }?.summary
    guard let summary else {
      throw ProgramFailure(.wrongCommandOrFile, "\(paths.root): there is no trial \(id)")
    }
    let page = TrialPage.read(
      summary.trial, in: paths, state: summary.state,
      attempts: ledger?.attempts[id] ?? [])
    if let images {
      guard summary.state.isFinal, FileManager.default.fileExists(atPath: paths.trialFile(id)) else {
        throw ProgramFailure(
          .wrongCommandOrFile, "trial \(id) is \(summary.state.rawValue) and has no result, so no images")
      }
      try writeImages(of: id, in: paths, to: images)
    }
    let terminal = Terminal()
    print(
      page.text(width: terminal.width ?? 80, style: terminal.showsUnicode ? .braille : .ascii), terminator: ""
    )
  }

  /// What the ledger says, which a running coordinator may be ahead of.
  private func readLedger(_ paths: RunPaths) -> LedgerContent? {
    do throws(LedgerError) {
      return try SweepLedger.look(at: LedgerPlaces(paths))
    } catch {
      complain("warning: \(error); attempts of unfinished trials are not known")
      return nil
    }
  }

  private func writeImages(of id: TrialID, in paths: RunPaths, to path: String) throws {
    let tensors = try TrialFile.readTensors(paths.trialFile(id), in: "images")
    guard let picture = ImageSheet.picture(tensors) else {
      throw ProgramFailure(
        .wrongCommandOrFile, "\(paths.trialFile(id)): holds no originals with reconstructions to show")
    }
    try DurableFile.replace(path, with: picture.encoded)
    complain("Images: \(path)")
  }
}
