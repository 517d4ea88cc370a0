import Glibc

/// A marked number of an axis.
struct Tick: Hashable {
  let value: Double
  let label: String
}

extension AxisRange {
  /// Round numbers of the range, rising.
  ///
  /// - Parameters:
  ///   - count: at most so many; at least 2.
  ///   - isWhole: no ticks between whole numbers.
  func ticks(atMost count: Int, isWhole: Bool = false) -> [Tick] {
    let count = max(2, count)
    guard isLogarithmic else { return linearTicks(atMost: count, isWhole: isWhole) }
    let decades = Int(floor(log10(low)))...Int(ceil(log10(high)))
    var choices = [decades.flatMap { decade in [1, 2, 5].map { Decimal(digits: $0, exponent: decade) } }]
    for stride in 1...max(1, decades.count) {
      choices.append(decades.filter { $0 % stride == 0 }.map { Decimal(digits: 1, exponent: $0) })
    }
    let inside = choices.map { $0.filter { contains($0.value) } }
    // Within less than a decade, even steps mark more than powers do.
    guard inside[0].count > 2 else { return linearTicks(atMost: count, isWhole: isWhole) }
    return Self.labelled(inside.first { $0.count <= count } ?? [])
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  private func linearTicks(atMost count: Int, isWhole: Bool) -> [Tick] {
    var exponent = Int(floor(log10((high - low) / Double(count))))
    if isWhole { exponent = max(0, exponent) }
    while true {
      for factor in [1, 2, 5] {
        let step = Decimal(digits: factor, exponent: exponent).value
        // The tolerance keeps an end that is a multiple but for rounding.
        let first = Int((low / step - 1e-9).rounded(.up))
        let last = Int((high / step + 1e-9).rounded(.down))
        guard last - first < count else { continue }
        guard first <= last else { return [] }
        return Self.labelled((first...last).map { Decimal(digits: $0 * factor, exponent: exponent) })
      }
      exponent += 1
    }
  }

  private func contains(_ value: Double) -> Bool {
    value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
  }

  private static func labelled(_ numbers: [Decimal]) -> [Tick] {
    let largest = numbers.map { abs($0.value) }.max() ?? 0
    let smallest = numbers.map { abs($0.value) }.filter { $0 > 0 }.min() ?? 1
    let isPlain = largest < 1e6 && smallest > 0.9e-4
    return numbers.map { Tick(value: $0.value, label: isPlain ? $0.plainText : $0.scientificText) }
  }
}

/// digits · 10^exponent, which is exact where a Float64 is not, so that labels have no 0.30000000000000004.
private struct Decimal {
  let digits: Int
  let exponent: Int

  var value: Double { Double("\(digits)e\(exponent)") ?? .nan }

  private var sign: String { digits < 0 ? "−" : "" }

  var plainText: String {
    guard exponent < 0 else {
      return sign + String(abs(digits)) + (digits == 0 ? "" : String(repeating: "0", count: exponent))
    }
    let text = String(abs(digits))
    let padded = String(repeating: "0", count: max(0, 1 - exponent - text.count)) + text
    return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
  }

  /// `2×10⁻⁵`
  var scientificText: String {
    guard digits != 0 else { return "0" }
    var text = String(abs(digits))
    let power = exponent + text.count - 1
    while text.count > 1, text.hasSuffix("0") { text.removeLast() }
    let mantissa = text.count > 1 ? text.prefix(1) + "." + text.dropFirst() : Substring(text)
    let raised = String(power).map { $0 == "-" ? "⁻" : Self.superscripts[$0.wholeNumberValue ?? 0] }
    return sign + (mantissa == "1" ? "10" : mantissa + "×10") + String(raised)
  }

  private static let superscripts: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
}
