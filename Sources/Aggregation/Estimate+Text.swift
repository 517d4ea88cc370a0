import Glibc

extension Estimate {
  /// Mean and half-width for a person: the half-width with two significant digits, the mean with as many decimals.
  ///
  /// Without a half-width (one value) or with none to speak of (equal values) the mean has two decimals, or four
  /// significant digits where it is below 1.
  var rounded: (mean: String, halfWidth: String?)? {
    guard let mean else { return nil }
    guard let halfWidth, halfWidth > 0 else {
      let decimals = mean == 0 || abs(mean) >= 1 ? 2 : min(3 - Int(floor(log10(abs(mean)))), 15)
      return (DecimalText.fixed(mean, decimals: decimals), self.halfWidth.map { _ in "0" })
    }
    let decimals = DecimalText.decimals(of: halfWidth, significantDigits: 2)
    return (
      DecimalText.fixed(mean, decimals: decimals), DecimalText.fixed(halfWidth, decimals: decimals)
    )
  }
}

/// Numbers with a chosen number of decimals.
enum DecimalText {
  /// How many decimals show `value` with so many significant digits after rounding (0.0996 with two is 0.10, so 2);
  /// negative where they end before the point.
  static func decimals(of value: Double, significantDigits: Int) -> Int {
    let decimals = significantDigits - 1 - Int(floor(log10(value)))
    let power = pow(10, Double(significantDigits - decimals))
    // Rounding may carry into one more digit in front.
    return rounded(value, decimals: decimals) >= power * (1 - 1e-12) ? decimals - 1 : decimals
  }

  /// Rounded as C's printf rounds: to nearest by the exact binary value.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard decimals >= 0 else { return fixed(rounded(value, decimals: decimals), decimals: 0) }
    var buffer = [CChar](repeating: 0, count: 400)
    let count = withVaList([Int32(decimals), value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
    let text = String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // "-0.0" reads as if there were something below zero.
    return text.contains { ("1"..."9").contains($0) } ? text : text.filter { $0 != "-" }
  }

  private static func rounded(_ value: Double, decimals: Int) -> Double {
    let scale = pow(10, Double(abs(decimals)))
    return decimals >= 0 ? (value * scale).rounded() / scale : (value / scale).rounded() * scale
  }
}
