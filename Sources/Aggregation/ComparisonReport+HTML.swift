import Markup
import Trials

extension ComparisonReport {
  /// One HTML page, self-contained, readable in light, dark and print.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(HTMLNotation.escaped(sweep))</title>
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
    tables.map { heading, table, notes in
      var lines = ["<section>", "<h2>\(HTMLNotation.escaped(heading))</h2>"]
      for block in TableLayout(table).blocks {
        if let heading = block.heading { lines.append("<h3>\(HTMLNotation.escaped(heading))</h3>") }
        lines += ["<div class=\"scroll\"><table>", "<thead>"]
        lines.append(Self.htmlRow(HTMLNotation.header(block), tag: "th", block.nameCount))
        lines += ["</thead>", "<tbody>"]
        lines += HTMLNotation.lines(block).map { Self.htmlRow($0, tag: "td", block.nameCount) }
        lines += ["</tbody>", "</table></div>"]
      }
      let caption = table.captionWithLegend("In bold").map(HTMLNotation.escaped).joined(separator: " ")
      lines.append("<p>\(caption)</p>")
      if !notes.isEmpty {
        lines += ["<ul>"] + notes.map { "<li>\(HTMLNotation.escaped($0))</li>" } + ["</ul>"]
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
}

/// HTML content.
private enum HTMLNotation: CellNotation {
  static func escaped(_ text: String) -> String { MarkupText.escaped(text) }

  static func metric(_ metric: Metric) -> String {
    "<abbr title=\"\(escaped(metric.longName))\">\(escaped(metric.name))</abbr>" + arrow(metric)
  }

  static func number(_ rounded: Estimate.Rounded, isBold: Bool) -> String {
    isBold ? "<strong>\(number(rounded))</strong>" : number(rounded)
  }

  private static func number(_ rounded: Estimate.Rounded) -> String {
    guard rounded.exponent != 0 else { return rounded.text }
    let inner = Estimate.Rounded(mean: rounded.mean, spread: rounded.spread, exponent: 0).text
    return (rounded.spread == .none ? inner : "(\(inner))") + " × 10<sup>\(rounded.exponent)</sup>"
  }
}
