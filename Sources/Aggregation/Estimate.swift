/// The mean of a metric over repeated trials, and how sure it is.
public struct Estimate: Hashable, Sendable {
  /// How many values were measured. NaN and infinity are not.
  public let count: Int
  /// Nil without a value.
  public let mean: Double?
  /// Sample standard deviation (divisor count − 1); nil below two values.
  public let standardDeviation: Double?
  /// Ends of the 95 % interval of the mean; nil below two values.
  public let interval: Interval?
  /// Half of the 95 % interval where it is symmetric (Student's t): t(0.975, count − 1) · deviation / √count
  /// (Student 1908); nil below two values and for a bootstrap.
  public let halfWidth: Double?

  public struct Interval: Hashable, Sendable {
    public let low: Double
    public let high: Double
  }

  /// - Parameter values: those that are not finite count as not measured.
  public init(of values: some Sequence<Double>, by method: IntervalMethod = .studentT) {
    let measured = values.filter(\.isFinite)
    count = measured.count
    guard !measured.isEmpty else {
      mean = nil
      standardDeviation = nil
      interval = nil
      halfWidth = nil
      return
    }
    let mean = Self.mean(measured)
    self.mean = mean
    guard count > 1 else {
      standardDeviation = nil
      interval = nil
      halfWidth = nil
      return
    }
    let deviation = Self.deviation(measured, mean: mean)
    standardDeviation = deviation
    switch method {
    case .studentT:
      let half = StudentT.quantile(0.975, degrees: count - 1) * deviation / Double(count).squareRoot()
      halfWidth = half
      interval = Interval(low: mean - half, high: mean + half)
    case .bootstrap(let seed, let resamples):
      halfWidth = nil
      interval = Bootstrap(seed: seed, resamples: resamples).interval(of: measured)
    }
  }

  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// Sample standard deviation (divisor count − 1).
  ///
  /// - Precondition: at least two values.
  static func deviation(_ values: [Double], mean: Double) -> Double {
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
