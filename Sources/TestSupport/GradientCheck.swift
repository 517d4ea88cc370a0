import Differentiation
import Tensors

/// Compares the gradient of Σ y·cotangent with central differences in Float64, for every element of every input.
///
/// The cotangent is not all ones: a rule that forgets the upstream gradient would pass with ones.
///
/// - Parameters:
///   - shapes: of the inputs.
///   - values: of the inputs; chosen by `seed` in ±1 when nil.
///   - step: of the central difference.
///   - build: makes y from the inputs.
/// - Returns: the largest |analytic − numerical| / max(1, |numerical|), and where it was.
public func gradientError(
  shapes: [Shape], values: [[Double]]? = nil, seed: UInt64 = 1, step: Double = 1e-5, build: ([Node]) -> Node
) -> (error: Double, place: String) {
  let graph = Graph()
  let inputs = shapes.map(graph.input)
  let y = build(inputs)
  let cotangent = graph.input(y.shape)
  let weighted = (y * cotangent).total
  let gradients = graph.gradients(of: y, cotangent: cotangent, withRespectTo: inputs)
  let program = Program<Double>(outputs: [weighted] + gradients)

  var generator = SplitMix64(seed: seed)
  let start = values ?? shapes.map { shape in (0..<shape.count).map { _ in generator.uniform(-1, 1) } }
  for (input, values) in zip(inputs, start) { program.set(input, values) }
  program.set(cotangent, (0..<y.shape.count).map { _ in generator.uniform(0.5, 2) })
  program.run()
  let analytic = gradients.map { Array(program.values(of: $0)) }

  var worst = (error: 0.0, place: "nowhere")
  for (number, input) in inputs.enumerated() {
    for element in 0..<input.shape.count {
      let original = start[number][element]
      var sides: [Double] = []
      for offset in [step, -step] {
        program.values(of: input)[element] = original + offset
        program.run()
        sides.append(program.values(of: weighted)[0])
      }
      program.values(of: input)[element] = original
      let numerical = (sides[0] - sides[1]) / (2 * step)
      let error = abs(analytic[number][element] - numerical) / max(1, abs(numerical))
      if !(error <= worst.error) {
        worst = (
          error, "input \(number), element \(element): \(analytic[number][element]) against \(numerical)"
        )
      }
    }
  }
  return worst
}

extension Node {
  /// The sum of all elements, shape [].
  public var total: Node {
    let flat = reshaped([shape.count])
    return flat.sum(0).reshaped([])
  }
}

/// A small seeded generator for tests (Steele, Lea & Flood 2014), so that a failure can be repeated.
public struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  public mutating func uniform(_ lower: Double, _ upper: Double) -> Double {
    lower + (upper - lower) * Double(next() >> 11) * 0x1p-53
  }
}
