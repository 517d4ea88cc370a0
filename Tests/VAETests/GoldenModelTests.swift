import Differentiation
import Tensors
import TestSupport
import Testing
import VAE

/// Whole models of a few pixels: every intermediate tensor, the loss, the gradient of every weight, and the weights
/// after three Adam steps, against independently computed numbers.
@Suite struct GoldenModelTests {
  @Test func everyFileOfABuiltModel() throws {
    let files = try GoldenFile.all {
      $0.hasPrefix("model_GS_Dis_dense") || $0.hasPrefix("model_IGR_I_Dis_dense")
    }
    #expect(files.count >= 11)
    for file in files {
      #expect(try disagreements(file.single, Float.self) == [], "\(file.name)")
      #expect(try disagreements(file.single, Double.self) == [], "\(file.name)")
    }
  }

  private func disagreements<S: Scalar>(_ golden: GoldenCase, _ type: S.Type) throws -> [String] {
    let inputs = try golden.part("inputs")
    let isGumbelSoftmax = try golden.text("model_type") == "GS_Dis"
    let isGaussian = try golden.text("likelihood") == "gaussian"
    let (batch, samples) = (try golden.integer("batch"), try golden.integer("sample_size"))
    let configuration = VAEConfiguration(
      relaxation: isGumbelSoftmax ? .gumbelSoftmax : .igrI, temperature: try golden.number("temp"),
      categories: try golden.integer("categories"), variables: try golden.integer("num_of_discrete_var"),
      pixels: try inputs.array("x").shape[1], encoderUnits: try golden.integers("hidden_encoder"),
      decoderUnits: try golden.integers("hidden_decoder"), likelihood: isGaussian ? .gaussian : .bernoulli,
      outputActivation: isGaussian ? .elu : .linear, stickTheLanding: golden.boolean("stick_the_landing"))

    let state = ModelState<S>(parameters: VAEGraph.parameters(of: configuration))
    let names = state.parameters.map {
      $0.name.replacing("/kernel", with: "_W").replacing("/bias", with: "_b")
    }
    let weights = try golden.part("weights")
    #expect(Set(names) == weights.keys, "\(golden)")
    for (index, name) in names.enumerated() {
      _ = state.values(.weights, of: index).update(
        fromContentsOf: try weights.array(name).float32.map { S($0) })
    }
    let noise = try inputs.array("noise")
    let noiseValues = isGumbelSoftmax ? gumbel(noise) : noise.float32.map(Double.init)
    let priorValues =
      isGumbelSoftmax ? nil : (try inputs.array("mu0").float32, try inputs.array("xi0").float32)

    var messages: [String] = []
    let tolerance = S.self == Double.self ? 1e-9 : nil
    func compare(_ name: String, _ got: some Sequence<S>, _ want: GoldenArray, skipping: Set<Int> = []) {
      // The category probabilities are a quadrature: its own tolerance in Float64 too.
      let tolerance = name == "kl_closed" && !isGumbelSoftmax ? nil : tolerance
      if let message = want.disagreement(
        with: got.map { Double($0) }, tolerance: tolerance, skipping: skipping)
      {
        messages.append("\(S.self) \(name): \(message)")
      }
    }

    // Intermediate tensors.
    let graph = VAEGraph(configuration, batch: batch, samples: samples, hasGivenPrior: !isGumbelSoftmax)
    var outputs: [String: Node] = [
      "psi": graph.psi, "decoder_input": graph.decoderInput, "logits": graph.decoderOutput,
      "log_px": graph.logLikelihood, "kl": graph.divergence, "kl_discrete": graph.divergence,
      "loss": graph.loss,
      "iwae_loss": -importanceWeightedBound(logWeights: graph.logLikelihood - graph.divergence).mean(0, 1)
        .reshaped([]),
      "kl_closed": graph.divergenceFromUniform,
    ]
    if isGumbelSoftmax {
      outputs["log_alpha"] = graph.posterior[0]
      outputs["log_psi"] = gumbelSoftmax(
        logAlpha: graph.posterior[0], gumbel: graph.noise, temperature: configuration.temperature)
    } else {
      outputs["mu"] = graph.posterior[0]
      outputs["xi"] = graph.posterior[1]
      outputs["kappa"] = igrSample(mu: graph.posterior[0], xi: graph.posterior[1], epsilon: graph.noise)
      outputs["lam"] = outputs["kappa"]
    }
    let want = try golden.part("outputs")
    let program = Program<S>(
      outputs: Array(outputs.values) + [graph.images, graph.noise] + graph.parameters
        + (isGumbelSoftmax ? [] : [graph.prior.mu, graph.prior.xi]))
    program.set(graph.images, try inputs.array("x").float32.map { S($0) })
    program.set(graph.noise, noiseValues.map { S($0) })
    for (index, node) in graph.parameters.enumerated() {
      program.set(node, state.values(.weights, of: index))
    }
    if let (mu, xi) = priorValues {
      program.set(graph.prior.mu, mu.map { S($0) })
      program.set(graph.prior.xi, xi.map { S($0) })
    }
    program.run()
    #expect(
      want.keys.isSubset(of: outputs.keys), "\(golden): \(want.keys.subtracting(outputs.keys)) not understood"
    )
    for (name, node) in outputs where want.keys.contains(name) {
      compare(name, program.values(of: node), try want.array(name))
    }

    // Gradients and three Adam steps through the trained path.
    let step = TrainingStep(
      configuration, batch: batch, samples: samples, state: state, hasGivenPrior: !isGumbelSoftmax)
    _ = step.values(of: step.graph.images).update(fromContentsOf: try inputs.array("x").float32.map { S($0) })
    _ = step.values(of: step.graph.noise).update(fromContentsOf: noiseValues.map { S($0) })
    if let (mu, xi) = priorValues {
      _ = step.values(of: step.graph.prior.mu).update(fromContentsOf: mu.map { S($0) })
      _ = step.values(of: step.graph.prior.xi).update(fromContentsOf: xi.map { S($0) })
    }
    var losses: [S] = []
    for number in 0..<3 {
      losses.append(step.computeGradient())
      if number == 0 {
        for (index, name) in names.enumerated() {
          compare(
            "gradient \(name)", state.values(.gradient, of: index), try golden.part("gradients").array(name))
        }
      }
      state.applyAdam(learningRate: try golden.number("learning_rate"))
    }
    losses.append(step.computeGradient())
    compare("losses", losses, try golden.array("losses_at_each_step_and_after"))
    let uncertain = golden.values["uncertain_entries"] as? [String: [Int]] ?? [:]
    for (index, name) in names.enumerated() {
      let skipped = Set(uncertain[name] ?? [])
      let after = state.values(.weights, of: index)
      compare(
        "after three steps \(name)", after, try golden.part("weights_after_3_adam_steps").array(name),
        skipping: skipped)
      let start = try weights.array(name).float32
      for element in skipped where abs(Double(after[element]) - Double(start[element])) > 0.0031 {
        messages.append("\(S.self) \(name): uncertain element \(element) moved further than three steps can")
      }
    }
    return messages
  }
}
