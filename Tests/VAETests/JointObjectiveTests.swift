import Differentiation
import TestSupport
import Testing
import VAE

import class Foundation.NSNumber

/// JointVAE's loss and capacity schedule against independently computed numbers.
@Suite struct JointObjectiveTests {
  @Test func goldenSchedule() throws {
    for test in try GoldenFile.cases(of: "jointvae", in: "schedule") {
      try test.requireKeys(
        within: ["linspace", "V", "K", "iterations", "c_cont", "c_disc", "discrete_capacity", "name"])
      let line = try numbers(test, "linspace")
      try #require(line.count == 3)
      let limit = try test.number("discrete_capacity")
      let continuous = CapacitySchedule(from: line[0], to: line[1], over: Int(line[2]))
      let discrete = CapacitySchedule(
        from: line[0], to: line[1], over: Int(line[2]),
        variables: try test.integer("V"), categories: try test.integer("K"))
      #expect(abs(discrete.limit - limit) <= 1e-9 * limit)
      let iterations = try test.integers("iterations")
      let want = (try numbers(test, "c_cont"), try numbers(test, "c_disc"))
      try #require(want.0.count == iterations.count && want.1.count == iterations.count)
      for (place, step) in iterations.enumerated() {
        #expect(
          abs(continuous.capacity(at: step) - want.0[place]) <= 1e-9 * max(1, want.0[place]),
          "\(line) \(step)")
        #expect(
          abs(discrete.capacity(at: step) - want.1[place]) <= 1e-9 * max(1, want.1[place]), "\(line) \(step)")
      }
    }
  }

  @Test func goldenLossAndGradients() throws {
    for test in try GoldenFile.cases(of: "jointvae", in: "loss") {
      try test.requireKeys(
        within: ["name", "gamma", "c_cont", "c_disc", "inputs", "outputs", "gradient_of_loss"])
      // The file shows what the absolute value of every item would give, for reading only.
      try test.part("outputs").requireKeys(within: ["loss", "loss_if_abs_per_item"])
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      func column(_ name: String) throws -> Node {
        let node = try #require(inputs[name])
        return node.reshaped([node.shape.count, 1])
      }
      let loss = jointObjective(
        logLikelihood: try column("log_px"), continuousDivergence: try column("kl_cont"),
        discreteDivergence: try column("kl_disc"), gamma: try test.number("gamma"),
        continuousCapacity: graph.constant(try test.number("c_cont"), []),
        discreteCapacity: graph.constant(try test.number("c_disc"), []))
      evaluation.expect("loss", loss, try test.part("outputs").array("loss"))
      let want = try test.part("gradient_of_loss")
      try want.requireKeys(within: Set(inputs.keys))
      let sources = want.keys.sorted()
      let gradients = graph.gradients(of: loss, withRespectTo: sources.compactMap { inputs[$0] })
      for (source, gradient) in zip(sources, gradients) {
        evaluation.expect("gradient \(source)", gradient, try want.array(source))
      }
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  private func numbers(_ test: GoldenCase, _ key: String) throws -> [Double] {
    try #require(test.values[key] as? [NSNumber], "\(test): \(key)").map(\.doubleValue)
  }
}
