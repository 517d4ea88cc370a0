import Trials

extension ComparisonReport {
  /// Tidy CSV (RFC 4180 quoting, lines end in a line feed): one row per table, cell and metric, numbers unformatted,
  /// what is not known empty. The column `table` is `comparison` or `every_value`.
  public var csv: String {
    let names = comparison.rowNames + comparison.select + comparison.columnNames
    let header =
      ["table"] + names + [
        "metric", "units", "better", "mean", "half_width_95", "standard_deviation", "n", "planned",
        "completed",
        "failed", "pruned", "cancelled", "running", "missing", "not_measured", "selected_by", "candidates",
      ]
    let lines =
      [header] + Self.csvRows(comparison, "comparison", names)
      + (everyValue.map { Self.csvRows($0, "every_value", names) } ?? [])
    return lines.map { $0.map(Self.csvField).joined(separator: ",") + "\n" }.joined()
  }

  private static func csvRows(_ table: ComparisonTable, _ title: String, _ names: [String]) -> [[String]] {
    var rows: [[String]] = []
    for (row, line) in zip(table.rows, table.cells) {
      for (group, cell) in zip(table.groups, line) {
        guard let cell else { continue }
        let known = table.rowNames + table.columnNames + table.select
        let key = row + group + (cell.chosen ?? table.select.map { _ in nil })
        let place = names.map { name in
          known.firstIndex(of: name).flatMap { key[$0] }?.displayText ?? ""
        }
        let chosenBy = cell.candidateCount > 1 ? table.selectionMetric?.name ?? "" : ""
        for (metric, estimate) in zip(table.metrics, cell.estimates) {
          var fields = [title] + place + [metric.name, metric.units, metric.better.rawValue]
          fields += csvNumbers(estimate)
          fields += csvCounts(cell, estimate)
          fields += [chosenBy, String(cell.candidateCount)]
          rows.append(fields)
        }
      }
    }
    return rows
  }

  private static func csvNumbers(_ estimate: Estimate) -> [String] {
    let numbers = [estimate.mean, estimate.halfWidth, estimate.standardDeviation]
    return numbers.map { $0?.description ?? "" }
  }

  private static func csvCounts(_ cell: ComparisonTable.Cell, _ estimate: Estimate) -> [String] {
    let counts = cell.counts
    let notMeasured = cell.chosen == nil ? 0 : counts.completed - estimate.count
    let numbers = [
      estimate.count, counts.planned, counts.completed, counts.failed, counts.pruned, counts.cancelled,
      counts.running, counts.missing, notMeasured,
    ]
    return numbers.map(String.init)
  }

  private static func csvField(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    guard needsQuotes else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
