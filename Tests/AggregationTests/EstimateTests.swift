import Testing

@testable import Aggregation

@Suite struct EstimateTests {
  struct Reference: Sendable {
    let values: [Double]
    let mean: Double
    let deviation: Double
    let halfWidth: Double
  }

  /// pandas 3.1.1 `Series.mean()`, `Series.std()` and SciPy 1.17.1 `t.ppf(0.975, n - 1) * std / sqrt(n)`, which is
  /// half of `t.interval(0.95, n - 1, loc=mean, scale=sem)`.
  static let references: [Reference] = [
    Reference(
      values: [-101.5, -99.25], mean: -100.375, deviation: 1.590990257669732, halfWidth: 14.29448032819653),
    Reference(
      values: [-89.1, -88.7, -90.3, -89.9, -89.05], mean: -89.41, deviation: 0.6637017402418051,
      halfWidth: 0.8240945564034358),
    Reference(
      values: [1e-3, 1.1e-3, 0.9e-3], mean: 1e-3, deviation: 0.00010000000000000005,
      halfWidth: 0.00024841377117503313),
    Reference(
      values: [1e6, 1_000_001, 1_000_003, 999_998], mean: 1_000_000.5, deviation: 2.0816659994661326,
      halfWidth: 3.312395134417855),
  ]

  @Test(arguments: references) func agreesWithPandasAndSciPy(_ reference: Reference) throws {
    let estimate = Estimate(of: reference.values)
    #expect(estimate.count == reference.values.count)
    #expect(abs(try #require(estimate.mean) / reference.mean - 1) < 1e-14)
    #expect(abs(try #require(estimate.standardDeviation) / reference.deviation - 1) < 1e-12)
    #expect(abs(try #require(estimate.halfWidth) / reference.halfWidth - 1) < 1e-12)
  }

  @Test func oneValueHasNoInterval() {
    let estimate = Estimate(of: [3.5])
    #expect(estimate.mean == 3.5)
    #expect(estimate.halfWidth == nil)
    #expect(estimate.standardDeviation == nil)
  }

  @Test func whatIsNotFiniteWasNotMeasured() {
    let estimate = Estimate(of: [.nan, 1, .infinity, 3, -.infinity])
    #expect(estimate.count == 2)
    #expect(estimate.mean == 2)
    #expect(Estimate(of: [.nan]).mean == nil)
    #expect(Estimate(of: []).count == 0)
  }

  /// Values, mean and half-width as shown.
  static let shown: [([Double], String, String?)] = [
    ([-101.5, -99.25], "-100", "14"), ([-89.1, -88.7, -90.3, -89.9, -89.05], "-89.41", "0.82"),
    ([1e-3, 1.1e-3, 0.9e-3], "0.00100", "0.00025"),
    ([1e6, 1_000_001, 1_000_003, 999_998], "1000000.5", "3.3"),
    ([-1000, -3000], "-2000", "13000"), ([5, 5], "5.00", "0"), ([-98.765], "-98.77", nil),
    ([0.012345], "0.01235", nil), ([0], "0.00", nil), ([-0.5, 0.5], "0.0", "6.4"),
  ]

  @Test(arguments: shown) func isShownAsPreciseAsItIs(
    _ values: [Double], _ mean: String, _ halfWidth: String?
  ) {
    let rounded = Estimate(of: values).rounded
    #expect(rounded?.mean == mean)
    #expect(rounded?.halfWidth == halfWidth)
  }

  static let decimals: [(Double, Int, String)] = [
    (0.0996, 2, "0.10"), (0.0994, 3, "0.099"), (9.96, 0, "10"), (9.94, 1, "9.9"), (1, 1, "1.0"),
    (99.6, -1, "100"),
    (99.4, 0, "99"), (123.4, -1, "120"), (1e-9, 10, "0.0000000010"),
  ]

  @Test(arguments: decimals) func roundingMayCarry(_ value: Double, _ decimals: Int, _ text: String) {
    #expect(DecimalText.decimals(of: value, significantDigits: 2) == decimals)
    #expect(DecimalText.fixed(value, decimals: decimals) == text)
  }

  @Test func nothingIsMinusZero() {
    #expect(DecimalText.fixed(-0.04, decimals: 1) == "0.0")
    #expect(DecimalText.fixed(-0.06, decimals: 1) == "-0.1")
  }
}
