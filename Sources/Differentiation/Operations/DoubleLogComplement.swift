import Tensors

/// y = log(−log(1 − exp(−exp x))): the double logarithm of a probability's complement from that of the probability.
/// It is its own inverse.
///
/// One operation, because a probability or complement next to 0 or 1 would be rounded between its parts, and because
/// its slope −exp(x − exp x + exp y − y) is of moderate size where those of its parts overflow.
struct DoubleLogComplement: Operation {
  var signature: String { "double log complement" }
  func resultShape(of inputs: [Shape]) -> Shape { inputs[0] }

  func derivatives(inputs: [Node], result y: Node, upstream: Node) -> [Node?] {
    let x = inputs[0]
    // exp x and y may both be far larger than x, but then cancel: they go first.
    return [-upstream * ((-x.exp() - y) + y.exp() + x).exp()]
  }

  /// Beyond this, to the last digit of Float64: log(1 − exp(−exp x)) is x for x below −40, and y is −exp x for exp x
  /// above 40.
  private static var bend: Double { 40 }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let (count, x, y) = (result.shape.count, inputs[0].pointer, result.pointer)
    let scratch = Storage<S>(count: count)
    let bound = Storage<S>(CollectionOfOne(S(-Self.bend)))
    return {
      let (inner, bound) = (scratch.pointer, bound.pointer)
      // −exp x, cut at the bend; what is cut off is added to the result.
      S.apply(.exp, count, x, y)
      S.apply(.negate, count, y, y)
      S.apply(.maximum, count, y, 1, bound, 0, inner)
      S.apply(.subtract, count, y, 1, inner, 1, y)
      S.apply(.log1mexp, count, inner, inner)
      // Where exp x has underflowed or nearly so, the logarithm is x.
      for index in 0..<count where x[index] < bound.pointee { inner[index] = x[index] }
      S.apply(.negate, count, inner, inner)
      S.apply(.log, count, inner, inner)
      S.apply(.add, count, y, 1, inner, 1, y)
    }
  }
}

extension Node {
  /// log(−log(1 − exp(−exp x))).
  public func doubleLogComplement() -> Node { graph.record(DoubleLogComplement(), [self]) }
}
