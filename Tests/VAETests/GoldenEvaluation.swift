import Differentiation
import Tensors
import Glibc
import TestSupport

/// Evaluates nodes in Float32 with the file's tolerances and in Float64 with 1e-9, and tells every disagreement.
struct GoldenEvaluation {
  var inputs: [(node: Node, values: [Double])] = []
  var checks: [(name: String, node: Node, want: GoldenArray)] = []
  /// For the Float64 evaluation; nil means the file's own (quadrature, whose error is not rounding).
  var doubleTolerance: Double? = 1e-9

  mutating func set(_ node: Node, _ array: GoldenArray) {
    // Parsed as Float32 and widened: the files' rule.
    inputs.append((node, array.float32.map(Double.init)))
  }

  mutating func expect(_ name: String, _ node: Node, _ want: GoldenArray) {
    checks.append((name, node, want))
  }

  func disagreements() -> [String] {
    disagreements(Float.self, tolerance: nil) + disagreements(Double.self, tolerance: doubleTolerance)
  }

  private func disagreements<S: Scalar>(_ type: S.Type, tolerance: Double?) -> [String] {
    let program = Program<S>(outputs: checks.map(\.node) + inputs.map(\.node))
    for (node, values) in inputs { program.set(node, values.map { S($0) }) }
    program.run()
    return checks.compactMap { name, node, want in
      let got = program.values(of: node).map { Double($0) }
      return want.disagreement(with: got, tolerance: tolerance).map { "\(S.self) \(name): \($0)" }
    }
  }
}

extension Graph {
  /// An input of the array's shape.
  func input(like array: GoldenArray) -> Node { input(Shape(array.shape)) }
}

/// −log(−log u), in Float64 from the Float32 uniforms of a file.
func gumbel(_ uniforms: GoldenArray) -> [Double] {
  uniforms.float32.map { -log(-log(Double($0))) }
}
