import Differentiation
import Tensors
import TestSupport
import Testing

@testable import VAE

/// Whole models of a few pixels: every intermediate tensor, the loss, the gradient of every weight, and the weights
/// after three Adam steps, against independently computed numbers.
@Suite struct GoldenModelTests {
  @Test func everyFile() throws {
    for file in try GoldenFile.all(where: { $0.hasPrefix("model_") }) {
      let model = try GoldenModel(file.single)
      #expect(try disagreements(model, Float.self) == [], "\(file.name)")
      #expect(try disagreements(model, Double.self) == [], "\(file.name)")
    }
  }

  private func disagreements<S: Scalar>(_ model: GoldenModel, _ type: S.Type) throws -> [String] {
    let (golden, names) = (model.golden, model.parameterNames)
    let state = ModelState<S>(parameters: model.configuration.parameters)
    let weights = try golden.part("weights")
    try #require(Set(names) == weights.keys, "\(golden)")
    for (index, name) in names.enumerated() {
      let array = try weights.array(name)
      try #require(array.shape == state.parameters[index].shape.dimensions, "\(golden): \(name)")
      _ = state.values(.weights, of: index).update(fromContentsOf: array.float32.map { S($0) })
    }
    var comparison = Comparison<S>(isQuadrature: model.configuration.relaxation == .igrI)

    let graph = VAEGraph(model.configuration, batch: model.batch, samples: model.samples)
    let outputs = model.outputs(of: graph)
    let want = try golden.part("outputs")
    try want.requireKeys(within: Set(outputs.keys))
    let program = Program<S>(
      outputs: Array(outputs.values) + [graph.images] + graph.noises.map(\.node) + graph.parameters)
    program.set(graph.images, model.images.map { S($0) })
    for (noise, values) in zip(graph.noises, model.noises) { program.set(noise.node, values.map { S($0) }) }
    for (index, node) in graph.parameters.enumerated() {
      program.set(node, state.values(.weights, of: index))
    }
    program.run()
    for (name, node) in outputs where want.keys.contains(name) {
      comparison.compare(name, program.values(of: node), try want.array(name))
    }

    // The gradient and three Adam steps through the trained path.
    let step = TrainingStep<S>(graph, state: state)
    _ = step.images.update(fromContentsOf: model.images.map { S($0) })
    for (noise, values) in zip(step.noises, model.noises) {
      _ = noise.values.update(fromContentsOf: values.map { S($0) })
    }
    let gradients = try golden.part("gradients")
    try #require(Set(names) == gradients.keys, "\(golden)")
    var losses: [S] = []
    for number in 0..<3 {
      losses.append(step.computeGradient())
      if number == 0 {
        for (index, name) in names.enumerated() {
          comparison.compare(
            "gradient \(name)", state.values(.gradient, of: index), try gradients.array(name))
        }
      }
      state.applyAdam(learningRate: try golden.number("learning_rate"))
    }
    losses.append(step.computeGradient())
    comparison.compare("losses", losses, try golden.array("losses_at_each_step_and_after"))

    let after = try golden.part("weights_after_3_adam_steps")
    try #require(Set(names) == after.keys, "\(golden)")
    let uncertain = golden.values["uncertain_entries"] as? [String: [Int]] ?? [:]
    try #require(Set(uncertain.keys).isSubset(of: names), "\(golden)")
    for (index, name) in names.enumerated() {
      let skipped = Set(uncertain[name] ?? [])
      let values = state.values(.weights, of: index)
      comparison.compare("after three steps \(name)", values, try after.array(name), skipping: skipped)
      let start = try weights.array(name).float32
      for element in skipped where !(abs(Double(values[element]) - Double(start[element])) <= 0.0031) {
        comparison.messages.append("\(name): uncertain element \(element) moved further than three steps can")
      }
    }
    return comparison.messages.map { "\(S.self) \($0)" }
  }

  /// Compares with a file's tolerance in Float32 and 1e-9 in Float64.
  private struct Comparison<S: Scalar> {
    /// The category probabilities are a quadrature: its tolerance holds in Float64 too.
    let isQuadrature: Bool
    var messages: [String] = []

    mutating func compare(
      _ name: String, _ got: some Sequence<S>, _ want: GoldenArray, skipping: Set<Int> = []
    ) {
      let isExact = S.self == Double.self && !(isQuadrature && name == "kl_closed")
      let message = want.disagreement(
        with: got.map { Double($0) }, tolerance: isExact ? 1e-9 : nil, skipping: skipping)
      if let message { messages.append("\(name): \(message)") }
    }
  }
}
