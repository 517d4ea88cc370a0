import Differentiation
import Tensors
import TestSupport
import Testing

@testable import VAE

/// The whole training graph of `Relax_GS_Dis` against the golden cases of our reading of the paper.
@Suite struct GoldenRelaxGraphTests {
  @Test func trainingGraph() throws {
    var seen = 0
    for test in try GoldenFile.cases(of: "relax", in: "gs") {
      let inputs = try test.part("inputs")
      guard try test.text("reading") == "f includes log q - log p", try test.text("r_input") != "z",
        // The graph has one set of images for both ends.
        try inputs.array("enc_x").values == inputs.array("x").values
      else { continue }
      seen += 1
      let shape = try inputs.array("u").shape
      let configuration = RelaxConfiguration(
        kind: .categorical, categories: shape[1], variables: shape[3],
        networks: .tiny(pixels: try inputs.array("x").shape[1]))
      let graph = RelaxGraph(configuration, batch: shape[0], samples: shape[2])
      let names = [
        "encoder_1/kernel": "enc_W", "encoder_1/bias": "enc_b", "decoder_1/kernel": "dec_W",
        "decoder_1/bias": "dec_b", "control_1/kernel": "r_W1", "control_1/bias": "r_b1",
        "control_2/kernel": "r_W2", "control_2/bias": "r_b2", "control/scale": "r_scale",
        "control/log_temp": "log_temp",
      ]
      let parts = try ["encoder_gradient", "decoder_gradient", "gradient_of_variance_objective"].map(
        test.part)
      var evaluation = GoldenEvaluation()
      evaluation.set(graph.images, try inputs.array("x"))
      for (noise, name) in zip(graph.noises, ["u", "v"]) {
        evaluation.inputs.append((noise.node, gumbel(try inputs.array(name))))
      }
      for (index, parameter) in RelaxGraph.parameters(of: configuration).enumerated() {
        let name = try #require(names[parameter.name])
        let (node, value) = (graph.parameters[index], try inputs.array(name))
        let isSpread = node.shape.count > 1 && value.values.count == 1
        evaluation.inputs.append(
          (
            node,
            isSpread
              ? [Double](repeating: Double(value.float32[0]), count: node.shape.count)
              : value.float32.map(Double.init)
          ))
        let want = try #require(parts.first { $0.keys.contains(name) }).array(name)
        // The file has one temperature for all entries: the gradients add up to the one given.
        evaluation.expect(name, isSpread ? graph.gradients[index].total : graph.gradients[index], want)
      }
      let outputs = try test.part("outputs")
      evaluation.expect("b", graph.sample, try outputs.array("b"))
      evaluation.expect("log_q", graph.logPosterior, try outputs.array("log_q"))
      evaluation.expect("estimator", graph.estimate, try outputs.array("estimator"))
      evaluation.expect("reinforce", graph.reinforce, try outputs.array("reinforce"))
      evaluation.expect(
        "variance_objective", graph.varianceObjective, try outputs.array("variance_objective"))
      evaluation.expect(
        "f_b", graph.logPosterior - graph.logPrior - graph.logLikelihood, try outputs.array("f_b"))
      #expect(evaluation.disagreements() == [], "\(test)")
    }
    #expect(seen > 0 || GoldenFile.givenFolder != nil)
  }

  @Test func probabilitiesOfRelaxIGR() throws {
    for file in try GoldenFile.all(where: { $0 == "igr_category_probabilities" }) {
      if GoldenFile.givenFolder != nil, file.root["relax_igr"] == nil { continue }
      #expect(try disagreements(relaxIGR: file.single.part("relax_igr")) == [])
    }
  }

  private func disagreements(relaxIGR test: GoldenCase) throws -> [String] {
    try test.requireKeys(within: ["note", "inputs", "outputs", "cotangent", "vjp"])
    let inputs = try test.part("inputs")
    let graph = Graph()
    let (mu, xi) = (graph.input(like: try inputs.array("mu")), graph.input(like: try inputs.array("xi")))
    let bounded = boundedGaussian(mu: mu, xi: xi)
    let logProbabilities = Node.categoryProbabilities(mu: bounded.mu, sigma: bounded.sigma).logOfProbability()
    let cotangent = graph.input(logProbabilities.shape)
    var evaluation = GoldenEvaluation()
    evaluation.doubleTolerance = nil
    evaluation.set(mu, try inputs.array("mu"))
    evaluation.set(xi, try inputs.array("xi"))
    evaluation.set(cotangent, try test.part("cotangent").array("log_probabilities"))
    evaluation.expect(
      "log probabilities", logProbabilities, try test.part("outputs").array("log_probabilities"))
    let vjp = graph.gradients(of: logProbabilities, cotangent: cotangent, withRespectTo: [mu, xi])
    evaluation.expect("vjp mu", vjp[0], try test.part("vjp").array("mu"))
    evaluation.expect("vjp xi", vjp[1], try test.part("vjp").array("xi"))
    return evaluation.disagreements()
  }
}
