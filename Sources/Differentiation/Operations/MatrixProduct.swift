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

/// op(A)·B of a matrix A that is often zero: its inputs are A, B, and the lists of op(A). Where A has too many entries
/// for lists, it is the dense product.
private struct SparseProduct: Operation {
  let transposeA: Bool

  private var dense: MatrixProduct { MatrixProduct(transposeA: transposeA, transposeB: false) }
  var signature: String { "sparse product \(transposeA)" }

  func resultShape(of inputs: [Shape]) -> Shape { dense.resultShape(of: inputs) }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    dense.derivatives(inputs: inputs, result: result, upstream: upstream) + [nil]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let dense = dense.kernel(inputs: inputs, result: result)
    let (b, c) = (inputs[1].pointer, result.pointer)
    let lists = NonzeroLists(
      inputs[2].pointer, rows: result.shape[0], columns: inputs[0].shape[transposeA ? 0 : 1])
    let n = result.shape[1]
    return { if !lists.multiply(b, n: n, into: c) { dense() } }
  }
}

/// The lists of a matrix's entries that are not zero. Its result is their memory and means nothing as numbers.
private struct NonzeroRows: Operation {
  var signature: String { "nonzero rows" }

  func resultShape(of inputs: [Shape]) -> Shape {
    [NonzeroLists<Float>.elementCount(rows: inputs[0][0], columns: inputs[0][1])]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [nil] }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let a = inputs[0]
    let lists = NonzeroLists(result.pointer, rows: a.shape[0], columns: a.shape[1])
    return { lists.list(a.pointer) }
  }
}

/// The lists of the transpose of a [rows, columns], from the matrix's own.
private struct NonzeroColumns: Operation {
  let rows: Int
  let columns: Int
  var signature: String { "nonzero columns \(rows) \(columns)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    [NonzeroLists<Float>.elementCount(rows: columns, columns: rows)]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [nil] }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let source = NonzeroLists(inputs[0].pointer, rows: rows, columns: columns)
    let lists = NonzeroLists(result.pointer, rows: columns, columns: rows)
    return { lists.list(transposing: source) }
  }
}

extension Node {
  /// op(a)·op(b) of two matrices. The entries of `a` that are zero are skipped wherever that pays.
  public static func matrixProduct(
    _ a: Node, _ b: Node, transposeA: Bool = false, transposeB: Bool = false
  ) -> Node {
    let graph = a.graph
    guard !transposeB && a.isOftenZero else {
      return graph.record(MatrixProduct(transposeA: transposeA, transposeB: transposeB), [a, b])
    }
    // Listed once for all products with `a`.
    var lists = graph.record(NonzeroRows(), [a])
    if transposeA { lists = graph.record(NonzeroColumns(rows: a.shape[0], columns: a.shape[1]), [lists]) }
    return graph.record(SparseProduct(transposeA: transposeA), [a, b, lists])
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
