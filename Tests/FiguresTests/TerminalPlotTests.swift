import Testing

@testable import Figures

@Suite struct TerminalPlotTests {
  /// Eight columns by four lines: x of column c is 3c/7, and the line falls by one row every 7/3 columns.
  @Test func aFallingLineInASCII() {
    let lines = TerminalPlot([(x: 0, y: 9), (x: 3, y: 0)]).lines(width: 11, height: 4, style: .ascii)
    #expect(lines == ["9 |**", "  |  **", "  |    **", "0 |      **", "   0      3"])
  }

  /// Two columns of two dots by one line of four: all four dots of a diagonal, two in each character.
  @Test func dotsOfBraille() {
    let lines = TerminalPlot([(x: 0, y: 0), (x: 1, y: 1)]).lines(width: 11, height: 2, style: .braille)
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("1 ┤") && lines[1].hasPrefix("0 ┤"))
    // Sixteen dots across, eight down: every row of dots has two neighbouring ones.
    #expect(lines[0].dropFirst(3).map { String($0) }.joined() == "\u{2800}\u{2800}\u{2800}\u{2800}⣀⠤⠒⠉")
    #expect(lines[1].dropFirst(3).map { String($0) }.joined() == "⣀⠤⠒⠉")
  }

  @Test func equalValuesAreALineInTheMiddle() {
    let lines = TerminalPlot([(x: 0, y: 5), (x: 1, y: 5)]).lines(width: 11, height: 3, style: .ascii)
    #expect(lines == ["5 |", "  |********", "5 |", "   0      1"])
  }

  @Test func whatIsNotFiniteIsLeftOut() {
    #expect(
      TerminalPlot([(x: 0, y: .nan), (x: 1, y: 5), (x: 2, y: .infinity)]).lines(
        width: 20, height: 3, style: .ascii) == [])
    #expect(TerminalPlot([]).lines(width: 20, height: 3, style: .braille) == [])
  }

  @Test func numbersAreShort() {
    #expect(TerminalPlot.shortNumber(-131.4216) == "-131.4")
    #expect(TerminalPlot.shortNumber(3.2e-9) == "3.2e-09")
    #expect(TerminalPlot.shortNumber(-131.42164, digits: 7) == "-131.4216")
  }
}
