import Glibc

/// Pearson's test of counts against probabilities.
struct ChiSquare {
  let statistic: Double
  /// What the statistic exceeds with probability 1e-4 (Wilson & Hilferty 1931).
  let critical: Double

  /// Categories of which fewer than five are expected are counted as one.
  init(counts: [Double], probabilities: [Double]) {
    let total = counts.reduce(0, +)
    var (statistic, cells) = (0.0, 0.0)
    var rest = (count: 0.0, expected: 0.0)
    func add(_ count: Double, _ expected: Double) {
      statistic += (count - expected) * (count - expected) / expected
      cells += 1
    }
    for (count, probability) in zip(counts, probabilities) {
      let expected = probability * total
      if expected >= 5 { add(count, expected) } else { rest = (rest.count + count, rest.expected + expected) }
    }
    // Below one expected the statistic's law is far from the one assumed; 15 of them are a probability below 1e-8.
    if rest.expected >= 1 { add(rest.count, rest.expected) } else if rest.count > 15 { statistic = .infinity }
    self.statistic = statistic
    let degrees = max(1, cells - 1)
    let quantile = 3.719016
    critical = degrees * pow(1 - 2 / (9 * degrees) + quantile * (2 / (9 * degrees)).squareRoot(), 3)
  }

  var agrees: Bool { statistic <= critical }
}
