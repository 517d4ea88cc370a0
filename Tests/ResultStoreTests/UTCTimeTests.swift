import Foundation
import Testing

@testable import ResultStore

@Suite struct UTCTimeTests {
  @Test(arguments: [
    (0.0, "1970-01-01T00:00:00.000000Z"),
    (951_782_399.999999, "2000-02-28T23:59:59.999999Z"),
    (951_782_399.9999997, "2000-02-29T00:00:00.000000Z"),
    (1_700_000_000.25, "2023-11-14T22:13:20.250000Z"),
    (-0.5, "1969-12-31T23:59:59.500000Z"),
  ])
  func textOfATime(seconds: Double, text: String) {
    #expect(UTCTime.text(unixSeconds: seconds) == text)
    #expect(abs((UTCTime.unixSeconds(of: text) ?? .nan) - seconds) < 1e-6)
  }

  @Test(arguments: ["", "2023-11-14", "2023-11-14T22:13:20.250000", "2023-11-14Tab:13:20.250000Z"])
  func whatIsNoTime(text: String) {
    #expect(UTCTime.unixSeconds(of: text) == nil)
  }
}
