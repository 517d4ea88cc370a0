import Aggregation
import ResultStore
import Trials

/// A trial that stands for a cell of the comparison, where one must be shown.
public struct ExampleTrial: Sendable {
  /// What tells the cell from the others.
  public let name: String
  public let trial: Trial
}

extension SweepResults {
  /// Of each cell of the experiment's figures, the first finished trial of the chosen temperature.
  ///
  /// - Throws: `AggregationError` as for the tables.
  public func examples(from paths: RunPaths) throws(AggregationError) -> [ExampleTrial] {
    guard summaries.contains(where: { $0.state == .completed }) else { return [] }
    return try SweepFigures(self, paths).examples
  }
}
