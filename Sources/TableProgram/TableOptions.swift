import Aggregation
import ArgumentParser
import Glibc
import ProgramExit
import Reporting

/// Formats that a table can be asked for by name.
public enum TableOutputFormat: String, CaseIterable, Sendable, ExpressibleByArgument {
  case markdown, csv, latex, html, json, hdf5

  /// The format of a file's name.
  init?(ofFile path: String) {
    let endings: [(String, TableOutputFormat)] = [
      (".md", .markdown), (".csv", .csv), (".tex", .latex), (".html", .html), (".json", .json),
      (".h5", .hdf5),
    ]
    guard let format = endings.first(where: { path.hasSuffix($0.0) })?.1 else { return nil }
    self = format
  }
}

/// The options of comparison tables, the same for `igr table` and `igr-aggregate`.
public struct TableOptions: ParsableArguments {
  @Option(help: "Hyperparameters that make the rows, separated by commas. (default: model_type)")
  var rows: String?

  @Option(
    help: """
      Hyperparameters that part the columns, separated by commas; whatever else varies parts them too. \
      (default: dataset_name,architecture)
      """)
  var columns: String?

  @Option(
    help: """
      A metric, or several separated by commas; may be repeated. (default: for experiment vae test_log_likelihood,\
      test_elbo,test_elbo_discrete_kl,train_loss)
      """)
  var metric: [String] = []

  @Option(
    help: "Hyperparameters a cell is the mean over, separated by commas; 'none' for none. (default: seed)")
  var over: String?

  @Option(
    help:
      "Hyperparameters of which a cell shows the best value, separated by commas; 'none' for none. (default: temp)"
  )
  var select: String?

  @Option(
    help: "The metric that selects. (default: val_elbo where every trial has it, else train_loss)")
  var by: String?

  @Flag(help: "Let --by be a metric of test images, or the one that is shown; the caption says so.")
  var allowTestSelection = false

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only trials with this value; may be repeated. Values of one name widen, several names narrow.",
      valueName: "name=value"))
  var filters: [String] = []

  @Option(help: "How 95 % intervals are computed: t (Student's) or bootstrap (percentile, fixed seed).")
  var interval: String?

  @Option(help: "A table of the publication; 'list' tells them. Other options change it.")
  var preset: String?

  @Option(help: "Print in this format, or write it to --output, and write nothing else but summary.h5.")
  var format: TableOutputFormat?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A file for the table, whole or not at all; its ending tells the format (.md .csv .tex .html .json .h5).",
      valueName: "file"), completion: .file())
  var output: String?

  public init() {}

  public func validate() throws {
    if format == .hdf5, output == nil { throw ValidationError("--format hdf5 needs a file: -o FILE.h5") }
    if let output, format == nil, TableOutputFormat(ofFile: output) == nil {
      throw ValidationError(
        "-o \(output): the ending tells no format; use .md, .csv, .tex, .html, .json or .h5, or say --format")
    }
  }

  /// True where the presets are asked for, not a table.
  public var asksForPresets: Bool { preset == "list" }

  /// The request for the table of some results.
  ///
  /// - Throws: `TableRequest.OptionError`, `AggregationError`.
  func request(for results: SweepResults) throws -> TableRequest {
    let base = try namedPreset?.request(for: results.summaries) ?? .standard(for: results.experiment)
    return try TableRequest(texts, base: base)
  }

  var namedPreset: TablePreset? { get throws { try preset.map { try TablePreset.named($0) } } }

  private var texts: TableRequestTexts {
    var texts = TableRequestTexts()
    texts.rows = rows
    texts.columns = columns
    texts.metrics = metric
    texts.over = over
    texts.select = select
    texts.by = by
    texts.filters = filters
    texts.interval = interval
    texts.allowsTestSelection = allowTestSelection
    return texts
  }
}
