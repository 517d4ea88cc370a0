import Glibc

/// A small line chart of characters, for a terminal.
public struct TerminalPlot: Sendable {
  /// What the terminal can show.
  public enum Style: Sendable {
    /// Braille patterns: two dots by four in each character.
    case braille
    case ascii
  }

  let points: [(x: Double, y: Double)]

  /// - Parameter points: those that are not finite are left out.
  public init(_ points: [(x: Double, y: Double)]) {
    self.points = points.filter { $0.x.isFinite && $0.y.isFinite }.sorted { $0.x < $1.x }
  }

  /// Lines of text: the highest and lowest value at the left, the first and last x below. Empty without two points.
  ///
  /// - Parameters:
  ///   - width: columns in all.
  ///   - height: lines of the area of the chart.
  public func lines(width: Int, height: Int, style: Style) -> [String] {
    guard points.count > 1, let low = points.map(\.y).min(), let high = points.map(\.y).max() else {
      return []
    }
    let labels = [Self.label(high), Self.label(low)]
    let labelWidth = labels.map(\.count).max() ?? 0
    let columns = max(8, width - labelWidth - 2)
    let rows = drawn(columns: columns, rows: height, low: low, high: high, style)
    let edge = style == .braille ? "┤" : "|"
    let lines = rows.enumerated().map { index, row in
      let label = index == 0 ? labels[0] : index == rows.count - 1 ? labels[1] : ""
      return String(repeating: " ", count: labelWidth - label.count) + label + " " + edge + row
    }
    let (first, last) = (Self.label(points[0].x), Self.label(points[points.count - 1].x))
    let gap = max(1, columns - first.count - last.count)
    return lines + [
      String(repeating: " ", count: labelWidth + 2) + first + String(repeating: " ", count: gap) + last
    ]
  }

  private func drawn(columns: Int, rows: Int, low: Double, high: Double, _ style: Style) -> [String] {
    let (across, down) = style == .braille ? (2, 4) : (1, 1)
    let (width, height) = (columns * across, rows * down)
    var dots = [Bool](repeating: false, count: width * height)
    let (left, right) = (points[0].x, points[points.count - 1].x)
    func place(_ point: (x: Double, y: Double)) -> (x: Int, y: Int) {
      let x = right > left ? (point.x - left) / (right - left) : 0
      let y = high > low ? (high - point.y) / (high - low) : 0.5
      return (Int((x * Double(width - 1)).rounded()), Int((y * Double(height - 1)).rounded()))
    }
    for (from, to) in zip(points, points.dropFirst()) {
      let (a, b) = (place(from), place(to))
      let steps = max(abs(b.x - a.x), abs(b.y - a.y), 1)
      for step in 0...steps {
        let x = a.x + Int((Double((b.x - a.x) * step) / Double(steps)).rounded())
        let y = a.y + Int((Double((b.y - a.y) * step) / Double(steps)).rounded())
        dots[y * width + x] = true
      }
    }
    return (0..<rows).map { row in
      let text = String(
        (0..<columns).map { column in
          Self.character(style) { x, y in dots[(row * down + y) * width + column * across + x] }
        })
      return String(text.reversed().drop { $0 == " " || $0 == "\u{2800}" }.reversed())
    }
  }

  /// Bits of a braille pattern by column and row (Unicode, block U+2800).
  private static let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  private static func character(_ style: Style, _ isSet: (Int, Int) -> Bool) -> Character {
    guard style == .braille else { return isSet(0, 0) ? "*" : " " }
    var pattern: UInt32 = 0x2800
    for x in 0..<2 { for y in 0..<4 where isSet(x, y) { pattern |= bits[x][y] } }
    return Unicode.Scalar(pattern).map(Character.init) ?? " "
  }

  static func label(_ value: Double) -> String { shortNumber(value) }

  /// A number with at most so many significant digits, without zeros at its end.
  public static func shortNumber(_ value: Double, digits: Int = 4) -> String {
    var buffer = [CChar](repeating: 0, count: 60)
    let count = withVaList([Int32(digits), value]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
    return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
