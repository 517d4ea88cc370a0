import Tensors

/// 1 at the places below a number, 0 from it on: [length] from the number n of shape []. The derivative is zero.
struct PrefixMask: Operation {
  let length: Int
  /// Added to the number.
  let offset: Int

  var signature: String { "prefix mask \(length) \(offset)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    precondition(inputs[0] == [], "one number tells where the prefix ends: \(inputs[0])")
    return [length]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [nil] }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let (n, out) = (inputs[0].pointer, result.pointer)
    let (length, offset) = (length, S(offset))
    return {
      for index in 0..<length { out[index] = S(index) < n.pointee + offset ? 1 : 0 }
    }
  }
}

extension Node {
  /// 1 at places below n + offset, else 0, along the category axis.
  ///
  /// - Parameter n: shape [].
  /// - Returns: [1, length, 1, 1].
  public static func prefixMask(_ n: Node, offset: Int = 0, length: Int) -> Node {
    n.graph.record(PrefixMask(length: length, offset: offset), [n]).reshaped([1, length, 1, 1])
  }
}
