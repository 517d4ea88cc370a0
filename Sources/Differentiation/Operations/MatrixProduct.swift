import Tensors

/// op(A)·op(B) of matrices, op the transpose where asked.
struct MatrixProduct: Operation {
  let transposeA: Bool
  let transposeB: Bool
  /// A is often zero, and B is not transposed: the entries of A that are zero are skipped wherever that pays.
  let skipsZeros: Bool

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
    let dense = { S.matrixProduct(m: m, n: n, k: k, a, transposeA: transposeA, b, transposeB: transposeB, c) }
    guard skipsZeros else { return dense }
    let lists = NonzeroLists<S>(rows: inputs[0].shape[0], columns: inputs[0].shape[1])
    return { if !lists.multiply(a, isTransposed: transposeA, b, n: n, into: c) { dense() } }
  }
}

extension Node {
  /// op(a)·op(b) of two matrices.
  public static func matrixProduct(
    _ a: Node, _ b: Node, transposeA: Bool = false, transposeB: Bool = false
  ) -> Node {
    a.graph.record(
      MatrixProduct(
        transposeA: transposeA, transposeB: transposeB, skipsZeros: !transposeB && a.isOftenZero), [a, b])
  }

  /// Whether most elements may be zero: data that was marked so, vertices, and either of them moved about.
  private var isOftenZero: Bool {
    switch operation {
    case let input as Input: input.isOftenZero
    case is OneHot: true
    case is Reshape, is Transpose, is Slice: inputs[0].isOftenZero
    case is Concatenation: inputs.contains(where: \.isOftenZero)
    default: false
    }
  }
}
