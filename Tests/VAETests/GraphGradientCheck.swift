import Differentiation
import TestSupport

/// Compares what a graph gives as the gradient of y with central differences in Float64, for every element.
///
/// - Parameters:
///   - pairs: inputs of the graph and what is claimed to be y's gradient with respect to them.
///   - inputs: values of all inputs that y depends on.
/// - Returns: the largest |analytic − numerical| / max(1, |numerical|), and where it was.
func gradientError(
  of y: Node, _ pairs: [(input: Node, gradient: Node)], at inputs: [(node: Node, values: [Double])],
  step: Double = 1e-5
) -> (error: Double, place: String) {
  let program = Program<Double>(outputs: [y] + pairs.map(\.gradient) + inputs.map(\.node))
  for (node, values) in inputs { program.set(node, values) }
  program.run()
  let analytic = pairs.map { Array(program.values(of: $0.gradient)) }
  var worst = (error: 0.0, place: "nowhere")
  for (number, pair) in pairs.enumerated() {
    for element in 0..<pair.input.shape.count {
      let memory = program.values(of: pair.input)
      let original = memory[element]
      var sides: [Double] = []
      for offset in [step, -step] {
        memory[element] = original + offset
        program.run()
        sides.append(program.values(of: y)[0])
      }
      memory[element] = original
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
