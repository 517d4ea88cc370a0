import Glibc

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
