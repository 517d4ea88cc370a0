/// The lengths of a tensor's axes, outermost first. Memory is row-major. `[]` is a scalar.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public let dimensions: [Int]

  /// - Precondition: every length is at least 1.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 1 }, "a shape needs lengths of at least 1: \(dimensions)")
    self.dimensions = dimensions
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  public var rank: Int { dimensions.count }
  /// Number of elements.
  public var count: Int { dimensions.reduce(1, *) }
  public subscript(axis: Int) -> Int { dimensions[axis] }
  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }

  /// Elements per step along each axis; 0 where this shape is repeated to fill `target`.
  /// - Precondition: `isBroadcastable(to: target)`.
  public func strides(broadcastTo target: Shape) -> [Int] {
    var strides = [Int](repeating: 0, count: rank)
    var step = 1
    for axis in (0..<rank).reversed() {
      strides[axis] = dimensions[axis] == 1 && target[axis] != 1 ? 0 : step
      step *= dimensions[axis]
    }
    return strides
  }

  /// True when the ranks agree and each axis has the target's length or length 1.
  public func isBroadcastable(to target: Shape) -> Bool {
    rank == target.rank && zip(dimensions, target.dimensions).allSatisfy { $0 == $1 || $0 == 1 }
  }

  /// The smallest shape to which both can be repeated; nil if there is none.
  public static func broadcasting(_ a: Shape, _ b: Shape) -> Shape? {
    guard a.rank == b.rank else { return nil }
    let result = Shape(zip(a.dimensions, b.dimensions).map(max))
    return a.isBroadcastable(to: result) && b.isBroadcastable(to: result) ? result : nil
  }
}
