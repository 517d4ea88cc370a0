import ArgumentParser
import ExportFormats
import Exporting
import ProgramExit
import Reporting
import ResultStore
import TableProgram
import Trials

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a folder's results for other tools, bit for bit.",
    discussion: """
      hdf5 and netcdf copy the trial files; csv and parquet are tables of trials, metrics per epoch, times and attempts; \
      tensorboard has one run per trial; safetensors and npz hold the arrays of one trial each. docs/export.md has the \
      details.
      \(ExitStatus.help)
      """)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  @Option(help: "One of \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: String

  @Option(
    name: .customLong("where"), parsing: .singleValue,
    help: ArgumentHelp(
      "Only trials with this value; given more than once, every name must hold.", valueName: "name=value"))
  var conditions: [String] = []

  @Option(
    name: .shortAndLong, help: "The folder to write (default: DIR/exports/FORMAT).", completion: .directory)
  var output: String?

  @Flag(help: "Replace an older export.")
  var force = false

  func run() throws {
    guard let format = ExportFormat(rawValue: format) else {
      let names = ExportFormat.allCases.map(\.rawValue)
      let nearest = nearestName(to: format, among: names).map { "; did you mean '\($0)'?" } ?? ""
      throw ProgramFailure(
        .wrongCommandOrFile,
        "--format \(format): there is no such format\(nearest) There are \(names.joined(separator: ", ")).")
    }
    let filter = try TrialFilter(conditions)
    let paths = RunPaths(root: folder)
    let results = try SweepResults.read(paths)
    let export = try SweepExport(results, from: paths, where: filter)
    let outcome: SweepExport.Outcome
    do {
      outcome = try export.write(format, to: output, mayReplace: force)
    } catch let error as ResultStoreError where error.code == .disk && output == nil {
      throw ProgramFailure(ExitStatus(of: error), "\(error); to write it elsewhere: -o FOLDER")
    }
    tell(outcome, leftOut: results.unplanned)
    if !outcome.unreadable.isEmpty || outcome.withoutResult[.failed] != nil {
      throw ExitStatus.someTrialsFailed.asError
    }
  }

  private func tell(_ outcome: SweepExport.Outcome, leftOut: [SweepResults.LeftOutFile]) {
    for line in SweepResults.LeftOutFile.lines(of: outcome.unreadable + leftOut) { complain(line) }
    let others = TrialState.allCases.compactMap { state in
      outcome.withoutResult[state].map { "\($0) \(state.rawValue)" }
    }
    let count = outcome.exported.count
    complain(
      "\(count) trial\(count == 1 ? "" : "s") exported, \(outcome.fileCount) files"
        + (others.isEmpty ? "" : "; without a result: \(others.joined(separator: ", "))"))
    print(outcome.folder)
  }
}
