import Testing

@testable import Aggregation

@Suite struct BootstrapTests {
  struct Reference: Sendable {
    let values: [Double]
    let low: Double
    let high: Double
  }

  /// By a Philox 4×32-10 written in Python from Random123's description, and numpy 1.24.2 `percentile`.
  static let references: [Reference] = [
    Reference(values: [-101.5, -99.25, -100.75, -98.5, -101], low: -101.15, high: -99.15),
    Reference(values: [1, 2], low: 1, high: 2),
    Reference(values: [3, 1, 4, 1, 5, 9, 2, 6], low: 2.25, high: 5.75),
  ]

  @Test(arguments: references) func agreesWithAnIndependentImplementation(_ reference: Reference) {
    let interval = Bootstrap(seed: 1, resamples: 9_999).interval(of: reference.values)
    #expect(abs(interval.low - reference.low) < 1e-12 * abs(reference.low))
    #expect(abs(interval.high - reference.high) < 1e-12 * abs(reference.high))
  }

  /// SciPy 1.10.1 `bootstrap(method="percentile", n_resamples=200000)`: 2.25 and 5.75.
  @Test func agreesWithSciPyButForChance() {
    let interval = Bootstrap(seed: 1, resamples: 9_999).interval(of: [3, 1, 4, 1, 5, 9, 2, 6])
    #expect(abs(interval.low - 2.25) <= 0.25 && abs(interval.high - 5.75) <= 0.25)
  }

  @Test func theOrderOfTheValuesChangesNoBit() {
    let values = [-101.5, -99.25, -100.75, -98.5, -101]
    let expected = Bootstrap(seed: 7, resamples: 500).interval(of: values)
    for _ in 0..<10 {
      #expect(Bootstrap(seed: 7, resamples: 500).interval(of: values.shuffled()) == expected)
    }
    #expect(Bootstrap(seed: 8, resamples: 500).interval(of: values) != expected)
  }

  @Test func anEstimateByBootstrapHasEndsAndNoHalfWidth() {
    let estimate = Estimate(of: [1, 2, 4], by: .bootstrap())
    #expect(estimate.halfWidth == nil)
    #expect(estimate.interval?.low == 1 && estimate.interval?.high == 4)
    #expect(estimate.rounded?.text == "2.3 [1.0, 4.0]")
    #expect(Estimate(of: [1], by: .bootstrap()).interval == nil)
  }
}
