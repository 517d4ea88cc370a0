import Differentiation
import Tensors
import TestSupport
import Testing

/// Gradients that add up more than 16,000 rows, as those of convolutions do, in Float32 against Float64.
@Suite struct LongSumTests {
  private static let seed: UInt64 = 16_384

  /// The gradients of every input but the first, and the same with the inputs' and the cotangent's absolute values:
  /// the sizes of what is added up.
  private func errors(_ shapes: [Shape], _ build: ([Node]) -> Node) -> [[Double]] {
    var generator = SplitMix64(seed: Self.seed)
    let graph = Graph()
    let inputs = shapes.map { graph.input($0) }
    let y = build(inputs)
    let cotangent = graph.input(y.shape)
    let gradients = graph.gradients(of: y, cotangent: cotangent, withRespectTo: Array(inputs.dropFirst()))
    let values = (shapes + [y.shape]).map { shape in
      (0..<shape.count).map { _ in Float(generator.uniform(-1, 1)) }
    }
    func computed<S: Scalar>(_ type: S.Type, _ convert: (Float) -> S) -> [[Double]] {
      let program = Program<S>(outputs: gradients + inputs + [cotangent])
      for (node, values) in zip(inputs + [cotangent], values) { program.set(node, values.map(convert)) }
      program.run()
      return gradients.map { program.values(of: $0).map { Double($0) } }
    }
    let (narrow, wide) = (computed(Float.self) { $0 }, computed(Double.self) { Double($0) })
    let sizes = computed(Double.self) { abs(Double($0)) }
    return zip(zip(narrow, wide), sizes).map { pair, sizes in
      zip(zip(pair.0, pair.1), sizes).map { abs($0.0 - $0.1) / $1 }
    }
  }

  @Test func ofABias() {
    let errors = errors([[20_000, 7], [1, 7]]) { $0[0] + $0[1] }
    #expect(errors[0].allSatisfy { $0 <= 1e-7 }, "\(errors[0]), seed \(Self.seed)")
  }

  @Test func ofAKernel() {
    let errors = errors([[20_000, 5], [5, 7]]) { Node.matrixProduct($0[0], $0[1]) }
    #expect(errors[0].allSatisfy { $0 <= 1e-5 }, "\(errors[0].max() ?? 0), seed \(Self.seed)")
  }

  @Test func ofAConvolution() {
    // 100 images of 14 by 14 positions.
    let errors = errors([[100, 28, 28, 3], [3, 3, 3, 4], [1, 1, 1, 4]]) {
      Node.convolution($0[0], $0[1], stride: 2, padding: .same) + $0[2]
    }
    #expect(errors[0].allSatisfy { $0 <= 1e-5 }, "\(errors[0].max() ?? 0), seed \(Self.seed)")
    #expect(errors[1].allSatisfy { $0 <= 1e-7 }, "\(errors[1].max() ?? 0), seed \(Self.seed)")
  }

  /// Two groups of summed axes, each long: [B, K, S, V] to [1, K, 1, V].
  @Test func ofWhatAllImagesAndSamplesShare() {
    let errors = errors([[200, 3, 90, 2], [1, 3, 1, 2]]) { $0[0] + $0[1] }
    #expect(errors[0].allSatisfy { $0 <= 2e-7 }, "\(errors[0].max() ?? 0), seed \(Self.seed)")
  }
}
