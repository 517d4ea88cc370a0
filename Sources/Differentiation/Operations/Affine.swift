import Tensors

/// y = scale·x + offset with fixed numbers.
struct Affine: Operation {
  let scale: Double
  let offset: Double

  var signature: String { "affine \(scale) \(offset)" }
  func resultShape(of inputs: [Shape]) -> Shape { inputs[0] }
  var mayOverwriteInput: Bool { true }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [scale * upstream] }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let (count, x, y) = (result.shape.count, inputs[0].pointer, result.pointer)
    let (scale, offset) = (S(scale), S(offset))
    return { S.affine(count, scale: scale, offset: offset, x, y) }
  }
}

extension Node {
  func affine(scale: Double, offset: Double) -> Node {
    if scale == 1, offset == 0 { return self }
    if let value = constantValue { return graph.constant(scale * value + offset, shape) }
    // Two pure scalings in a row are one; an offset between them stays, because folding it would round anew.
    if offset == 0, let inner = operation as? Affine, inner.offset == 0 {
      return inputs[0].affine(scale: scale * inner.scale, offset: 0)
    }
    return graph.record(Affine(scale: scale, offset: offset), [self])
  }

  public static func * (scale: Double, x: Node) -> Node { x.affine(scale: scale, offset: 0) }
  public static func + (x: Node, offset: Double) -> Node { x.affine(scale: 1, offset: offset) }
  public static func + (offset: Double, x: Node) -> Node { x.affine(scale: 1, offset: offset) }
  public static func - (x: Node, offset: Double) -> Node { x.affine(scale: 1, offset: -offset) }
  public static func - (offset: Double, x: Node) -> Node { x.affine(scale: -1, offset: offset) }
  public static func / (x: Node, divisor: Double) -> Node { x.affine(scale: 1 / divisor, offset: 0) }
}
