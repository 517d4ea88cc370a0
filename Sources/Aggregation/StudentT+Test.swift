extension StudentT {
  /// P(|T| ≥ |t|) with `degrees` degrees of freedom, which need not be whole: I_x(ν/2, 1/2) at x = ν / (ν + t²)
  /// (Abramowitz and Stegun 1964, 26.7.1 and 26.5.27).
  ///
  /// - Precondition: degrees > 0.
  static func twoSidedP(_ t: Double, degrees: Double) -> Double {
    let square = t * t
    guard square.isFinite else { return 0 }
    return IncompleteBeta.regularised(
      degrees / (degrees + square), complement: square / (degrees + square), a: degrees / 2, b: 0.5)
  }
}
