/// Named columns of one length, as CSV and Parquet hold them. `nil` is a value that does not exist, which is not the
/// same as NaN, a number that was not measured.
public struct ColumnTable: Hashable, Sendable {
  public enum Values: Hashable, Sendable {
    case integers([Int64?])
    case reals([Double?])
    case booleans([Bool?])
    case texts([String?])

    var count: Int {
      switch self {
      case .integers(let values): values.count
      case .reals(let values): values.count
      case .booleans(let values): values.count
      case .texts(let values): values.count
      }
    }
  }

  public struct Column: Hashable, Sendable {
    public let name: String
    public let values: Values

    public init(_ name: String, _ values: Values) {
      self.name = name
      self.values = values
    }
  }

  public let columns: [Column]
  public let rowCount: Int

  /// - Precondition: at least one column, all of one length.
  public init(_ columns: [Column]) {
    rowCount = columns[0].values.count
    precondition(columns.allSatisfy { $0.values.count == columns[0].values.count })
    self.columns = columns
  }
}

extension ColumnTable {
  /// CSV after RFC 4180, lines ended by a line feed. Numbers are the shortest decimals that read back to the same
  /// bits; what does not exist is empty, what was not measured `NaN`.
  public var csv: String {
    var text = columns.map { Self.field($0.name) }.joined(separator: ",") + "\n"
    for row in 0..<rowCount {
      for (index, column) in columns.enumerated() {
        if index > 0 { text += "," }
        text += Self.text(column.values, row)
      }
      text += "\n"
    }
    return text
  }

  private static func text(_ values: Values, _ row: Int) -> String {
    switch values {
    case .integers(let values): values[row].map { String($0) } ?? ""
    case .reals(let values): values[row].map { $0.isNaN ? "NaN" : $0.description } ?? ""
    case .booleans(let values): values[row].map { $0 ? "true" : "false" } ?? ""
    // A quoted empty text is a text; nothing at all is none.
    case .texts(let values): values[row].map { $0.isEmpty ? "\"\"" : field($0) } ?? ""
    }
  }

  private static func field(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
