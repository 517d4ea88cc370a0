import Trials

extension ComparisonReport {
  /// Aligned columns without colour, ending in a newline. Sentences are wrapped at 100 columns.
  public var plainText: String { plainText(width: nil) }

  /// As `plainText`, for a terminal of so many columns: a table that is wider goes on below itself, with its names
  /// again, and sentences are wrapped earlier.
  public func plainText(width: Int?) -> String {
    let textWidth = min(100, max(40, width ?? 100))
    return tables.map { heading, table, notes in
      var lines = [heading]
      for block in TableLayout(table).blocks {
        lines.append("")
        if let heading = block.heading { lines += Self.wrapped(heading, indent: "  ", width: textWidth) }
        lines += Self.lines(of: block, width: width)
      }
      lines.append("")
      lines += Self.wrapped(
        table.captionWithLegend("Marked *").joined(separator: " "), indent: "", width: textWidth)
      lines += notes.flatMap { Self.wrapped("- " + $0, indent: "  ", width: textWidth) }
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  private static func lines(of block: TableLayout.Block, width: Int?) -> [String] {
    let rows = [PlainNotation.header(block)] + PlainNotation.lines(block)
    let parts = parts(of: rows, nameCount: block.nameCount, width: width).map {
      aligned($0, nameCount: block.nameCount)
    }
    if let width, parts.joined().contains(where: { $0.count > width }) {
      return list(rows, nameCount: block.nameCount, width: width)
    }
    return Array(parts.joined(separator: [""]))
  }

  /// A paragraph for each row, a line for each number, where not even one column fits beside the names.
  private static func list(_ rows: [[String]], nameCount: Int, width: Int) -> [String] {
    let header = rows[0]
    return Array(
      rows.dropFirst().map { row in
        let names = zip(header, row).prefix(nameCount).enumerated()
          // The row's own name needs no heading.
          .map { $0.offset == 0 ? $0.element.1 : "\($0.element.0) \($0.element.1)" }
        return wrapped(names.joined(separator: ", "), indent: "    ", width: width)
          + zip(header, row).dropFirst(nameCount).flatMap { head, value in
            wrapped("\(head) \(value)", indent: "    ", width: width - 2).map { "  " + $0 }
          }
      }.joined(separator: [""]))
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
    var words: [String] = []
    for word in text.split(separator: " ") {
      // A line never begins with the sign of the number before it.
      if word == "%", let number = words.popLast() {
        words.append(number + " %")
      } else {
        words.append(String(word))
      }
    }
    for word in words {
      if line.isEmpty {
        line = word
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

/// Text as it is; the best has a star before the number, so that the digits of a column stay below one another.
private enum PlainNotation: CellNotation {
  static func escaped(_ text: String) -> String { text }
  static func metric(_ metric: Metric) -> String { metric.name }
  static func number(_ rounded: Estimate.Rounded, isBold: Bool) -> String {
    (isBold ? "*" : "") + rounded.text
  }
}
