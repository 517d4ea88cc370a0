import Markup

/// Elements of an SVG document, one a line.
struct SVGText {
  private(set) var lines: [String] = []

  enum Anchor: String { case start, middle, end }

  mutating func line(_ text: String) { lines.append(text) }

  mutating func text(
    _ text: String, x: Double, y: Double, _ anchor: Anchor = .start, style: String = "text",
    isUpright: Bool = false
  ) {
    let turn = isUpright ? " transform=\"rotate(-90 \(Self.number(x)) \(Self.number(y)))\"" : ""
    let anchor = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    lines.append(
      "<text class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(anchor)\(turn)>"
        + MarkupText.escaped(text) + "</text>")
  }

  mutating func path(_ commands: String, style: String) {
    guard !commands.isEmpty else { return }
    lines.append("<path class=\"\(style)\" d=\"\(commands)\"/>")
  }

  /// `12.3 45.6`
  static func place(_ x: Double, _ y: Double) -> String { number(x) + " " + number(y) }

  /// With one decimal, which is finer than a screen shows, and the same on every machine.
  static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let whole = String(abs(tenths) / 10)
    let sign = tenths < 0 ? "-" : ""
    return tenths % 10 == 0 ? sign + whole : "\(sign)\(whole).\(abs(tenths) % 10)"
  }
}
