extension ComparisonReport {
  /// Aligned columns without colour, ending in a newline. Sentences are wrapped at 100 columns.
  public var plainText: String { plainText(width: nil) }

  /// As `plainText`, for a terminal of so many columns: a table that is wider goes on below itself, with its names
  /// again, and sentences are wrapped earlier.
  public func plainText(width: Int?) -> String {
    let textWidth = min(100, max(40, width ?? 100))
    return tables.map { heading, table in
      var lines = [heading]
      for block in TableLayout(table).blocks {
        lines.append("")
        if let heading = block.heading { lines.append(heading) }
        let rows = [block.header.map(Self.plainText)] + block.lines.map { $0.map(Self.plainText) }
        for (index, part) in Self.parts(of: rows, nameCount: block.nameCount, width: width).enumerated() {
          if index > 0 { lines.append("") }
          lines += Self.aligned(part, nameCount: block.nameCount)
        }
      }
      lines.append("")
      lines += Self.wrapped(
        table.captionWithLegend("Marked *").joined(separator: " "), indent: "", width: textWidth)
      lines += table.notes.flatMap { Self.wrapped("- " + $0, indent: "  ", width: textWidth) }
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// Rows parted into tables that fit the width, each with the columns of names and at least one of numbers.
  private static func parts(of rows: [[String]], nameCount: Int, width: Int?) -> [[[String]]] {
    guard let width else { return [rows] }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let names = widths.prefix(nameCount).reduce(0) { $0 + $1 + 2 } - 2
    var groups: [[Int]] = []
    var used = 0
    for column in widths.indices.dropFirst(nameCount) {
      if groups.isEmpty || used + 2 + widths[column] > width {
        groups.append([])
        used = names
      }
      groups[groups.count - 1].append(column)
      used += 2 + widths[column]
    }
    guard groups.count > 1 else { return [rows] }
    return groups.map { group in
      rows.map { row in Array(row.prefix(nameCount)) + group.map { row[$0] } }
    }
  }

  private static func plainText(_ header: TableLayout.Header) -> String {
    switch header {
    case .name(let name): name
    case .metric(let metric): metric.name
    }
  }

  private static func plainText(_ entry: TableLayout.Entry) -> String {
    switch entry {
    case .text(let text): text
    case .value(let rounded, let remark, let isBold):
      // Before the number, so that the digits of a column stay below one another.
      (isBold ? "*" : "") + rounded.text + (remark.map { " (\($0))" } ?? "")
    }
  }

  private static func aligned(_ rows: [[String]], nameCount: Int) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column < nameCount ? cell.0 + padding : padding + cell.0
      }
      let line = cells.joined(separator: "  ")
      return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
    }
  }

  private static func wrapped(_ text: String, indent: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if line.isEmpty {
        line = String(word)
      } else if line.count + 1 + word.count <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = indent + word
      }
    }
    return lines + [line]
  }
}
