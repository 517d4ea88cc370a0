import Differentiation
import Tensors
import TestSupport
import Testing
import VAE

/// The gradient of every encoder and decoder as a whole against central differences in Float64.
@Suite struct NetworkGradientTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let architecture: Architecture
    let isEncoder: Bool
    let image: ImageShape
    var testDescription: String {
      "\(architecture.rawValue) \(isEncoder ? "encoder" : "decoder") \(image)"
    }

    var network: Network {
      isEncoder
        ? .encoder(architecture, image: image, heads: [3, 1, 4])
        : .decoder(architecture, latent: 5, image: image, planes: 2)
    }
    var inputs: Int { isEncoder ? image.count : 5 }
  }

  static let cases: [Case] = Architecture.allCases.flatMap { architecture in
    [(3, 4, 2), (28, 28, 2), (32, 32, 1), (64, 64, 3)].map(ImageShape.init)
      .filter { Network.refusal(architecture, image: $0) == nil }.prefix(2)
      .flatMap { image in
        [true, false].map { Case(architecture: architecture, isEncoder: $0, image: image) }
      }
  }
  static let seed: UInt64 = 7_331

  /// A few entries of every array and of the input, and one direction through all entries at once.
  @Test(arguments: cases) func gradientIsTheLimitOfDifferences(_ test: Case) {
    let network = test.network
    let graph = Graph()
    let rows = graph.input([2, test.inputs])
    let inputs = [rows] + network.parameters.map { graph.input($0.shape) }
    let y = network(rows, inputs.dropFirst())
    let cotangent = graph.input(y.shape)
    let weighted = (y * cotangent).total
    let gradients = graph.gradients(of: y, cotangent: cotangent, withRespectTo: inputs)
    let program = Program<Double>(outputs: [weighted] + gradients + inputs + [cotangent])

    var generator = SplitMix64(seed: Self.seed)
    func draws(_ count: Int, _ size: Double) -> [Double] {
      (0..<count).map { _ in generator.uniform(-size, size) }
    }
    let sizes =
      [1.0]
      + network.parameters.map {
        switch $0.start {
        case .glorotUniform(let inputs, _), .heNormal(let inputs): 2 / Double(inputs).squareRoot()
        case .zero, .normal, .constant, .equalPieces: 0.3
        }
      }
    for (input, size) in zip(inputs, sizes) { program.set(input, draws(input.shape.count, size)) }
    program.set(cotangent, draws(cotangent.shape.count, 1))
    program.run()
    let analytic = gradients.map { Array(program.values(of: $0)) }
    let start = inputs.map { Array(program.values(of: $0)) }

    /// The smaller error of two step sizes: a kink of ReLU within a step spoils one, a wrong gradient both.
    func error(_ slope: Double, relativeTo scale: Double, _ move: (_ offset: Double) -> Void) -> Double {
      let errors = [1e-5, 1e-6].map { step in
        let sides = [step, -step].map { offset in
          move(offset)
          program.run()
          return program.values(of: weighted)[0]
        }
        return abs(slope - (sides[0] - sides[1]) / (2 * step)) / max(1, scale)
      }
      return min(errors[0], errors[1])
    }

    for (number, input) in inputs.enumerated() {
      // Relative to the array's largest entry: differences are as exact as the whole sum, not as each entry.
      let scale = analytic[number].map(abs).max() ?? 0
      for _ in 0..<3 {
        let element = Int.random(in: 0..<input.shape.count, using: &generator)
        let error = error(analytic[number][element], relativeTo: scale) {
          program.values(of: input)[element] = start[number][element] + $0
        }
        program.values(of: input)[element] = start[number][element]
        #expect(error < 1e-6, "input \(number), element \(element), seed \(Self.seed)")
      }
    }

    let directions = zip(inputs, sizes).map { draws($0.shape.count, $1) }
    let slopes = zip(analytic, directions).map { zip($0, $1).reduce(0) { $0 + $1.0 * $1.1 } }
    let whole = error(slopes.reduce(0, +), relativeTo: slopes.map(abs).max() ?? 0) { offset in
      for (input, (values, direction)) in zip(inputs, zip(start, directions)) {
        program.set(input, zip(values, direction).map { $0 + offset * $1 })
      }
    }
    #expect(whole < 1e-6, "all entries, seed \(Self.seed)")
  }
}
