/// Lines of a terminal that are written anew, over themselves. A line that is wider than the terminal would take two
/// rows, and the next writing would begin on the wrong one; so lines are cut, and their number too.
public struct TerminalRegion: Sendable {
  private var lineCount = 0

  public init() {}

  /// What to write so that `text` stands where the last one stood: up over what is there, each line to its end, and
  /// nothing below.
  ///
  /// - Parameters:
  ///   - columns: the terminal's width now.
  ///   - rows: its height now.
  public mutating func redrawn(_ text: String, columns: Int, rows: Int) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      Self.fitted(String($0), columns: columns)
    }
    // The cursor stands on the row below the last.
    let room = max(2, rows - 1)
    if lines.count > room {
      lines.removeSubrange((room - 1)...)
      lines.append(Self.fitted("  … (this window is too low for all)", columns: columns))
    }
    let up = lineCount > 0 ? "\u{1B}[\(lineCount)A\r" : ""
    lineCount = lines.count
    return up + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
  }

  /// A line that takes one row, whose last column stays free: a full row's end would be erased with what is behind it.
  public static func fitted(_ line: String, columns: Int) -> String {
    line.count < columns ? line : line.prefix(max(0, columns - 2)) + "…"
  }
}
