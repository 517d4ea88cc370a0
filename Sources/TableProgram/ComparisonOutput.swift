import Aggregation
import Glibc
import ProgramExit
import Reporting
import ResultStore

/// The comparison table of a folder on standard output and in the folder's tables, the figures beside it, and the
/// folder's summary.
public struct ComparisonOutput {
  let paths: RunPaths
  let options: TableOptions?

  /// - Parameter options: nil for the usual table.
  public init(paths: RunPaths, options: TableOptions? = nil) {
    self.paths = paths
    self.options = options
  }

  /// - Returns: whether no trial failed and every file could be read.
  /// - Throws: `ResultStoreError`, `SweepFileError`, `AggregationError`, `TableRequest.OptionError`.
  @discardableResult
  public func make() throws -> Bool {
    // Asked before anything is read: a misspelt preset is told at once.
    let preset = try options?.namedPreset
    let results = try SweepResults.read(paths)
    for line in SweepResults.LeftOutFile.lines(of: results.unreadable + results.unplanned) { complain(line) }
    for line in results.fitLines { complain(line) }
    let report = try results.report(options?.request(for: results))
    writeSummary(results)
    if let options, options.format != nil || options.output != nil {
      try write(report, options)
    } else {
      print(report.plainText(width: Terminal().width), terminator: "")
      // Standard error is not buffered: its lines must not cut the table in two where both go to one place.
      fflush(nil)
      try keep(report, results, preset)
    }
    return results.unreadable.isEmpty && !(results.summaries + results.fits).contains { $0.state == .failed }
  }

  /// The tables and figures as files of the folder.
  private func keep(_ report: ComparisonReport, _ results: SweepResults, _ preset: TablePreset?) throws {
    do {
      complain(
        "Tables: \(try report.write(to: paths, name: preset?.name ?? "comparison").joined(separator: ", "))")
      tellFigures(try results.writeFigures(to: paths), of: preset)
    } catch let error as ResultStoreError where error.systemError != nil {
      throw ProgramFailure(
        ExitStatus(ofResults: error),
        "\(error). The table above is whole; to keep it elsewhere: igr table \(paths.root) -o FILE.md (or .csv, .tex,"
          + " .html, .json, .h5); figures: igr report \(paths.root) -o FILE.html")
    }
  }

  private func write(_ report: ComparisonReport, _ options: TableOptions) throws {
    let format = options.format ?? options.output.flatMap(TableOutputFormat.init(ofFile:)) ?? .markdown
    let text =
      switch format {
      case .markdown: report.markdown
      case .csv: report.csv
      case .latex: report.latex
      case .html: report.html
      case .json: report.json
      case .hdf5: ""
      }
    guard let output = options.output else {
      print(text, terminator: "")
      return
    }
    if format == .hdf5 {
      try report.writeHDF5(to: output)
    } else {
      try DurableFile.replace(output, with: text)
    }
    complain("Table: \(output)")
  }

  /// A folder that cannot be written to still has its tables.
  private func writeSummary(_ results: SweepResults) {
    do throws(ResultStoreError) {
      try results.files.write()
    } catch {
      complain("warning: \(error); tables are made without it")
    }
  }

  private func tellFigures(_ written: [String], of preset: TablePreset?) {
    guard !written.isEmpty else { return }
    let wanted = preset.map { preset in
      written.filter { path in
        preset.figures.contains { path.contains("/\($0).") || path.contains("/\($0)-") }
      }
    }
    // A line each in a terminal would push the table out of sight; a preset may have no figure of its own.
    let shown = wanted ?? written
    guard !shown.isEmpty else { return }
    complain(
      "Figures: \(shown.count) in \(paths.figuresFolder), as \(shown.map(Self.name).joined(separator: ", "))")
    if let advice = SweepResults.adviceOnPDF { complain(advice) }
  }

  /// A file's name without folder and ending.
  private static func name(_ path: String) -> String {
    String((path.split(separator: "/").last ?? "").prefix { $0 != "." })
  }
}
