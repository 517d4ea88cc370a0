/// An array with a name and a shape, as archives of arrays hold it.
public struct NamedArray: Hashable, Sendable {
  /// Elements, row-major.
  public enum Values: Hashable, Sendable {
    case int8([Int8])
    case int32([Int32])
    case int64([Int64])
    case float32([Float])
    case float64([Double])
    case texts([String])

    var count: Int {
      switch self {
      case .int8(let values): values.count
      case .int32(let values): values.count
      case .int64(let values): values.count
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .texts(let values): values.count
      }
    }
  }

  /// Slash-separated, as the path in a trial file.
  public let name: String
  /// Axis lengths, outermost first; empty for a scalar.
  public let shape: [Int]
  public let values: Values

  /// - Precondition: one value per element of the shape.
  public init(_ name: String, shape: [Int], _ values: Values) {
    precondition(values.count == shape.reduce(1, *), "\(name): \(values.count) values for \(shape)")
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// One value without an axis.
  public init(_ name: String, text: String) { self.init(name, shape: [], .texts([text])) }
}

/// Something that a format has no room for.
public struct FormatLimit: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}
