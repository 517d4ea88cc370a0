import Differentiation
import TestSupport

/// Compares what a graph gives as the gradient of y with central differences in Float64.
///
/// - Parameters:
///   - pairs: inputs of the graph and what is claimed to be y's gradient with respect to them.
///   - inputs: values of all inputs that y depends on.
///   - entries: how many elements of each input are compared, drawn by a fixed seed; all where there are no more.
///   - steps: of the difference; the nearest of them counts. A kink of ReLU within a step spoils one, a wrong gradient
///     all.
/// - Returns: the largest |analytic − numerical| / max(1, |numerical|), and where it was.
func gradientError(
  of y: Node, _ pairs: [(input: Node, gradient: Node)], at inputs: [(node: Node, values: [Double])],
  entries: Int = .max, steps: [Double] = [1e-5]
) -> (error: Double, place: String) {
  let program = Program<Double>(outputs: [y] + pairs.map(\.gradient) + inputs.map(\.node))
  for (node, values) in inputs { program.set(node, values) }
  program.run()
  let analytic = pairs.map { Array(program.values(of: $0.gradient)) }
  var generator = SplitMix64(seed: 19)
  var worst = (error: 0.0, place: "nowhere")
  for (number, pair) in pairs.enumerated() {
    let memory = program.values(of: pair.input)
    let elements =
      memory.count <= entries
      ? Array(memory.indices) : (0..<entries).map { _ in Int.random(in: memory.indices, using: &generator) }
    for element in elements {
      let original = memory[element]
      var nearest = (error: Double.infinity, numerical: Double.nan)
      for step in steps {
        var sides: [Double] = []
        for offset in [step, -step] {
          memory[element] = original + offset
          program.run()
          sides.append(program.values(of: y)[0])
        }
        let numerical = (sides[0] - sides[1]) / (2 * step)
        let error = abs(analytic[number][element] - numerical) / max(1, abs(numerical))
        if error < nearest.error { nearest = (error, numerical) }
      }
      memory[element] = original
      if !(nearest.error <= worst.error) {
        worst = (
          nearest.error,
          "input \(number), element \(element): \(analytic[number][element]) against \(nearest.numerical)"
        )
      }
    }
  }
  return worst
}
