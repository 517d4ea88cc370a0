import Trials

extension ComparisonReport {
  /// Tidy CSV (RFC 4180 quoting, lines end in a line feed): one row per table, cell and metric, numbers unformatted,
  /// what is not known empty. The column `table` is `comparison` or `every_value`.
  public var csv: String {
    let tidy = tidy
    let columns = tidy.columns.map { Self.csvTexts($0.values) }
    let lines =
      [tidy.columns.map(\.name)] + (0..<tidy.rowCount).map { row in columns.map { $0[row] } }
    return lines.map { $0.map(Self.csvField).joined(separator: ",") + "\n" }.joined()
  }

  private static func csvTexts(_ values: TidyTable.Column.Values) -> [String] {
    switch values {
    case .texts(let values): values
    case .hyperparameters(let values): values.map { $0?.displayText ?? "" }
    case .numbers(let values): values.map { $0?.description ?? "" }
    case .counts(let values): values.map(String.init)
    }
  }

  private static func csvField(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    guard needsQuotes else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
