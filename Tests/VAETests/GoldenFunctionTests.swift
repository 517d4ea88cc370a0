import Differentiation
import TestSupport
import Testing
import VAE

/// The relaxations, divergences and likelihoods against independently computed numbers.
@Suite struct GoldenFunctionTests {
  @Test func softmaxPlusPlus() throws {
    for test in try GoldenFile("softmax_pp").cases {
      let graph = Graph()
      let inputs = try test.part("inputs")
      let outputs = try test.part("outputs")
      let lambda = graph.input(like: try inputs.array("lam"))
      let logPsi = logSoftmaxPlusPlus(lambda: lambda, temperature: try test.number("temp"))
      let psi = logPsi.exp()
      let cotangent = graph.input(psi.shape)
      var evaluation = GoldenEvaluation()
      evaluation.set(lambda, try inputs.array("lam"))
      evaluation.set(cotangent, try test.part("cotangent").array("psi"))
      evaluation.expect("psi", psi, try outputs.array("psi"))
      evaluation.expect("one_hot", logPsi.oneHot(1), try outputs.array("one_hot"))
      evaluation.expect(
        "vjp", graph.gradients(of: psi, cotangent: cotangent, withRespectTo: [lambda])[0],
        try test.part("vjp").array("lam"))
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  @Test func gumbelSoftmaxSample() throws {
    for test in try GoldenFile("gumbel_softmax").cases {
      let graph = Graph()
      let inputs = try test.part("inputs")
      let logAlpha = graph.input(like: try inputs.array("log_alpha"))
      let noise = graph.input(like: try inputs.array("u"))
      let logPsi = gumbelSoftmax(logAlpha: logAlpha, gumbel: noise, temperature: try test.number("temp"))
      let psi = logPsi.exp()
      let cotangent = graph.input(psi.shape)
      var evaluation = GoldenEvaluation()
      evaluation.set(logAlpha, try inputs.array("log_alpha"))
      evaluation.inputs.append((noise, gumbel(try inputs.array("u"))))
      evaluation.set(cotangent, try test.part("cotangent").array("psi"))
      evaluation.expect("log_psi", logPsi, try test.part("outputs").array("log_psi"))
      evaluation.expect("psi", psi, try test.part("outputs").array("psi"))
      evaluation.expect(
        "vjp", graph.gradients(of: psi, cotangent: cotangent, withRespectTo: [logAlpha])[0],
        try test.part("vjp").array("log_alpha"))
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  @Test func expConcreteDensityAndDivergences() throws {
    for test in try GoldenFile("exp_concrete").cases {
      let temperature = try test.number("temp")
      do {
        let part = try test.part("density")
        let inputs = try part.part("inputs")
        let outputs = try part.part("outputs")
        let graph = Graph()
        let logPsi = graph.input(like: try inputs.array("log_psi"))
        let logAlpha = graph.input(like: try inputs.array("log_alpha"))
        let divergence = sampledDivergence(
          logPsi: logPsi, logAlpha: logAlpha, temperature: temperature, stickTheLanding: false)
        let cotangent = graph.input(divergence.shape)
        var evaluation = GoldenEvaluation()
        evaluation.set(logPsi, try inputs.array("log_psi"))
        evaluation.set(logAlpha, try inputs.array("log_alpha"))
        evaluation.set(cotangent, try part.part("cotangent").array("kl_sampled"))
        evaluation.expect(
          "log_density", logDensityExpConcrete(logPsi: logPsi, logAlpha: logAlpha, temperature: temperature),
          try outputs.array("log_density"))
        evaluation.expect("kl_sampled", divergence, try outputs.array("kl_sampled"))
        evaluation.expect(
          "kl_categorical", categoricalDivergence(logAlpha: logAlpha), try outputs.array("kl_categorical"))
        let vjp = graph.gradients(of: divergence, cotangent: cotangent, withRespectTo: [logPsi, logAlpha])
        evaluation.expect("vjp log_psi", vjp[0], try part.part("vjp").array("log_psi"))
        evaluation.expect("vjp log_alpha", vjp[1], try part.part("vjp").array("log_alpha"))
        #expect(evaluation.disagreements() == [], "\(part)")
      }
      do {
        let part = try test.part("categorical")
        let graph = Graph()
        let logAlpha = graph.input(like: try part.part("inputs").array("log_alpha"))
        let divergence = categoricalDivergence(logAlpha: logAlpha)
        let cotangent = graph.input(divergence.shape)
        var evaluation = GoldenEvaluation()
        evaluation.set(logAlpha, try part.part("inputs").array("log_alpha"))
        evaluation.set(cotangent, try part.part("cotangent").array("kl_categorical"))
        evaluation.expect("kl_categorical", divergence, try part.part("outputs").array("kl_categorical"))
        evaluation.expect(
          "vjp", graph.gradients(of: divergence, cotangent: cotangent, withRespectTo: [logAlpha])[0],
          try part.part("vjp").array("log_alpha"))
        #expect(evaluation.disagreements() == [], "\(part)")
      }
      for (name, sticks) in [("through_the_sample", false), ("stick_the_landing", true)] {
        let part = try test.part(name)
        let inputs = try part.part("inputs")
        let graph = Graph()
        let logAlpha = graph.input(like: try inputs.array("log_alpha"))
        let noise = graph.input(like: try inputs.array("u"))
        let divergence = sampledDivergence(
          logPsi: gumbelSoftmax(logAlpha: logAlpha, gumbel: noise, temperature: temperature),
          logAlpha: logAlpha,
          temperature: temperature, stickTheLanding: sticks)
        let cotangent = graph.input(divergence.shape)
        var evaluation = GoldenEvaluation()
        evaluation.set(logAlpha, try inputs.array("log_alpha"))
        evaluation.inputs.append((noise, gumbel(try inputs.array("u"))))
        evaluation.set(cotangent, try part.part("cotangent").array("kl_sampled"))
        evaluation.expect("kl_sampled", divergence, try part.part("outputs").array("kl_sampled"))
        evaluation.expect(
          "vjp", graph.gradients(of: divergence, cotangent: cotangent, withRespectTo: [logAlpha])[0],
          try part.part("vjp").array("log_alpha"))
        #expect(evaluation.disagreements() == [], "\(part)")
      }
    }
  }

  @Test func categoryProbabilitiesAndDiscreteDivergence() throws {
    for test in try GoldenFile("igr_category_probabilities").cases {
      let inputs = try test.part("inputs")
      let graph = Graph()
      let mu = graph.input(like: try inputs.array("mu"))
      let sigma = graph.input(like: try inputs.array("sigma"))
      let probabilities = Node.categoryProbabilities(mu: mu, sigma: sigma)
      let divergence = discreteDivergence(probabilities: probabilities)
      let cotangent = graph.input(probabilities.shape)
      var evaluation = GoldenEvaluation()
      evaluation.doubleTolerance = nil
      evaluation.set(mu, try inputs.array("mu"))
      evaluation.set(sigma, try inputs.array("sigma"))
      evaluation.set(cotangent, try test.part("cotangent").array("probabilities"))
      evaluation.expect("probabilities", probabilities, try test.part("outputs").array("probabilities"))
      evaluation.expect("discrete_kl", divergence, try test.part("outputs").array("discrete_kl"))
      let vjp = graph.gradients(of: probabilities, cotangent: cotangent, withRespectTo: [mu, sigma])
      let slopes = graph.gradients(of: divergence, withRespectTo: [mu, sigma])
      for (index, name) in ["mu", "sigma"].enumerated() {
        evaluation.expect("vjp \(name)", vjp[index], try test.part("vjp").array(name))
        evaluation.expect("kl \(name)", slopes[index], try test.part("gradient_of_discrete_kl").array(name))
      }
      #expect(evaluation.disagreements() == [], "\(test)")

      let program = Program<Float>(outputs: [probabilities.sum(1), mu, sigma])
      program.set(mu, try inputs.array("mu").float32)
      program.set(sigma, try inputs.array("sigma").float32)
      program.run()
      for sum in program.values(of: probabilities.sum(1)) { #expect(abs(sum - 1) < 1e-4, "\(test)") }
    }
  }

  @Test func likelihoods() throws {
    for test in try GoldenFile("likelihood").cases {
      let inputs = try test.part("inputs")
      let graph = Graph()
      let x = graph.input(like: try inputs.array("x"))
      let isBernoulli = inputs.keys.contains("logits")
      let names = isBernoulli ? ["logits"] : ["a", "c"]
      let nodes = try names.map { graph.input(like: try inputs.array($0)) }
      var evaluation = GoldenEvaluation()
      let likelihood: Node
      if isBernoulli {
        likelihood = bernoulliLogLikelihood(images: x, logits: nodes[0])
      } else {
        let (value, mean) = gaussianLogLikelihood(images: x, a: nodes[0], c: nodes[1])
        likelihood = value
        evaluation.expect("mean", mean, try test.part("outputs").array("mean"))
      }
      let cotangent = graph.input(likelihood.shape)
      evaluation.set(x, try inputs.array("x"))
      for (name, node) in zip(names, nodes) { evaluation.set(node, try inputs.array(name)) }
      evaluation.set(cotangent, try test.part("cotangent").array("log_px"))
      evaluation.expect("log_px", likelihood, try test.part("outputs").array("log_px"))
      let vjp = graph.gradients(of: likelihood, cotangent: cotangent, withRespectTo: nodes)
      for (name, node) in zip(names, vjp) {
        evaluation.expect("vjp \(name)", node, try test.part("vjp").array(name))
      }
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  @Test func objectives() throws {
    for test in try GoldenFile("objectives").cases {
      let inputs = try test.part("inputs")
      let graph = Graph()
      let logLikelihood = graph.input(like: try inputs.array("log_px"))
      let divergence = graph.input(like: try inputs.array("kl"))
      let losses = [
        "elbo_loss": (divergence.mean(0, 1) - logLikelihood.mean(0, 1)).reshaped([]),
        "iwae_loss": -importanceWeightedBound(logWeights: logLikelihood - divergence).mean(0, 1).reshaped([]),
      ]
      var evaluation = GoldenEvaluation()
      evaluation.set(logLikelihood, try inputs.array("log_px"))
      evaluation.set(divergence, try inputs.array("kl"))
      for (name, loss) in losses {
        evaluation.expect(name, loss, try test.part("outputs").array(name))
        guard test.keys.contains("gradient_of_\(name)") else { continue }
        let slopes = graph.gradients(of: loss, withRespectTo: [logLikelihood, divergence])
        let want = try test.part("gradient_of_\(name)")
        evaluation.expect("\(name) log_px", slopes[0], try want.array("log_px"))
        evaluation.expect("\(name) kl", slopes[1], try want.array("kl"))
      }
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }
}
