extension ComparisonReport {
  /// GitHub-flavoured Markdown, ending in a newline.
  public var markdown: String {
    tables.map { heading, table in
      var lines = ["## \(Self.markdownEscaped(heading))"]
      for block in TableLayout(table).blocks {
        lines.append("")
        if let heading = block.heading { lines += ["### \(Self.markdownEscaped(heading))", ""] }
        lines.append(Self.markdownRow(block.header.map(Self.markdownText)))
        lines.append(Self.markdownRow(block.header.indices.map { $0 < block.nameCount ? "---" : "---:" }))
        lines += block.lines.map { Self.markdownRow($0.map(Self.markdownText)) }
      }
      lines += ["", table.captionWithLegend("In bold").map(Self.markdownEscaped).joined(separator: " ")]
      if !table.notes.isEmpty { lines += [""] + table.notes.map { "- " + Self.markdownEscaped($0) } }
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  private static func markdownRow(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  private static func markdownText(_ header: TableLayout.Header) -> String {
    switch header {
    case .name(let name): markdownEscaped(name)
    case .metric(let metric): "\(markdownEscaped(metric.name)) \(metric.better == .higher ? "↑" : "↓")"
    }
  }

  private static func markdownText(_ entry: TableLayout.Entry) -> String {
    switch entry {
    case .text(let text): markdownEscaped(text)
    case .value(let rounded, let remark, let isBold):
      markdownValue(rounded.text, isBold) + (remark.map { " (\(markdownEscaped($0)))" } ?? "")
    }
  }

  private static func markdownValue(_ text: String, _ isBold: Bool) -> String {
    isBold ? "**\(markdownEscaped(text))**" : markdownEscaped(text)
  }

  /// Underscores inside words are plain text in GitHub's dialect and stay readable in a terminal.
  private static func markdownEscaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\|*`<>[]".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
