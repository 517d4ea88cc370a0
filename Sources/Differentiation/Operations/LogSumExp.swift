import Tensors

/// log Σ exp x along one axis, which stays with length 1. Shifted by the maximum, so nothing overflows.
struct LogSumExp: Operation {
  let axis: Int
  var signature: String { "log sum exp \(axis)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    var dimensions = inputs[0].dimensions
    dimensions[axis] = 1
    return Shape(dimensions)
  }

  /// d lse / dx = softmax(x). Not exp(x − lse): lse is rounded at the size of x, which the exponential would magnify.
  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [upstream * inputs[0].logSoftmax(axis).exp()]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let blocks = AxisBlocks(inputs[0].shape, axis: axis)
    let (x, y) = (inputs[0].pointer, result.pointer)
    guard blocks.inner == 1 else {
      return { S.logSumExp(outer: blocks.outer, length: blocks.length, inner: blocks.inner, x, y) }
    }
    let scratch = Storage<S>(count: blocks.length)
    return {
      for outer in 0..<blocks.outer {
        let (maximum, logSum) = shiftedLogSum(blocks.length, x + outer * blocks.length, scratch.pointer)
        y[outer] = maximum + logSum
      }
    }
  }
}

/// x − log Σ exp x along one axis. More accurate than subtracting `LogSumExp`, because x − max x is taken first.
struct LogSoftmax: Operation {
  let axis: Int
  var signature: String { "log softmax \(axis)" }
  var mayOverwriteInput: Bool { true }

  func resultShape(of inputs: [Shape]) -> Shape { inputs[0] }

  /// With g the upstream gradient: g − softmax(x)·Σ g.
  func derivatives(inputs: [Node], result: Node, upstream g: Node) -> [Node?] {
    [g - result.exp() * g.sum(axis)]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let blocks = AxisBlocks(inputs[0].shape, axis: axis)
    let (x, y) = (inputs[0].pointer, result.pointer)
    guard blocks.inner == 1 else {
      return { S.logSoftmax(outer: blocks.outer, length: blocks.length, inner: blocks.inner, x, y) }
    }
    let count = blocks.length
    let scratch = Storage<S>(count: count)
    return {
      for outer in 0..<blocks.outer {
        let (source, out) = (x + outer * count, y + outer * count)
        var (maximum, logSum) = shiftedLogSum(count, source, scratch.pointer)
        S.apply(.subtract, count, source, 1, &maximum, 0, out)
        S.apply(.subtract, count, out, 1, &logSum, 0, out)
      }
    }
  }
}

/// The maximum of neighbouring elements, and the log of the sum of exponentials shifted by it.
///
/// - Parameter scratch: room for `count` elements.
@inline(__always)
private func shiftedLogSum<S: Scalar>(
  _ count: Int, _ x: UnsafePointer<S>, _ scratch: UnsafeMutablePointer<S>
) -> (maximum: S, logSum: S) {
  var maximum = S.maximum(count, x)
  S.apply(.subtract, count, x, 1, &maximum, 0, scratch)
  S.apply(.exp, count, scratch, scratch)
  var sum = S(S.sum(count, scratch))
  withUnsafeMutablePointer(to: &sum) { S.apply(.log, 1, $0, $0) }
  return (maximum, sum)
}

extension Node {
  /// log Σ exp along `axis`, which stays with length 1.
  public func logSumExp(_ axis: Int) -> Node { graph.record(LogSumExp(axis: axis), [self]) }

  /// x − log Σ exp x along `axis`: log of the softmax.
  public func logSoftmax(_ axis: Int) -> Node { graph.record(LogSoftmax(axis: axis), [self]) }
}
