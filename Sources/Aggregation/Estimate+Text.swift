import Glibc

extension Estimate {
  /// A mean and its interval for a person.
  struct Rounded: Hashable {
    enum Spread: Hashable {
      case none
      case plusMinus(String)
      case range(low: String, high: String)
    }

    let mean: String
    let spread: Spread
    /// Power of ten that all the numbers are to be multiplied by; 0 for plain numbers.
    let exponent: Int

    /// The half-width as shown.
    var halfWidth: String? { if case .plusMinus(let text) = spread { text } else { nil } }

    /// As text: `-131.37 ± 0.07`, `-131.37 [-131.5, -131.2]`, `(3.2 ± 1.1)e-9`.
    var text: String {
      let inner =
        switch spread {
        case .none: mean
        case .plusMinus(let half): "\(mean) ± \(half)"
        case .range(let low, let high): "\(mean) [\(low), \(high)]"
        }
      if exponent == 0 { return inner }
      return spread == .none ? "\(inner)e\(exponent)" : "(\(inner))e\(exponent)"
    }
  }

  /// Half of the interval's length with two significant digits, the mean with as many decimals.
  ///
  /// Without an interval (one value) or with none to speak of (equal values) the mean has two decimals, or four
  /// significant digits where it is below 1. Very large and very small numbers are in powers of ten.
  var rounded: Rounded? {
    guard let mean else { return nil }
    let half = interval.map { ($0.high - $0.low) / 2 } ?? 0
    let exponent = Self.exponent(of: max(abs(mean), half))
    let scale = pow(10, Double(-exponent))
    let decimals = Self.decimals(mean: mean * scale, half: half * scale, isScaled: exponent != 0)
    func fixed(_ value: Double) -> String { DecimalText.fixed(value * scale, decimals: decimals) }
    let spread: Rounded.Spread =
      if let halfWidth {
        .plusMinus(halfWidth > 0 ? fixed(halfWidth) : "0")
      } else if let interval {
        .range(low: fixed(interval.low), high: fixed(interval.high))
      } else {
        .none
      }
    return Rounded(mean: fixed(mean), spread: spread, exponent: exponent)
  }

  private static func exponent(of magnitude: Double) -> Int {
    guard magnitude > 0, magnitude < 1e-3 || magnitude >= 1e7 else { return 0 }
    return Int(floor(log10(magnitude)))
  }

  private static func decimals(mean: Double, half: Double, isScaled: Bool) -> Int {
    if half > 0 { return DecimalText.decimals(of: half, significantDigits: 2) }
    if isScaled { return 3 }
    return mean == 0 || abs(mean) >= 1 ? 2 : min(3 - Int(floor(log10(abs(mean)))), 15)
  }
}
