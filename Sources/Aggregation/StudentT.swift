import Glibc

/// Student's t distribution, as far as intervals of a mean need it.
enum StudentT {
  /// The t below which a share `probability` of the distribution with `degrees` degrees of freedom lies.
  ///
  /// Solves A(t | ν) = 2p − 1 with A(t | ν) = I_y(1/2, ν/2), y = t² / (ν + t²) (Abramowitz and Stegun 1964, 26.7.1
  /// and 26.5.27; I is the regularised incomplete beta function) by bisection.
  ///
  /// - Precondition: 0.5 < probability < 1, degrees ≥ 1.
  static func quantile(_ probability: Double, degrees: Int) -> Double {
    precondition(probability > 0.5 && probability < 1 && degrees >= 1)
    let nu = Double(degrees)
    let share = 2 * probability - 1
    func central(_ t: Double) -> Double {
      let square = t * t
      return IncompleteBeta.regularised(
        square / (nu + square), complement: nu / (nu + square), a: 0.5, b: nu / 2)
    }
    var low = 0.0
    var high = 1.0
    while central(high) < share {
      low = high
      high *= 2
    }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if central(middle) < share { low = middle } else { high = middle }
    }
  }
}

/// I_x(a, b), the regularised incomplete beta function.
enum IncompleteBeta {
  /// - Parameters:
  ///   - x: from 0 to 1.
  ///   - complement: 1 − x, given by itself because the subtraction would lose digits near 1.
  static func regularised(_ x: Double, complement: Double, a: Double, b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard complement > 0 else { return 1 }
    let front = exp(a * log(x) + b * log(complement) - logBeta(a, b))
    // The continued fraction converges fast below the mean only; above it I_x(a, b) = 1 − I_{1−x}(b, a).
    if x < (a + 1) / (a + b + 2) { return front * continuedFraction(x, a, b) / a }
    return 1 - front * continuedFraction(complement, b, a) / b
  }

  /// Lentz's evaluation of the continued fraction of I (NIST Digital Library of Mathematical Functions 8.17.22;
  /// Thompson and Barnett 1986).
  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    // Stands for a zero denominator (Thompson and Barnett).
    let tiny = 1e-300
    func bounded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / bounded(1 - (a + b) * x / (a + 1))
    var result = d
    // Needs O(√max(a, b)) terms; ten thousand reach a = b = 10⁶.
    for term in 1...10_000 {
      let m = Double(term)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / bounded(1 + even * d)
      c = bounded(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / bounded(1 + odd * d)
      c = bounded(1 + odd / c)
      result *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return result
  }

  private static func logBeta(_ a: Double, _ b: Double) -> Double {
    // lgamma_r, because lgamma keeps the sign in a global variable.
    var sign: Int32 = 0
    return lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign)
  }
}
