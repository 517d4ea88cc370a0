import Tensors

/// 1 on the largest element along one axis (the first of equal ones), 0 elsewhere. The derivative is zero.
struct OneHot: Operation {
  let axis: Int
  var signature: String { "one hot \(axis)" }
  func resultShape(of inputs: [Shape]) -> Shape { inputs[0] }
  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [nil] }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let blocks = AxisBlocks(inputs[0].shape, axis: axis)
    let (x, y) = (inputs[0].pointer, result.pointer)
    return { S.oneHot(outer: blocks.outer, length: blocks.length, inner: blocks.inner, x, y) }
  }
}

/// The input itself, taken as a constant by the derivative.
struct StopGradient: Operation {
  var signature: String { "stop gradient" }
  var isAlias: Bool { true }
  func resultShape(of inputs: [Shape]) -> Shape { inputs[0] }
  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [nil] }
  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void { {} }
}

extension Node {
  /// 1 on the largest element along `axis`, 0 elsewhere.
  public func oneHot(_ axis: Int) -> Node { graph.record(OneHot(axis: axis), [self]) }

  /// The same value, a constant for the derivative.
  public func stoppingGradient() -> Node { graph.record(StopGradient(), [self]) }
}
