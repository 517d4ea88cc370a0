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
    let scratch = Storage<S>(count: blocks.scratchCount)
    return {
      for outer in 0..<blocks.outer {
        blocks.shiftedExponentials(x + outer * blocks.perOuter, scratch: scratch.pointer) { maximum, logSum in
          S.apply(.add, blocks.inner, maximum, 1, logSum, 1, y + outer * blocks.inner)
        }
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
    let scratch = Storage<S>(count: blocks.scratchCount)
    let inner = blocks.inner
    return {
      for outer in 0..<blocks.outer {
        let source = x + outer * blocks.perOuter
        let out = y + outer * blocks.perOuter
        blocks.shiftedExponentials(source, scratch: scratch.pointer) { maximum, logSum in
          let step = inner == 1 ? 0 : 1
          let (count, rows) = inner == 1 ? (blocks.length, 1) : (inner, blocks.length)
          for row in 0..<rows {
            S.apply(.subtract, count, source + row * inner, 1, maximum, step, out + row * inner)
            S.apply(.subtract, count, out + row * inner, 1, logSum, step, out + row * inner)
          }
        }
      }
    }
  }
}

extension AxisBlocks {
  /// For one outer index: the maximum over the axis and the log of the sum of exponentials shifted by it, both with
  /// `inner` elements.
  ///
  /// - Parameter scratch: room for `scratchCount` elements.
  @inline(__always)
  fileprivate func shiftedExponentials<S: Scalar>(
    _ x: UnsafePointer<S>, scratch: UnsafeMutablePointer<S>,
    _ body: (_ maximum: UnsafePointer<S>, _ logSum: UnsafePointer<S>) -> Void
  ) {
    if inner == 1 {
      var maximum = S.maximum(length, x)
      S.apply(.subtract, length, x, 1, &maximum, 0, scratch)
      S.apply(.exp, length, scratch, scratch)
      var sum = S(S.sum(length, scratch))
      withUnsafeMutablePointer(to: &sum) { S.apply(.log, 1, $0, $0) }
      body(&maximum, &sum)
      return
    }
    let (maximum, sum, shifted) = (scratch, scratch + inner, scratch + 2 * inner)
    maximum.update(from: x, count: inner)
    for row in 1..<max(length, 1) { S.apply(.maximum, inner, maximum, 1, x + row * inner, 1, maximum) }
    S.fill(inner, 0, sum)
    for row in 0..<length {
      S.apply(.subtract, inner, x + row * inner, 1, maximum, 1, shifted)
      S.apply(.exp, inner, shifted, shifted)
      S.apply(.add, inner, sum, 1, shifted, 1, sum)
    }
    S.apply(.log, inner, sum, sum)
    body(maximum, sum)
  }

  /// Elements of scratch that `shiftedExponentials` needs.
  fileprivate var scratchCount: Int { inner == 1 ? length : 3 * inner }
}

extension Node {
  /// log Σ exp along `axis`, which stays with length 1.
  public func logSumExp(_ axis: Int) -> Node { graph.record(LogSumExp(axis: axis), [self]) }

  /// x − log Σ exp x along `axis`: log of the softmax.
  public func logSoftmax(_ axis: Int) -> Node { graph.record(LogSoftmax(axis: axis), [self]) }
}
