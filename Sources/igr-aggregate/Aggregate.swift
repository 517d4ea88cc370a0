import Aggregation
import ArgumentParser
import Datasets
import Glibc
import Reporting
import ResultStore
import SweepFiles

/// The command line of `igr-aggregate`.
struct Aggregate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "igr-aggregate",
    abstract: "Make the comparison tables and figures of a results folder, finished or not.",
    discussion: """
      Writes tables/comparison.md, .csv and .tex in the folder and prints the table; the figures of the experiment go \
      to tables/figures, whatever the options. Cells are means over the \
      completed trials with their 95 % interval; what is missing or failed is counted in sight.

      Exit codes: 0 done; 1 done, but some trials failed or some files could not be read; 2 the command, the folder \
      or its sweep file was wrong; 4 the environment (disk, library).
      """)

  @Argument(help: ArgumentHelp("A results folder.", valueName: "dir"))
  var folder: String

  @Option(help: "Hyperparameters that make the rows, separated by commas. (default: model_type)")
  var rows: String?

  @Option(
    help: """
      Metrics side by side, separated by commas. (default: for experiment vae test_log_likelihood,test_elbo,\
      test_elbo_discrete_kl,train_loss)
      """)
  var metric: String?

  @Option(
    help: "Hyperparameters a cell is the mean over, separated by commas; 'none' for none. (default: seed)")
  var over: String?

  @Option(
    help: """
      Hyperparameters of which a cell shows the best value, separated by commas; 'none' for none. (default: temp)
      """)
  var select: String?

  @Option(
    help: """
      The metric that selects; never one of test images. (default: val_elbo where every trial has it, else train_loss)
      """)
  var by: String?

  @Option(help: .hidden) var columns: String?
  @Option(help: .hidden) var `where`: String?
  @Option(help: .hidden) var format: String?
  @Option(help: .hidden) var preset: String?
  @Option(name: .shortAndLong, help: .hidden) var output: String?
  @Flag(help: .hidden) var allowTestSelection = false

  func validate() throws {
    let planned = [
      ("--columns", columns), ("--where", `where`), ("--format", format), ("--preset", preset),
      ("-o", output),
      ("--allow-test-selection", allowTestSelection ? "" : nil),
    ]
    for (name, value) in planned where value != nil { throw ValidationError("'\(name)' is not there yet.") }
  }

  /// - Returns: the exit code.
  func aggregate() throws -> Int32 {
    let paths = RunPaths(root: folder)
    guard paths.isResultsFolder else {
      Self.say("igr-aggregate: \(paths.root): is no results folder: it has no readable sweep.yaml")
      return 2
    }
    var digests = DatasetDigests(mayDecode: false)
    let results = try SweepResults.read(paths, knownDigest: { try? digests.digest(of: $0) })
    let request = try TableRequest(
      rows: rows, metrics: metric, over: over, select: select, by: by, experiment: results.experiment)
    let report = try results.report(request)
    let written = try report.write(to: paths)
    print(report.plainText, terminator: "")
    for file in results.unreadable + results.unplanned { Self.say("igr-aggregate: left out \(file)") }
    if !results.unreadable.isEmpty {
      Self.say(
        "igr-aggregate: \(results.unreadable.count) trial files could not be read; their trials count as missing"
      )
    }
    Self.say("igr-aggregate: wrote \(written.joined(separator: ", "))")
    let figures = try results.writeFigures(to: paths)
    if !figures.isEmpty { Self.say("Figures: \(figures.joined(separator: ", "))") }
    let hasFailures = (results.summaries + results.fits).contains { $0.state == .failed }
    return hasFailures || !results.unreadable.isEmpty ? 1 : 0
  }

  /// Writes a line for people to standard error. A closed standard error is nobody's loss.
  static func say(_ text: String) {
    var line = text + "\n"
    _ = line.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
