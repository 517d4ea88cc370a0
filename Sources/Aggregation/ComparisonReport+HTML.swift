extension ComparisonReport {
  /// One HTML page, self-contained, readable in light, dark and print.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Self.htmlEscaped(sweep))</title>
    <style>
    :root { color-scheme: light dark; }
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; border-block: 2px solid; margin: 1rem 0; }
    th, td { padding: 0.25rem 0.75rem; text-align: left; white-space: nowrap; }
    thead { border-bottom: 1px solid; }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    </style>
    </head>
    <body>
    \(htmlTables)</body>
    </html>

    """
  }

  /// The tables as sections, without a page around them.
  public var htmlTables: String {
    tables.map { heading, table in
      var lines = ["<section>", "<h2>\(Self.htmlEscaped(heading))</h2>"]
      for block in TableLayout(table).blocks {
        if let heading = block.heading { lines.append("<h3>\(Self.htmlEscaped(heading))</h3>") }
        lines += ["<div class=\"scroll\"><table>", "<thead>"]
        lines.append(Self.htmlRow(block.header.map(Self.htmlText), tag: "th", block.nameCount))
        lines += ["</thead>", "<tbody>"]
        lines += block.lines.map { Self.htmlRow($0.map(Self.htmlText), tag: "td", block.nameCount) }
        lines += ["</tbody>", "</table></div>"]
      }
      let caption = table.captionWithLegend("In bold").map(Self.htmlEscaped).joined(separator: " ")
      lines.append("<p>\(caption)</p>")
      if !table.notes.isEmpty {
        lines += ["<ul>"] + table.notes.map { "<li>\(Self.htmlEscaped($0))</li>" } + ["</ul>"]
      }
      return (lines + ["</section>", ""]).joined(separator: "\n")
    }.joined()
  }

  private static func htmlRow(_ cells: [String], tag: String, _ nameCount: Int) -> String {
    "<tr>"
      + cells.enumerated().map { index, cell in
        "<\(tag)\(index < nameCount ? "" : " class=\"number\"")>\(cell)</\(tag)>"
      }.joined() + "</tr>"
  }

  private static func htmlText(_ header: TableLayout.Header) -> String {
    switch header {
    case .name(let name): htmlEscaped(name)
    case .metric(let metric):
      "<abbr title=\"\(htmlEscaped(metric.longName))\">\(htmlEscaped(metric.name))</abbr> "
        + (metric.better == .higher ? "↑" : "↓")
    }
  }

  private static func htmlText(_ entry: TableLayout.Entry) -> String {
    switch entry {
    case .text(let text): htmlEscaped(text)
    case .value(let rounded, let remark, let isBold):
      (isBold ? "<strong>\(htmlValue(rounded))</strong>" : htmlValue(rounded))
        + (remark.map { " (\(htmlEscaped($0)))" } ?? "")
    }
  }

  private static func htmlValue(_ rounded: Estimate.Rounded) -> String {
    guard rounded.exponent != 0 else { return rounded.text }
    let inner = Estimate.Rounded(mean: rounded.mean, spread: rounded.spread, exponent: 0).text
    return (rounded.spread == .none ? inner : "(\(inner))") + " × 10<sup>\(rounded.exponent)</sup>"
  }

  private static func htmlEscaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }
}
