import Differentiation
import Tensors
import TestSupport
import Testing
import VAE

/// The relaxations, divergences and likelihoods against independently computed numbers.
@Suite struct GoldenFunctionTests {
  static let partKeys: Set<String> = ["name", "inputs", "outputs", "cotangent", "vjp"]

  @Test func softmaxPlusPlus() throws {
    for test in try GoldenFile.cases(of: "softmax_pp") {
      try test.requireKeys(within: Self.partKeys.union(["temp"]))
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      try #require(Set(inputs.keys) == ["lam"], "\(test)")
      let logPsi = logSoftmaxPlusPlus(
        lambda: try #require(inputs["lam"]), temperature: try test.number("temp"))
      let outputs = ["psi": logPsi.exp(), "log_psi": logPsi, "one_hot": logPsi.oneHot(1)]
      try evaluation.expectAll(test.part("outputs"), outputs)
      try evaluation.expectGradients(
        of: outputs, cotangent: test.part("cotangent"), inputs: inputs, test.part("vjp"))
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  @Test func gumbelSoftmaxSample() throws {
    for test in try GoldenFile.cases(of: "gumbel_softmax") {
      try test.requireKeys(within: Self.partKeys.union(["temp"]))
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let (logAlpha, noise) = try evaluation.gumbelInputs(of: test.part("inputs"), in: graph)
      let logPsi = gumbelSoftmax(logAlpha: logAlpha, gumbel: noise, temperature: try test.number("temp"))
      let outputs = ["log_psi": logPsi, "psi": logPsi.exp()]
      try evaluation.expectAll(test.part("outputs"), outputs)
      try evaluation.expectGradients(
        of: outputs, cotangent: test.part("cotangent"), inputs: ["log_alpha": logAlpha], test.part("vjp"))
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  @Test func expConcreteDensityAndDivergences() throws {
    for test in try GoldenFile.cases(of: "exp_concrete") {
      let temperature = try test.number("temp")
      let parts = test.keys.subtracting(["name", "temp"])
      try #require(!parts.isEmpty, "\(test)")
      for name in parts {
        let part = try test.part(name)
        try part.requireKeys(within: Self.partKeys)
        let graph = Graph()
        var evaluation = GoldenEvaluation()
        let outputs: [String: Node]
        let inputs: [String: Node]
        switch name {
        case "density", "categorical":
          inputs = try evaluation.inputs(of: part.part("inputs"), in: graph)
          let logAlpha = try #require(inputs["log_alpha"])
          var known = ["kl_categorical": categoricalDivergence(logAlpha: logAlpha)]
          if name == "density" {
            let logPsi = try #require(inputs["log_psi"])
            known["log_density"] = logDensityExpConcrete(
              logPsi: logPsi, logAlpha: logAlpha, temperature: temperature)
            known["kl_sampled"] = sampledDivergence(
              logPsi: logPsi, logAlpha: logAlpha, temperature: temperature, stickTheLanding: false)
          }
          try #require(inputs.count == (name == "density" ? 2 : 1), "\(part)")
          outputs = known
        case "through_the_sample", "stick_the_landing":
          let (logAlpha, noise) = try evaluation.gumbelInputs(of: part.part("inputs"), in: graph)
          inputs = ["log_alpha": logAlpha]
          outputs = [
            "kl_sampled": sampledDivergence(
              logPsi: gumbelSoftmax(logAlpha: logAlpha, gumbel: noise, temperature: temperature),
              logAlpha: logAlpha, temperature: temperature, stickTheLanding: name == "stick_the_landing")
          ]
        default: throw GoldenError(message: "\(test): \(name) not understood")
        }
        try evaluation.expectAll(part.part("outputs"), outputs)
        try evaluation.expectGradients(
          of: outputs, cotangent: part.part("cotangent"), inputs: inputs, part.part("vjp"))
        #expect(evaluation.disagreements() == [], "\(part)")
      }
    }
  }

  @Test func categoryProbabilitiesAndDiscreteDivergence() throws {
    for test in try GoldenFile.cases(of: "igr_category_probabilities") {
      try test.requireKeys(within: Self.partKeys.union(["gradient_of_discrete_kl"]))
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      // A quadrature, whose error is not rounding.
      evaluation.doubleTolerance = nil
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      try #require(Set(inputs.keys) == ["mu", "sigma"], "\(test)")
      let (mu, sigma) = (try #require(inputs["mu"]), try #require(inputs["sigma"]))
      let probabilities = Node.categoryProbabilities(mu: mu, sigma: sigma)
      let divergence = discreteDivergence(probabilities: probabilities)
      let outputs = ["probabilities": probabilities, "discrete_kl": divergence]
      try evaluation.expectAll(test.part("outputs"), outputs)
      try evaluation.expectGradients(
        of: outputs, cotangent: test.part("cotangent"), inputs: inputs, test.part("vjp"))
      let slopes = graph.gradients(of: divergence, withRespectTo: [mu, sigma])
      try evaluation.expectAll(
        test.part("gradient_of_discrete_kl"), ["mu": slopes[0], "sigma": slopes[1]], prefix: "kl ")
      let sums = probabilities.sum(1)
      evaluation.expect(
        "sums", sums,
        GoldenArray(
          shape: sums.shape.dimensions, values: Array(repeating: 1, count: sums.shape.count), tolerance: 1e-4)
      )
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  @Test func likelihoods() throws {
    for test in try GoldenFile.cases(of: "likelihood") {
      try test.requireKeys(within: Self.partKeys)
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      let x = try #require(inputs["x"])
      let outputs: [String: Node]
      switch Set(inputs.keys) {
      case ["x", "logits"]:
        outputs = ["log_px": bernoulliLogLikelihood(images: x, logits: try #require(inputs["logits"]))]
      case ["x", "a", "c"]:
        let c = try #require(inputs["c"])
        let (value, mean) = gaussianLogLikelihood(images: x, a: try #require(inputs["a"]), c: c)
        outputs = ["log_px": value, "mean": mean, "sd": c.softplus() + 1e-6]
      default: throw GoldenError(message: "\(test): inputs \(inputs.keys.sorted()) not understood")
      }
      try evaluation.expectAll(test.part("outputs"), outputs)
      try evaluation.expectGradients(
        of: outputs, cotangent: test.part("cotangent"), inputs: inputs, test.part("vjp"))
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  @Test func objectives() throws {
    for test in try GoldenFile.cases(of: "objectives") {
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      try #require(Set(inputs.keys) == ["log_px", "kl"], "\(test)")
      let (logLikelihood, divergence) = (try #require(inputs["log_px"]), try #require(inputs["kl"]))
      let outputs = [
        "elbo_loss": (divergence.mean(0, 1) - logLikelihood.mean(0, 1)).reshaped([]),
        "iwae_loss": -importanceWeightedBound(logWeights: logLikelihood - divergence).mean(0, 1).reshaped([]),
      ]
      try test.requireKeys(
        within: Set(["name", "inputs", "outputs"] + outputs.keys.map { "gradient_of_\($0)" }))
      try evaluation.expectAll(test.part("outputs"), outputs)
      for (name, loss) in outputs where test.keys.contains("gradient_of_\(name)") {
        let slopes = graph.gradients(of: loss, withRespectTo: [logLikelihood, divergence])
        try evaluation.expectAll(
          test.part("gradient_of_\(name)"), ["log_px": slopes[0], "kl": slopes[1]], prefix: "\(name) ")
      }
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }
}

extension GoldenEvaluation {
  /// Inputs `log_alpha` and, as Gumbel noise made from the uniforms `u`, the noise.
  fileprivate mutating func gumbelInputs(
    of part: GoldenCase, in graph: Graph
  ) throws -> (logAlpha: Node, noise: Node) {
    try part.requireKeys(within: ["log_alpha", "u"])
    let (logAlpha, noise) = (
      graph.input(like: try part.array("log_alpha")), graph.input(like: try part.array("u"))
    )
    set(logAlpha, try part.array("log_alpha"))
    inputs.append((noise, gumbel(try part.array("u"))))
    return (logAlpha, noise)
  }
}
