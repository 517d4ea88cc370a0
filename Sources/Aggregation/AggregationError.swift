/// Why trials give no table.
public struct AggregationError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// The request names something unknown, or one name twice, or asks test images to choose.
    case request
    /// Two trials would be one value of the same mean.
    case duplicateTrial
    /// No finished trial has the metric that was asked to choose.
    case notMeasured
  }

  public let code: Code
  /// What is wrong and what would work.
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
