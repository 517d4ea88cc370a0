import Markup

extension Figure {
  /// The figure as a self-contained SVG document, 720 units wide: text is text, colours follow the reader's light or
  /// dark scheme, a print is light. Equal figures give equal bytes.
  ///
  /// Design note: no identifiers and no clip paths, so that several figures may lie in one HTML page.
  public var svg: String {
    var body = SVGText()
    var y = Page.margin
    for line in Typography.wrapped(title, to: Page.textWidth, size: Typography.title, isBold: true) {
      y += Typography.title
      body.text(line, x: Page.margin, y: y, style: "title")
      y += 6
    }
    for line in Typography.wrapped(sentences.joined(separator: " "), to: Page.textWidth) {
      y += Typography.lineHeight
      body.text(line, x: Page.margin, y: y - 4, style: "quiet")
    }
    return document(body, from: y + 10, margin: Page.margin)
  }

  /// As `svg`, but without title and caption, for a page that tells those itself; programs that read aloud find them in
  /// both.
  public var drawing: String { document(SVGText(), from: 0, margin: 0) }

  /// The caption with what only the drawing knows.
  public var sentences: [String] {
    caption + (drawings.contains(where: \.cutsIntervals) ? ["Intervals that leave the frame are cut."] : [])
      + (drawings.contains(where: \.hasRings) ? ["Ringed: the mean of fewer trials than planned."] : [])
  }

  private var drawings: [PanelDrawing] {
    panels.map { PanelDrawing($0, plotHeight: panels.count == 1 ? 300 : 200) }
  }

  /// Legend and panels below `body`.
  private func document(_ body: SVGText, from top: Double, margin: Double) -> String {
    var body = body
    let y = drawPanels(drawings, on: &body, from: drawLegend(on: &body, from: top) + 6) + margin
    // Without words the sides need no margin either.
    let left = Page.margin - margin
    let (x, width, height) = (SVGText.number(left), SVGText.number(Page.width - 2 * left), SVGText.number(y))
    let head = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"igr-figure\" viewBox=\"\(x) 0 \(width) \(height)\" width=\"\(width)\""
        + " height=\"\(height)\" role=\"img\">",
      "<title>\(MarkupText.escaped(title))</title>",
      "<desc>\(MarkupText.escaped(sentences.joined(separator: " ")))</desc>",
      "<style>\n\(StyleSheet.text)\n</style>",
      "<rect class=\"paper\" x=\"\(x)\" width=\"\(width)\" height=\"\(height)\"/>",
    ]
    return (head + body.lines + ["</svg>", ""]).joined(separator: "\n")
  }

  private enum Page {
    static let width = 720.0
    static let margin = 16.0
    static let textWidth = width - 2 * margin
    static let gap = 20.0
    /// Room for half of the last number under an axis.
    static let rightMargin = 14.0
  }

  /// Entries from left to right in as many lines as they need.
  ///
  /// - Returns: where the legend ends.
  private func drawLegend(on svg: inout SVGText, from top: Double) -> Double {
    var entries: [Series] = []
    for series in panels.flatMap(\.series).sorted(by: { $0.style < $1.style }) {
      let isKnown = entries.contains {
        $0.name == series.name && $0.style == series.style && $0.mark == series.mark
      }
      if !isKnown { entries.append(series) }
    }
    guard !entries.isEmpty else { return top }
    let swatch = 34.0
    var (x, y) = (Page.margin, top)
    for entry in entries {
      let name = Typography.fitted(entry.name, to: Page.textWidth - swatch - 6)
      let width = swatch + 6 + Typography.width(name)
      if x > Page.margin, x + width > Page.width - Page.margin {
        x = Page.margin
        y += 20
      }
      let style = SeriesStyle.index(entry.style)
      if entry.mark == .bars {
        svg.path(
          "M\(SVGText.place(x, y + 2))h\(SVGText.number(swatch))v12h-\(SVGText.number(swatch))z",
          style: "bars\(style)")
      } else {
        svg.path("M\(SVGText.place(x, y + 8))h\(SVGText.number(swatch))", style: "line\(style)")
      }
      if entry.mark == .line {
        svg.path(
          "M\(SVGText.place(x + swatch / 2, y + 8))\(SeriesStyle.all[style].marker)", style: "mark\(style)")
      }
      svg.text(name, x: x + swatch + 6, y: y + 8 + Typography.body * 0.35)
      x += width + 18
    }
    return y + 20
  }

  /// - Returns: where the panels end.
  private func drawPanels(_ drawings: [PanelDrawing], on svg: inout SVGText, from top: Double) -> Double {
    let columns = min(2, max(1, drawings.count))
    let panelWidth = (Page.textWidth - Double(columns - 1) * Page.gap) / Double(columns)
    // One margin for all, so that the frames of one column begin below each other.
    let leftMargin = drawings.map(\.leftMargin).max() ?? 0
    var y = top
    for start in stride(from: 0, to: drawings.count, by: columns) {
      let row = drawings[start..<min(start + columns, drawings.count)]
      let headings = row.map { drawing in
        Typography.wrapped(drawing.panel.heading ?? "", to: panelWidth, isBold: true)
      }
      let plotTop = y + Double(headings.map(\.count).max() ?? 0) * Typography.lineHeight + 4
      for (column, (drawing, lines)) in zip(row, headings).enumerated() {
        let left = Page.margin + Double(column) * (panelWidth + Page.gap)
        for (index, line) in lines.enumerated() {
          svg.text(
            line, x: left, y: y + Typography.body + Double(index) * Typography.lineHeight, style: "heading")
        }
        drawing.draw(
          on: &svg, left: left + leftMargin, right: left + panelWidth - Page.rightMargin, top: plotTop,
          rightMargin: Page.rightMargin)
      }
      y = plotTop + (row.first?.plotHeight ?? 0) + PanelDrawing.bottomMargin + Page.gap
    }
    return drawings.isEmpty ? top : y - Page.gap
  }
}
