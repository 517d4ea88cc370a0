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
    try ComparisonReport(of: summaries, sweep: sweep, request: request ?? .standard(for: experiment))
  }
}

extension ComparisonReport {
  /// Writes the report in every format under its name of the results folder, each file whole or not at all.
  ///
  /// - Returns: the paths that were written.
  /// - Throws: `ResultStoreError` with the path and the system's reason.
  @discardableResult
  public func write(to paths: RunPaths) throws(ResultStoreError) -> [String] {
    var written: [String] = []
    for format in RunPaths.TableFormat.allCases {
      let text =
        switch format {
        case .markdown: markdown
        case .csv: csv
        case .latex: latex
        }
      let path = paths.comparisonTable(format)
      try DurableFile.replace(path, with: text)
      written.append(path)
    }
    return written
  }
}
