/// The mean of a metric over repeated trials, and how sure it is.
public struct Estimate: Hashable, Sendable {
  /// How many values were measured. NaN and infinity are not.
  public let count: Int
  /// Nil without a value.
  public let mean: Double?
  /// Sample standard deviation (divisor count − 1); nil below two values.
  public let standardDeviation: Double?
  /// Half of the 95 % interval: t(0.975, count − 1) · deviation / √count (Student 1908); nil below two values.
  public let halfWidth: Double?

  /// - Parameter values: those that are not finite count as not measured.
  public init(of values: some Sequence<Double>) {
    let measured = values.filter(\.isFinite)
    count = measured.count
    guard !measured.isEmpty else {
      mean = nil
      standardDeviation = nil
      halfWidth = nil
      return
    }
    let mean = measured.reduce(0, +) / Double(count)
    self.mean = mean
    guard count > 1 else {
      standardDeviation = nil
      halfWidth = nil
      return
    }
    let squares = measured.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(count - 1)).squareRoot()
    standardDeviation = deviation
    halfWidth = StudentT.quantile(0.975, degrees: count - 1) * deviation / Double(count).squareRoot()
  }
}
