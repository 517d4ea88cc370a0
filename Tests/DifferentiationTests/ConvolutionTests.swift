import Differentiation
import Tensors
import TestSupport
import Testing

/// Convolutions against plain loops, at sizes that take many blocks of patches.
@Suite struct ConvolutionTests {
  struct Sizes: CustomTestStringConvertible, Sendable {
    let images: Shape
    let kernel: Shape
    let stride: Int
    let padding: ConvolutionPadding
    var testDescription: String { "\(images) \(kernel) /\(stride) \(padding)" }
  }

  static let seed: UInt64 = 2_711
  static let sizes: [Sizes] = {
    var generator = SplitMix64(seed: seed)
    func length(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }
    let random = (0..<40).map { _ in
      let (height, width) = (length(1...4), length(1...4))
      let channels = length(1...3)
      return Sizes(
        images: [length(1...3), length(height...9), length(width...9), channels],
        kernel: [height, width, channels, length(1...3)], stride: length(1...3),
        padding: length(0...1) == 0 ? .same : .valid)
    }
    return random + [
      Sizes(images: [9, 20, 21, 16], kernel: [4, 4, 16, 3], stride: 1, padding: .same),
      Sizes(images: [6, 33, 32, 24], kernel: [3, 4, 24, 2], stride: 2, padding: .valid),
      // Rows of windows of exactly 16 bytes in Float32, and in Float64.
      Sizes(images: [3, 32, 31, 1], kernel: [4, 4, 1, 2], stride: 2, padding: .same),
      Sizes(images: [2, 9, 10, 1], kernel: [3, 2, 1, 2], stride: 1, padding: .same),
    ]
  }()

  /// Σ X·K over the window of each position, written out.
  static func filtered(_ x: [Double], _ k: [Double], _ sizes: Sizes) -> [Double] {
    let (images, kernel, stride) = (sizes.images, sizes.kernel, sizes.stride)
    func place(_ length: Int, _ window: Int) -> (count: Int, before: Int) {
      guard sizes.padding == .same else { return ((length - window) / stride + 1, 0) }
      let count = Int((Double(length) / Double(stride)).rounded(.up))
      return (count, max((count - 1) * stride + window - length, 0) / 2)
    }
    let ((rows, top), (columns, left)) = (place(images[1], kernel[0]), place(images[2], kernel[1]))
    var y: [Double] = []
    for b in 0..<images[0] {
      for row in 0..<rows {
        for column in 0..<columns {
          for filter in 0..<kernel[3] {
            var sum = 0.0
            for i in 0..<kernel[0] {
              for j in 0..<kernel[1] {
                let (r, c) = (row * stride + i - top, column * stride + j - left)
                guard (0..<images[1]).contains(r), (0..<images[2]).contains(c) else { continue }
                let pixel = ((b * images[1] + r) * images[2] + c) * images[3]
                let weight = (i * kernel[1] + j) * kernel[2] * kernel[3] + filter
                for channel in 0..<images[3] { sum += x[pixel + channel] * k[weight + channel * kernel[3]] }
              }
            }
            y.append(sum)
          }
        }
      }
    }
    return y
  }

  @Test(arguments: sizes) func forwardEqualsPlainLoops(_ sizes: Sizes) {
    var generator = SplitMix64(seed: Self.seed)
    let x = (0..<sizes.images.count).map { _ in Double(Float(generator.uniform(-1, 1))) }
    let k = (0..<sizes.kernel.count).map { _ in Double(Float(generator.uniform(-1, 1))) }
    let want = Self.filtered(x, k, sizes)
    func largestError<S: Scalar>(_ type: S.Type) -> Double {
      let graph = Graph()
      let (images, kernel) = (graph.input(sizes.images), graph.input(sizes.kernel))
      let y = Node.convolution(images, kernel, stride: sizes.stride, padding: sizes.padding)
      let program = Program<S>(outputs: [y, images, kernel])
      program.set(images, x.map { S($0) })
      program.set(kernel, k.map { S($0) })
      program.run()
      guard y.shape.count == want.count else { return .infinity }
      return zip(program.values(of: y), want).map { abs(Double($0) - $1) }.max() ?? .infinity
    }
    #expect(largestError(Float.self) < 3e-5, "seed \(Self.seed)")
    #expect(largestError(Double.self) < 1e-12, "seed \(Self.seed)")
  }

  /// Σ y·g = Σ x·∂x = Σ k·∂k, because the convolution is linear in each; for any block size, in both element types.
  @Test(arguments: sizes) func derivativesAreAdjoints(_ sizes: Sizes) {
    func largestError<S: Scalar>(_ type: S.Type) -> Double {
      let graph = Graph()
      let (images, kernel) = (graph.input(sizes.images), graph.input(sizes.kernel))
      let y = Node.convolution(images, kernel, stride: sizes.stride, padding: sizes.padding)
      let g = graph.input(y.shape)
      let gradients = graph.gradients(of: y, cotangent: g, withRespectTo: [images, kernel])
      let forms = [(y * g).total, (images * gradients[0]).total, (kernel * gradients[1]).total]
      let program = Program<S>(outputs: forms + [images, kernel, g])
      var generator = SplitMix64(seed: Self.seed)
      for input in [images, kernel, g] {
        program.set(input, (0..<input.shape.count).map { _ in S(generator.uniform(-1, 1)) })
      }
      program.run()
      let values = forms.map { Double(program.values(of: $0)[0]) }
      let scale = Double(y.shape.count * sizes.kernel.count / sizes.kernel[3]).squareRoot()
      return (abs(values[1] - values[0]) + abs(values[2] - values[0])) / scale
    }
    #expect(largestError(Float.self) < 1e-5, "seed \(Self.seed)")
    #expect(largestError(Double.self) < 1e-13, "seed \(Self.seed)")
  }
}
