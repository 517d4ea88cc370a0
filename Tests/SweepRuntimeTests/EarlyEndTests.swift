import Testing

@testable import SweepRuntime

@Suite struct EarlyEndTests {
  @Test(arguments: ["at epoch 4 its val_elbo -2.5 was worse than -1.5", "", " two  spaces "])
  func survivesItsLine(_ reason: String) {
    let end = EarlyEnd(rung: 4, reason: reason)
    #expect(!end.line.contains("\n"))
    #expect(EarlyEnd(line: end.line) == end)
  }

  @Test func aReasonOfManyLinesIsOneLine() {
    #expect(EarlyEnd(rung: 1, reason: "a\nb\r\nc").line == "end early 1 a b c")
  }

  @Test(arguments: ["", "end early", "end early x y", "end early -1 no", "end late 3 no", "end early 3"])
  func anyOtherLineIsNone(_ line: String) {
    #expect(EarlyEnd(line: line) == nil)
  }
}
