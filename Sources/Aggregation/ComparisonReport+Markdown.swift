import Trials

extension ComparisonReport {
  /// GitHub-flavoured Markdown, ending in a newline.
  public var markdown: String {
    tables.map { heading, table, notes in
      var lines = ["## \(MarkdownNotation.escaped(heading))"]
      for block in TableLayout(table).blocks {
        lines.append("")
        if let heading = block.heading { lines += ["### \(MarkdownNotation.escaped(heading))", ""] }
        lines.append(Self.markdownRow(MarkdownNotation.header(block)))
        lines.append(Self.markdownRow(block.header.indices.map { $0 < block.nameCount ? "---" : "---:" }))
        lines += MarkdownNotation.lines(block).map(Self.markdownRow)
      }
      lines += ["", table.captionWithLegend("In bold").map(MarkdownNotation.escaped).joined(separator: " ")]
      if !notes.isEmpty { lines += [""] + notes.map { "- " + MarkdownNotation.escaped($0) } }
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  private static func markdownRow(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }
}

private enum MarkdownNotation: CellNotation {
  static func metric(_ metric: Metric) -> String { escaped(metric.name) + arrow(metric) }

  static func number(_ rounded: Estimate.Rounded, isBold: Bool) -> String {
    isBold ? "**\(escaped(rounded.text))**" : escaped(rounded.text)
  }

  /// Underscores inside words are plain text in GitHub's dialect and stay readable in a terminal.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\|*`<>[]".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
