import Trials

extension ComparisonReport {
  /// JSON, ending in a newline: the sweep's name, caption and notes of each table, and `rows`, one object per table,
  /// cell and metric as in the CSV, numbers unformatted, null for what is not known.
  public var json: String {
    let tidy = tidy
    let columns = tidy.columns.map { ($0.name, Self.jsonTexts($0.values)) }
    let rows = (0..<tidy.rowCount).map { row in
      "    {" + columns.map { "\(Self.json($0)): \($1[row])" }.joined(separator: ", ") + "}"
    }
    let tables = [("comparison", comparison)] + (everyValue.map { [("every_value", $0)] } ?? [])
    let texts = tables.map { name, table in
      "    {\"table\": \(Self.json(name)), \"caption\": \(Self.json(table.captionWithLegend("In bold"))),"
        + " \"notes\": \(Self.json(table.notes))}"
    }
    return """
      {
        "sweep": \(Self.json(sweep)),
        "tables": [
      \(texts.joined(separator: ",\n"))
        ],
        "rows": [
      \(rows.joined(separator: ",\n"))
        ]
      }

      """
  }

  private static func jsonTexts(_ values: TidyTable.Column.Values) -> [String] {
    switch values {
    case .texts(let values): values.map { json($0) }
    case .hyperparameters(let values): values.map { $0?.canonicalJSON ?? "null" }
    case .numbers(let values): values.map { number in number.map { $0.description } ?? "null" }
    case .counts(let values): values.map(String.init)
    }
  }

  private static func json(_ text: String) -> String { HyperparameterValue.string(text).canonicalJSON }
  private static func json(_ texts: [String]) -> String {
    "[" + texts.map { json($0) }.joined(separator: ", ") + "]"
  }
}
