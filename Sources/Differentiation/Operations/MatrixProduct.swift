import Tensors

/// op(A)·op(B) of matrices, op the transpose where asked.
struct MatrixProduct: Operation {
  let transposeA: Bool
  let transposeB: Bool

  var signature: String { "matrix product \(transposeA) \(transposeB)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    let (a, b) = (inputs[0], inputs[1])
    precondition(a.rank == 2 && b.rank == 2, "a matrix product needs two matrices: \(a), \(b)")
    precondition(a[transposeA ? 0 : 1] == b[transposeB ? 1 : 0], "inner lengths differ: \(a), \(b)")
    return [a[transposeA ? 1 : 0], b[transposeB ? 0 : 1]]
  }

  /// With G the upstream gradient and no transposes: dA = G·Bᵀ, dB = Aᵀ·G; the other cases follow by transposing.
  func derivatives(inputs: [Node], result: Node, upstream g: Node) -> [Node?] {
    let (a, b) = (inputs[0], inputs[1])
    let da =
      transposeA
      ? Node.matrixProduct(b, g, transposeA: transposeB, transposeB: true)
      : Node.matrixProduct(g, b, transposeA: false, transposeB: !transposeB)
    let db =
      transposeB
      ? Node.matrixProduct(g, a, transposeA: true, transposeB: transposeA)
      : Node.matrixProduct(a, g, transposeA: !transposeA, transposeB: false)
    return [da, db]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let (a, b, c) = (inputs[0].pointer, inputs[1].pointer, result.pointer)
    let (m, n, k) = (result.shape[0], result.shape[1], inputs[0].shape[transposeA ? 0 : 1])
    return { S.matrixProduct(m: m, n: n, k: k, a, transposeA: transposeA, b, transposeB: transposeB, c) }
  }
}

extension Node {
  /// op(a)·op(b) of two matrices.
  public static func matrixProduct(
    _ a: Node, _ b: Node, transposeA: Bool = false, transposeB: Bool = false
  ) -> Node {
    a.graph.record(MatrixProduct(transposeA: transposeA, transposeB: transposeB), [a, b])
  }
}
