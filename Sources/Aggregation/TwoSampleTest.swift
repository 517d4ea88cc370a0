/// Whether two means differ by more than chance: two-sided t tests of repeated trials.
struct TwoSampleTest: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable {
    /// Student's t of the differences between values of equal seeds.
    case paired = "paired t"
    /// Welch 1947: unequal variances, no pairs.
    case welch = "Welch t"
  }

  let kind: Kind
  /// Two-sided.
  let pValue: Double

  /// Pairs where the repetitions (seeds) of one side are all among the other's, else compares without pairs.
  ///
  /// - Parameters:
  ///   - a, b: finite values by what they were repeated over.
  /// - Returns: nil where either side has fewer than two values, or fewer than two pairs.
  init?(_ a: [ComparisonTable.Key: Double], _ b: [ComparisonTable.Key: Double]) {
    let (small, large) = a.count <= b.count ? (a, b) : (b, a)
    guard small.count >= 2 else { return nil }
    // A fixed order: a sum's last bits depend on it.
    let pairs = small.compactMap { key, value in large[key].map { (ComparisonTable.text(key), value - $0) } }
      .sorted { $0.0 < $1.0 }.map(\.1)
    if pairs.count == small.count {
      kind = .paired
      pValue = Self.pairedP(pairs)
    } else {
      kind = .welch
      pValue = Self.welchP(Self.sorted(a), Self.sorted(b))
    }
  }

  static func pairedP(_ differences: [Double]) -> Double {
    let mean = Estimate.mean(differences)
    let error = Estimate.deviation(differences, mean: mean) / Double(differences.count).squareRoot()
    return p(difference: mean, error: error, degrees: Double(differences.count - 1))
  }

  /// Degrees of freedom by Welch 1947 and Satterthwaite 1946.
  static func welchP(_ a: [Double], _ b: [Double]) -> Double {
    let (meanA, meanB) = (Estimate.mean(a), Estimate.mean(b))
    func squaredError(_ values: [Double], _ mean: Double) -> Double {
      let deviation = Estimate.deviation(values, mean: mean)
      return deviation * deviation / Double(values.count)
    }
    let (errorA, errorB) = (squaredError(a, meanA), squaredError(b, meanB))
    let sum = errorA + errorB
    let degrees =
      sum * sum / (errorA * errorA / Double(a.count - 1) + errorB * errorB / Double(b.count - 1))
    return p(difference: meanA - meanB, error: sum.squareRoot(), degrees: degrees)
  }

  private static func p(difference: Double, error: Double, degrees: Double) -> Double {
    // Values without any spread: equal, or different beyond doubt.
    guard error > 0 else { return difference == 0 ? 1 : 0 }
    return StudentT.twoSidedP(difference / error, degrees: degrees)
  }

  private static func sorted(_ values: [ComparisonTable.Key: Double]) -> [Double] { values.values.sorted() }

  /// Holm 1979: p values adjusted for their number, so that the chance of any false difference stays below the level.
  static func holm(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    var adjusted = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }
}
