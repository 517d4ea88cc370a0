import Testing
import Trials

@Suite struct HyperparameterValueTests {
  static let canonical: [(HyperparameterValue, String)] = [
    (.integer(1), "1"), (.real(1), "1"), (.real(1e0), "1"), (.real(-0.0), "0"), (.real(0.1), "0.1"),
    (.real(1e-5), "1e-05"), (.real(-2.5), "-2.5"), (.real(9_007_199_254_740_991), "9007199254740991"),
    (.boolean(true), "true"), (.string("a\"b\\c\n\u{1}é"), "\"a\\\"b\\\\c\\n\\u0001é\""),
    (.list([.integer(0), .real(5), .string("x")]), "[0,5,\"x\"]"),
  ]

  @Test(arguments: canonical) func hasOneTextPerValue(_ value: HyperparameterValue, _ text: String) {
    #expect(value.canonicalJSON == text)
  }

  @Test func displayIsWithoutQuotes() {
    #expect(HyperparameterValue.string("GS_Dis").displayText == "GS_Dis")
    #expect(HyperparameterValue.real(0.5).displayText == "0.5")
  }

  @Test func aLongListIsNamedByItsContent() {
    let short = HyperparameterValue.list([.real(0), .real(5), .real(25_000)])
    #expect(short.labelText == "[0,5,25000]")
    let numbers = (0..<40).map { HyperparameterValue.real(Double($0) / 8) }
    let long = HyperparameterValue.list([.list(numbers), .list(numbers)])
    #expect(long.labelText.wholeMatch(of: #/#[0-9a-f]{8}/#) != nil)
    #expect(
      long.labelText != HyperparameterValue.list([.list(numbers), .list(numbers.reversed())]).labelText)
  }
}
