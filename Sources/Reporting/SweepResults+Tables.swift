import Aggregation
import ResultStore
import Trials

extension SweepResults {
  /// What the sweep's trials do; `vae` for a sweep without trials.
  public var experiment: Experiment { summaries.first?.trial.configuration.experiment ?? .vae }

  /// The comparison tables of the results.
  ///
  /// - Parameter request: nil for the usual table of the experiment.
  /// - Throws: `AggregationError`.
  public func report(_ request: TableRequest? = nil) throws(AggregationError) -> ComparisonReport {
    let report = try ComparisonReport(
      of: summaries, sweep: sweep, request: request ?? .standard(for: experiment))
    guard !hasPlan else { return report }
    return report.adding(note: "there is no sweep.yaml: trials without a result cannot be told")
  }
}

extension ComparisonReport {
  /// Writes the report as Markdown, CSV and LaTeX under its names of the results folder, each file whole or not at all.
  ///
  /// - Parameter name: `comparison`, or the preset that made the table.
  /// - Returns: the paths that were written.
  /// - Throws: `ResultStoreError` with the path and the system's reason.
  @discardableResult
  public func write(to paths: RunPaths, name: String = "comparison") throws(ResultStoreError) -> [String] {
    try paths.makeTablesFolder()
    var written: [String] = []
    for format in RunPaths.TableFormat.allCases {
      let text =
        switch format {
        case .markdown: markdown
        case .csv: csv
        case .latex: latex
        }
      let path = paths.table(name, format)
      try DurableFile.replace(path, with: text)
      written.append(path)
    }
    return written
  }

  /// Writes the unrounded numbers as an HDF5 file, a column per property along the axis `row`.
  ///
  /// - Throws: `ResultStoreError` with the path and the system's reason.
  public func writeHDF5(to path: String) throws(ResultStoreError) {
    let tidy = tidy
    let tables = [("comparison", comparison)] + (everyValue.map { [("every_value", $0)] } ?? [])
    let texts = tables.flatMap { name, table in
      [
        (name: "\(name)_caption", text: table.captionWithLegend("In bold").joined(separator: " ")),
        (name: "\(name)_notes", text: table.notes.joined(separator: "\n")),
      ]
    }
    try TableFile.write(
      tidy.columns.map(StoredColumn.init), along: "row", count: tidy.rowCount,
      attributes: [(name: "sweep", text: sweep)] + texts.filter { !$0.text.isEmpty }, to: path)
  }
}

extension StoredColumn {
  init(_ column: TidyTable.Column) {
    switch column.values {
    case .texts(let values): self.init(column.name, .texts(values), longName: column.meaning)
    case .hyperparameters(let values):
      self.init(column.name, hyperparameters: values, longName: column.meaning)
    case .numbers(let values):
      self.init(column.name, .numbers(values.map { $0 ?? .nan }), longName: column.meaning)
    case .counts(let values):
      self.init(column.name, .integers(values.map(Int64.init)), longName: column.meaning)
    }
  }
}
