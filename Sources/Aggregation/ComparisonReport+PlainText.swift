extension ComparisonReport {
  /// Aligned columns for a terminal, without colour, ending in a newline. Sentences are wrapped at 100 columns.
  public var plainText: String {
    tables.map { heading, table in
      var lines = [heading]
      for block in TableLayout(table).blocks {
        lines.append("")
        if let heading = block.heading { lines.append(heading) }
        let rows = [block.header.map(Self.plainText)] + block.lines.map { $0.map(Self.plainText) }
        lines += Self.aligned(rows, nameCount: block.nameCount)
      }
      lines.append("")
      lines += Self.wrapped(table.caption.joined(separator: " "), indent: "")
      lines += table.notes.flatMap { Self.wrapped("- " + $0, indent: "  ") }
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
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
    case .value(let mean, let halfWidth, let remark):
      mean + (halfWidth.map { " ± \($0)" } ?? "") + (remark.map { " (\($0))" } ?? "")
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

  private static func wrapped(_ text: String, indent: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if line.isEmpty {
        line = String(word)
      } else if line.count + 1 + word.count <= 100 {
        line += " " + word
      } else {
        lines.append(line)
        line = indent + word
      }
    }
    return lines + [line]
  }
}
