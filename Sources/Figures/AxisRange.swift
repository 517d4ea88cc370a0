import Glibc

/// The numbers that an axis goes through, from its low to its high end.
struct AxisRange: Hashable {
  let low: Double
  let high: Double
  let isLogarithmic: Bool

  /// - Parameters:
  ///   - values: finite; none are as good as 0.
  ///   - scale: linear is taken in its place where a value is not positive.
  init(of values: [Double], scale: Figure.Scale) {
    let smallest = values.min() ?? 0
    let largest = values.max() ?? 0
    isLogarithmic = scale == .logarithmic && smallest > 0
    if isLogarithmic {
      let isPoint = largest < smallest * 1.02
      low = isPoint ? smallest / 1.5 : smallest
      high = isPoint ? largest * 1.5 : largest
    } else {
      // Narrower than this, neighbouring ticks would be the same Float64.
      let isPoint = largest - smallest <= 1e-9 * max(abs(smallest), abs(largest))
      // Zeros are mostly shares and counts, which are never below.
      low = isPoint ? smallest - abs(smallest) * 0.05 : smallest
      high = isPoint ? (largest == 0 ? 1 : largest + abs(largest) * 0.05) : largest
    }
  }

  /// How far an interval may widen the range of the values themselves.
  var widened: (low: Double, high: Double) {
    let margin = 0.75 * (high - low)
    return isLogarithmic ? (low / 3, high * 3) : (low - margin, high + margin)
  }

  /// Where a value lies: 0 at the low end, 1 at the high end; values outside at the nearer end.
  func fraction(_ value: Double) -> Double {
    let clamped = min(max(value, low), high)
    if isLogarithmic { return (log10(clamped) - log10(low)) / (log10(high) - log10(low)) }
    return (clamped - low) / (high - low)
  }
}
