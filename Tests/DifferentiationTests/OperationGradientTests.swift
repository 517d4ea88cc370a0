import Differentiation
import Glibc
import Tensors
import TestSupport
import Testing

/// Every operation's derivative against central differences in Float64, and its second derivative likewise.
@Suite struct OperationGradientTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let shapes: [Shape]
    /// Range of the inputs; kinks lie outside it or are hit with probability zero.
    var range: ClosedRange<Double> = -1...1
    var hasSecondDerivative = true
    let build: @Sendable ([Node]) -> Node
    var testDescription: String { name }
  }

  static let positive = 0.3...2.0
  static let cases: [Case] = [
    Case(name: "negate", shapes: [[2, 3]]) { -$0[0] },
    Case(name: "exp", shapes: [[2, 3]]) { $0[0].exp() },
    Case(name: "log", shapes: [[2, 3]], range: positive) { $0[0].log() },
    Case(name: "log1p", shapes: [[2, 3]], range: positive) { $0[0].log1p() },
    Case(name: "log(1 − exp)", shapes: [[2, 3]], range: -2...(-0.2)) { $0[0].log1mexp() },
    Case(name: "double log complement", shapes: [[2, 6]], range: -4...1.2) { $0[0].doubleLogComplement() },
    Case(name: "tanh", shapes: [[2, 3]]) { $0[0].tanh() },
    Case(name: "sigmoid", shapes: [[2, 3]]) { $0[0].sigmoid() },
    Case(name: "softplus", shapes: [[2, 3]]) { $0[0].softplus() },
    Case(name: "relu", shapes: [[3, 4]]) { $0[0].relu() * $0[0] },
    Case(name: "relu of a sum, row repeated", shapes: [[3, 4], [1, 4]]) { ($0[0] + $0[1]).relu() * $0[0] },
    Case(name: "elu", shapes: [[3, 4]]) { $0[0].elu() },
    Case(name: "squared", shapes: [[2, 3]]) { $0[0].squared() },
    Case(name: "square root", shapes: [[2, 3]], range: positive) { $0[0].squareRoot() },
    Case(name: "reciprocal", shapes: [[2, 3]], range: positive) { $0[0].reciprocal() },
    Case(name: "log Φ", shapes: [[2, 6]], range: -5...5) { $0[0].logNormalCDF() },
    Case(name: "affine", shapes: [[4]]) { 3 - 2 * $0[0] },
    Case(name: "add, row repeated", shapes: [[3, 4], [1, 4]]) { ($0[0] + $0[1]).squared() },
    Case(name: "subtract, column repeated", shapes: [[3, 1], [3, 4]]) { ($0[0] - $0[1]).squared() },
    Case(name: "multiply, both repeated", shapes: [[3, 1, 2], [1, 4, 2]]) { $0[0] * $0[1] },
    Case(name: "multiply, short runs repeated", shapes: [[2, 1, 3], [2, 5, 3]]) { $0[0] * $0[1] },
    Case(name: "subtract, short runs repeated many times", shapes: [[200, 3], [1, 3]]) {
      ($0[0] - $0[1]).squared()
    },
    Case(name: "divide", shapes: [[2, 3], [2, 1]], range: positive) { $0[0] / $0[1] },
    Case(name: "maximum", shapes: [[3, 4], [3, 4]]) { Node.maximum($0[0], $0[1]).squared() },
    Case(name: "at least", shapes: [[3, 4]]) { $0[0].atLeast(0.1).squared() },
    Case(name: "at most", shapes: [[3, 4]]) { $0[0].atMost(0.1).squared() },
    Case(name: "sum, inner axis", shapes: [[2, 3, 4]]) { $0[0].sum(2).squared() },
    Case(name: "sum, outer axes", shapes: [[2, 3, 4]]) { $0[0].sum(0, 1).squared() },
    Case(name: "sum, three groups of axes", shapes: [[2, 3, 1, 2, 2, 3]]) { $0[0].sum(0, 2, 3, 5).squared() },
    Case(name: "mean", shapes: [[2, 3, 4]]) { $0[0].mean(0, 2).squared() },
    Case(name: "matrix product", shapes: [[2, 3], [3, 4]]) { Node.matrixProduct($0[0], $0[1]) },
    Case(name: "matrix product, Aᵀ", shapes: [[3, 2], [3, 4]]) {
      Node.matrixProduct($0[0], $0[1], transposeA: true)
    },
    Case(name: "matrix product, Bᵀ", shapes: [[2, 3], [4, 3]]) {
      Node.matrixProduct($0[0], $0[1], transposeB: true)
    },
    Case(name: "matrix product, AᵀBᵀ", shapes: [[3, 2], [4, 3]]) {
      Node.matrixProduct($0[0], $0[1], transposeA: true, transposeB: true)
    },
    Case(name: "reshape", shapes: [[2, 6]]) { $0[0].reshaped([3, 4]).squared() },
    Case(name: "transpose", shapes: [[2, 3, 4]]) { $0[0].transposed([2, 0, 1]).squared() },
    Case(name: "slice", shapes: [[2, 5, 3]]) { $0[0].slice(axis: 1, 1..<4).squared() },
    Case(name: "pad", shapes: [[2, 2, 3]]) { ($0[0].padded(axis: 1, before: 1, after: 2) + 1).squared() },
    Case(name: "slices side by side and apart", shapes: [[2, 7]]) {
      let x = $0[0]
      let parts = [x.slice(axis: 1, 0..<2), x.slice(axis: 1, 2..<4).exp(), x.slice(axis: 1, 5..<7).squared()]
      return parts[2] * parts[0] * parts[1] + x.slice(axis: 1, 3..<5)
    },
    Case(name: "Bernoulli log-likelihood", shapes: [[2, 1, 5], [2, 3, 5]], range: -3...3) {
      Node.bernoulliLogLikelihood($0[0], logits: $0[1])
    },
    Case(name: "log sum exp, middle axis", shapes: [[2, 4, 3]]) { $0[0].logSumExp(1) },
    Case(name: "log sum exp, inner axis", shapes: [[3, 4]]) { $0[0].logSumExp(1) },
    Case(name: "log softmax, middle axis", shapes: [[2, 4, 3]]) { $0[0].logSoftmax(1) },
    Case(name: "log softmax, inner axis", shapes: [[3, 4]]) { $0[0].logSoftmax(1) },
    convolution("3×3 /1 same, odd image", [2, 5, 3, 2], [3, 3, 2, 2], stride: 1, .same),
    convolution("3×3 /2 same, odd and even side", [2, 5, 4, 2], [3, 3, 2, 3], stride: 2, .same),
    convolution("4×4 /1 same, even image", [1, 4, 4, 2], [4, 4, 2, 2], stride: 1, .same),
    convolution("4×4 /2 same, even and odd side", [2, 6, 5, 1], [4, 4, 1, 2], stride: 2, .same),
    convolution("3×3 /1 valid", [2, 4, 5, 2], [3, 3, 2, 2], stride: 1, .valid),
    convolution("3×3 /2 valid, last row unused", [2, 6, 5, 2], [3, 3, 2, 2], stride: 2, .valid),
    convolution("4×4 /2 valid, last column unused", [1, 6, 7, 2], [4, 4, 2, 1], stride: 2, .valid),
    convolution("2×3 /2 same, window wider than the image", [2, 3, 1, 2], [2, 3, 2, 2], stride: 2, .same),
    convolution("1×1 /2 same, pixels between the windows", [1, 4, 3, 2], [1, 1, 2, 3], stride: 2, .same),
    transposedConvolution("3×3 ×1", [2, 3, 4, 2], [3, 3, 1, 2], stride: 1),
    transposedConvolution("3×3 ×2", [2, 3, 2, 2], [3, 3, 2, 2], stride: 2),
    transposedConvolution("4×4 ×1", [1, 4, 3, 2], [4, 4, 2, 2], stride: 1),
    transposedConvolution("4×4 ×2", [2, 2, 3, 2], [4, 4, 1, 2], stride: 2),
    Case(
      name: "stick breaking", shapes: [[2, 4, 3, 2]], range: 0.05...0.95, hasSecondDerivative: false
    ) {
      Node.stickBreaking($0[0]).squared()
    },
    Case(name: "stick breaking, one stick", shapes: [[2, 1, 1, 1]], hasSecondDerivative: false) {
      Node.stickBreaking($0[0])
    },
    Case(
      name: "category probabilities", shapes: [[2, 3, 1, 2], [2, 3, 1, 2]], range: positive,
      hasSecondDerivative: false
    ) {
      Node.categoryProbabilities(mu: $0[0] - 1, sigma: $0[1])
    },
  ]

  static func convolution(
    _ name: String, _ images: Shape, _ kernel: Shape, stride: Int, _ padding: ConvolutionPadding
  ) -> Case {
    Case(name: "convolution " + name, shapes: [images, kernel]) {
      Node.convolution($0[0], $0[1], stride: stride, padding: padding)
    }
  }

  static func transposedConvolution(_ name: String, _ maps: Shape, _ kernel: Shape, stride: Int) -> Case {
    Case(name: "transposed convolution " + name, shapes: [maps, kernel]) {
      Node.transposedConvolution($0[0], $0[1], stride: stride)
    }
  }

  static func values(_ test: Case, seed: UInt64) -> [[Double]] {
    var generator = SplitMix64(seed: seed)
    return test.shapes.map { shape in
      (0..<shape.count).map { _ in generator.uniform(test.range.lowerBound, test.range.upperBound) }
    }
  }

  @Test(arguments: cases) func firstDerivative(_ test: Case) {
    let (error, place) = gradientError(
      shapes: test.shapes, values: Self.values(test, seed: 11), build: test.build)
    #expect(error < 1e-7, "\(place)")
  }

  @Test(arguments: cases.filter(\.hasSecondDerivative)) func secondDerivative(_ test: Case) {
    let (error, place) = gradientError(shapes: test.shapes, values: Self.values(test, seed: 12)) { inputs in
      // Σ g² for the gradient g of a weighted sum: a function whose derivative needs the gradient's gradient.
      let y = test.build(inputs)
      let gradients = y.graph.gradients(of: (y * (y + 2)).total, withRespectTo: inputs)
      return gradients.map { $0.squared().total }.reduce(y.graph.constant(0, [])) { $0 + $1 }
    }
    #expect(error < 1e-6, "\(place)")
  }

  /// It is its own inverse, and its bends on both sides do not show.
  @Test func doubleLogComplementBetweenItsEnds() {
    let graph = Graph()
    let x = graph.input([9])
    let y = x.doubleLogComplement()
    let slope = graph.gradients(of: y, withRespectTo: [x])[0]
    let program = Program<Double>(outputs: [y, y.doubleLogComplement(), slope, x])
    let points = [-80, -40.000_001, -39.999_999, -5, 0, 2, 3.688_878, 3.688_880, 6]
    program.set(x, points)
    program.run()
    let values = Array(program.values(of: y))
    for (value, want) in [(values[0], log(80.0)), (values[1], log(40.000_001)), (values[8], -exp(6.0))] {
      #expect(abs(value - want) <= 1e-14 * abs(want))
    }
    #expect(abs(values[2] - values[1]) < 1e-7 && abs(values[7] - values[6]) < 1e-3)
    for (back, point) in zip(program.values(of: y.doubleLogComplement()), points) where point > -30 {
      #expect(abs(back - point) <= 1e-12 * max(1, abs(point)))
    }
    let slopes = Array(program.values(of: slope))
    #expect(abs(slopes[0] * 80 + 1) <= 1e-12 && abs(slopes[8] / exp(6) + 1) <= 1e-12)
  }

  @Test func stoppedGradientIsZero() {
    let graph = Graph()
    let x = graph.input([3])
    let y = (x * x.stoppingGradient()).total
    let gradient = graph.gradients(of: y, withRespectTo: [x])[0]
    let program = Program<Double>(outputs: [gradient])
    program.set(x, [1, -2, 3])
    program.run()
    #expect(Array(program.values(of: gradient)) == [1, -2, 3])
  }

  @Test func oneHotPicksTheFirstOfEqualOnes() {
    let graph = Graph()
    let x = graph.input([2, 3, 1])
    let y = x.oneHot(1)
    let program = Program<Float>(outputs: [y])
    program.set(x, [1, 5, 5, 7, 2, 3])
    program.run()
    #expect(Array(program.values(of: y)) == [0, 1, 0, 1, 0, 0])
  }
}
