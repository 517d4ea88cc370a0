import Differentiation
import Tensors
import TestSupport
import Testing

/// Products with matrices that are often zero against the plain product: value, both gradients, a second derivative.
@Suite struct SkippedZerosTests {
  private static let seed: UInt64 = 104

  /// A·B with a marked and with a plain A, on the same numbers.
  private func expectEqual<S: Scalar>(
    _ type: S.Type, share: Double, ones: Bool, columns n: Int, within bound: Double
  ) {
    var generator = SplitMix64(seed: Self.seed)
    let (rows, inner) = (9, 70)
    let graph = Graph()
    let marked = graph.sparseInput([rows, inner])
    let plain = graph.input([rows, inner])
    let b = graph.input([inner, n])
    let cotangent = graph.input([rows, n])
    let weights = graph.input([inner, n])
    func nodes(_ a: Node) -> [Node] {
      let y = Node.matrixProduct(a, b)
      let gradients = graph.gradients(of: y, cotangent: cotangent, withRespectTo: [a, b])
      // Of dB in turn, with respect to the cotangent.
      let second = graph.gradients(of: gradients[1], cotangent: weights, withRespectTo: [cotangent])
      return [y] + gradients + second
    }
    let (skipping, dense) = (nodes(marked), nodes(plain))
    let inputs = [marked, plain, b, cotangent, weights]
    let program = Program<S>(outputs: skipping + dense + inputs)
    let values = (0..<rows * inner).map { _ in
      generator.uniform(0, 1) < share ? (ones ? 1 : S(generator.uniform(-1, 1))) : 0
    }
    program.set(marked, values)
    program.set(plain, values)
    for node in inputs.dropFirst(2) {
      program.set(node, (0..<node.shape.count).map { _ in S(generator.uniform(-1, 1)) })
    }
    for _ in 0..<2 {
      program.run()
      for (got, want) in zip(skipping, dense) {
        for (got, want) in zip(program.values(of: got), program.values(of: want)) {
          #expect(
            abs(Double(got) - Double(want)) <= bound, "share \(share), \(n) columns, seed \(Self.seed)")
        }
      }
    }
  }

  /// None, few, more than are skipped, all; columns around the widths of the loops.
  @Test(arguments: [0, 0.01, 0.13, 0.6, 1], [1, 16, 67, 530]) func equalThePlainProduct(
    share: Double, columns: Int
  ) {
    for ones in [false, true] {
      expectEqual(Float.self, share: share, ones: ones, columns: columns, within: 1e-5)
      expectEqual(Double.self, share: share, ones: ones, columns: columns, within: 1e-13)
    }
  }

  /// Vertices reach a product through transposing, reshaping and standing beside others.
  @Test func verticesAreGathered() {
    let graph = Graph()
    let z = graph.input([3, 4, 2, 5])
    let normal = graph.input([6, 2])
    let b = graph.input([22, 3])
    let vertices = z.oneHot(1).transposed([0, 2, 1, 3]).reshaped([6, 20])
    let product = Node.matrixProduct(.concatenated([normal, vertices], axis: 1), b)
    let program = Program<Double>(outputs: [product, vertices, z, normal, b])
    var generator = SplitMix64(seed: Self.seed)
    for node in [z, normal, b] {
      program.set(node, (0..<node.shape.count).map { _ in generator.uniform(-1, 1) })
    }
    program.run()
    let (one, other, weights) = (
      Array(program.values(of: vertices)), Array(program.values(of: normal)), Array(program.values(of: b))
    )
    for row in 0..<6 {
      for column in 0..<3 {
        var want = 0.0
        for place in 0..<2 { want += other[row * 2 + place] * weights[place * 3 + column] }
        for place in 0..<20 { want += one[row * 20 + place] * weights[(2 + place) * 3 + column] }
        #expect(abs(program.values(of: product)[row * 3 + column] - want) <= 1e-13)
      }
    }
  }
}
