import Reporting
import Testing

@Suite struct TerminalRegionTests {
  /// What a terminal shows after such texts: moves up, returns, erasures to the end of line and screen, and lines.
  private func screen(_ texts: [String], columns: Int) -> [String] {
    var rows = [""]
    var row = 0
    for text in texts {
      var rest = Substring(text)
      while !rest.isEmpty {
        if let match = rest.prefixMatch(of: /\u{1B}\[(\d+)A\r/) {
          row -= Int(match.1) ?? 0
          rest = rest[match.range.upperBound...]
        } else if rest.hasPrefix("\u{1B}[K") {
          rest = rest.dropFirst(3)
        } else if rest.hasPrefix("\u{1B}[J") {
          rows.removeSubrange(row...)
          rows.append("")
          rest = rest.dropFirst(3)
        } else {
          let line = rest.prefix { $0 != "\u{1B}" && $0 != "\n" }
          if line.isEmpty {
            row += 1
            if row == rows.count { rows.append("") }
            rest = rest.dropFirst()
          } else {
            // As a terminal wraps.
            var left = line
            while left.count > columns {
              rows[row] = String(left.prefix(columns))
              left = left.dropFirst(columns)
              row += 1
              if row == rows.count { rows.append("") }
            }
            rows[row] = String(left)
            rest = rest.dropFirst(line.count)
          }
        }
      }
    }
    return rows
  }

  @Test func linesStandWhereTheLastStoodAlsoWhenTheyAreTooWide() {
    var region = TerminalRegion()
    let worker = "  worker 16988 on node-1: trial cf719d8ed8910344, epoch 2421, step 27097, 24189 images/s"
    let texts = (1...3).map { "wide: running, \($0) of 6\n\(worker)" }
    let written = texts.map { region.redrawn($0, columns: 40, rows: 24) }
    #expect(
      screen(written, columns: 40) == [
        "wide: running, 3 of 6", "  worker 16988 on node-1: trial cf719d…", "",
      ])
    // Shorter than before, nothing is left of the longer.
    #expect(screen(written + [region.redrawn("done", columns: 40, rows: 24)], columns: 40) == ["done", ""])
  }

  @Test func moreLinesThanTheWindowHasAreCut() {
    var region = TerminalRegion()
    let text = (1...30).map { "line \($0)" }.joined(separator: "\n")
    let written = (1...2).map { _ in region.redrawn(text, columns: 80, rows: 5) }
    #expect(
      screen(written, columns: 80)
        == ["line 1", "line 2", "line 3", "  … (this window is too low for all)", ""])
  }

  @Test(arguments: [("abc", 4, "abc"), ("abcd", 4, "ab…"), ("ab", 2, "…"), ("", 1, "")])
  func aLineFitsItsRow(_ line: String, _ columns: Int, _ fitted: String) {
    #expect(TerminalRegion.fitted(line, columns: columns) == fitted)
  }
}
