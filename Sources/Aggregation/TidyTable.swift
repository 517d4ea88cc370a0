import Trials

/// The numbers of a report as columns of one length: one row per table, cell and metric, nothing rounded. What CSV, JSON
/// and HDF5 hold.
public struct TidyTable: Sendable {
  public struct Column: Sendable {
    public enum Values: Sendable {
      case texts([String])
      /// Nil where a name does not apply or nothing was chosen.
      case hyperparameters([HyperparameterValue?])
      /// Nil where it is not known.
      case numbers([Double?])
      case counts([Int])
    }

    public let name: String
    public let values: Values
    /// What the column holds, for a reader of the file.
    public let meaning: String
  }

  public let columns: [Column]
  public let rowCount: Int

  init(_ report: ComparisonReport) {
    let comparison = report.comparison
    let names = comparison.rowNames + comparison.select + comparison.columnNames
    let rows =
      Self.rows(comparison, "comparison", names)
      + (report.everyValue.map { Self.rows($0, "every_value", names) } ?? [])
    rowCount = rows.count
    columns =
      [Column(name: "table", values: .texts(rows.map(\.table)), meaning: "comparison or every_value")]
      + names.enumerated().map { index, name in
        Column(
          name: name, values: .hyperparameters(rows.map { $0.place[index] }),
          meaning: Hyperparameter.named(name)?.summary ?? "")
      } + Self.metricColumns(rows) + Self.countColumns(rows) + Self.testColumns(rows)
  }

  struct Row {
    let table: String
    let place: [HyperparameterValue?]
    let metric: Metric
    let estimate: Estimate
    let standing: CellStanding?
    let cell: ComparisonTable.Cell
    let selectedBy: String
    let interval: String
  }

  private static func rows(_ table: ComparisonTable, _ title: String, _ names: [String]) -> [Row] {
    var rows: [Row] = []
    let known = table.rowNames + table.columnNames + table.select
    for (row, line) in zip(table.rows, table.cells) {
      for (group, cell) in zip(table.groups, line) {
        guard let cell else { continue }
        let key = row + group + (cell.chosen ?? table.select.map { _ in nil })
        let place = names.map { name in known.firstIndex(of: name).flatMap { key[$0] } }
        for (index, metric) in table.metrics.enumerated() {
          rows.append(
            Row(
              table: title, place: place, metric: metric, estimate: cell.estimates[index],
              standing: cell.standings[index], cell: cell,
              selectedBy: cell.candidateCount > 1 ? table.selectionMetric?.name ?? "" : "",
              interval: table.interval.text))
        }
      }
    }
    return rows
  }

  private static func metricColumns(_ rows: [Row]) -> [Column] {
    func texts(_ name: String, _ meaning: String, _ value: (Row) -> String) -> Column {
      Column(name: name, values: .texts(rows.map(value)), meaning: meaning)
    }
    func numbers(_ name: String, _ meaning: String, _ value: (Row) -> Double?) -> Column {
      Column(name: name, values: .numbers(rows.map(value)), meaning: meaning)
    }
    return [
      texts("metric", "name of the metric") { $0.metric.name },
      texts("units", "of mean, deviation and interval") { $0.metric.units },
      texts("better", "higher or lower; empty where neither is") {
        $0.metric.ranksTrials ? $0.metric.better.rawValue : ""
      },
      numbers("mean", "over the completed trials of the cell") { $0.estimate.mean },
      numbers("half_width_95", "half of the 95 % interval by Student's t") { $0.estimate.halfWidth },
      numbers("standard_deviation", "of the trials, divisor n - 1") { $0.estimate.standardDeviation },
    ]
  }

  private static func countColumns(_ rows: [Row]) -> [Column] {
    func counts(_ name: String, _ meaning: String, _ value: (Row) -> Int) -> Column {
      Column(name: name, values: .counts(rows.map(value)), meaning: meaning)
    }
    return [
      counts("n", "trials in the mean") { $0.estimate.count },
      counts("planned", "trials of the cell") { $0.cell.counts.planned },
      counts("completed", "trials of the cell that completed") { $0.cell.counts.completed },
      counts("failed", "trials of the cell that failed") { $0.cell.counts.failed },
      counts("pruned", "trials that early stopping ended") { $0.cell.counts.pruned },
      counts("cancelled", "trials that a person took out") { $0.cell.counts.cancelled },
      counts("running", "trials in training") { $0.cell.counts.running },
      counts("missing", "trials without a readable result") { $0.cell.counts.missing },
      counts("not_measured", "completed trials without this metric") {
        $0.cell.chosen == nil ? 0 : $0.cell.counts.completed - $0.estimate.count
      },
      Column(
        name: "selected_by", values: .texts(rows.map(\.selectedBy)),
        meaning: "metric that chose among the candidates; empty where there was nothing to choose"),
      counts("candidates", "values that there were to choose from") { $0.cell.candidateCount },
    ]
  }

  private static func testColumns(_ rows: [Row]) -> [Column] {
    func numbers(_ name: String, _ meaning: String, _ value: (Row) -> Double?) -> Column {
      Column(name: name, values: .numbers(rows.map(value)), meaning: meaning)
    }
    return [
      numbers("low_95", "lower end of the 95 % interval") { $0.estimate.interval?.low },
      numbers("high_95", "upper end of the 95 % interval") { $0.estimate.interval?.high },
      Column(
        name: "interval", values: .texts(rows.map { $0.estimate.interval == nil ? "" : $0.interval }),
        meaning: "how the interval was computed; empty where there is none"),
      Column(
        name: "standing", values: .texts(rows.map { $0.standing?.place.rawValue ?? "" }),
        meaning: "best, not_different (from it at 5 %), worse or untested among the rows of the column"),
      Column(
        name: "test", values: .texts(rows.map { $0.standing?.test ?? "" }), meaning: "test against the best"),
      numbers("p_holm", "two-sided p of that test, adjusted by Holm") { $0.standing?.adjustedP },
    ]
  }
}

extension ComparisonReport {
  public var tidy: TidyTable { TidyTable(self) }
}
