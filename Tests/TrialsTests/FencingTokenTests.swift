import Testing
import Trials

@Suite struct FencingTokenTests {
  @Test func aLaterLifeWinsOverALaterCounter() {
    let rising = [
      FencingToken(coordinatorEpoch: 1, counter: 1), FencingToken(coordinatorEpoch: 1, counter: 2),
      FencingToken(coordinatorEpoch: 1, counter: .max), FencingToken(coordinatorEpoch: 2, counter: 1),
      FencingToken(coordinatorEpoch: 10, counter: 0),
    ]
    for (index, token) in rising.enumerated() {
      for (other, otherToken) in rising.enumerated() { #expect((token < otherToken) == (index < other)) }
      #expect(FencingToken(token.description) == token)
    }
  }

  /// "+1-02" for 1-2 would give one lease two file names.
  @Test(arguments: [
    "", "1", "1-", "-1", "1-2-3", "a-1", "+1-2", "1-02", "4294967296-1", "1--2", "1- 2", "01-2", "1-+2",
    "1-18446744073709551616", "18446744073709551617-1", "1-99999999999999999999", "00-1", "1-00", "1-2\u{0}",
  ])
  func onlyItsOwnTextReadsBack(_ text: String) {
    #expect(FencingToken(text) == nil)
  }
}
