import Differentiation
import Tensors
import TestSupport
import Testing
import VAE

/// The samples of IGR-I, IGR-Planar and IGR-SB-Finite and their sampled divergences, against independently computed
/// numbers.
@Suite struct IGRSampleTests {
  @Test func goldenSamplesAndDivergences() throws {
    for test in try GoldenFile.cases(of: "igr_sample") {
      try test.requireKeys(within: [
        "name", "model", "temp", "inputs", "outputs", "cotangent", "vjp", "kl_cotangent", "kl_vjp",
        "kl_stick_the_landing_cotangent", "kl_stick_the_landing_vjp",
      ])
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      let mu = try #require(inputs["mu"])
      let xi = try #require(inputs["xi"])
      let epsilon = try #require(inputs["eps"])
      let perCategory: Shape = [1, mu.shape[1], 1, 1]
      let prior = GaussianPrior(
        mu: try #require(inputs["mu0"]).reshaped(perCategory),
        xi: try #require(inputs["xi0"]).reshaped(perCategory))
      let kappa = igrSample(mu: mu, xi: xi, epsilon: epsilon)
      let lambda: Node
      let divergence: (_ stickTheLanding: Bool) -> Node
      let model = try test.text("model")
      switch model {
      case "IGR_I", "IGR_SB_Finite":
        try test.part("inputs").requireKeys(within: ["mu", "xi", "eps", "mu0", "xi0"])
        lambda = model == "IGR_I" ? kappa : stickBreakingWeights(kappa: kappa)
        divergence = {
          sampledDivergence(
            kappa: kappa, epsilon: epsilon, mu: mu, xi: xi, prior: prior, stickTheLanding: $0)
        }
      case "IGR_Planar":
        let flow = try planarFlow(inputs)
        try #require(inputs.count == 5 + 3 * flow.layers.count, "\(test)")
        let (output, logDeterminant) = flow(kappa)
        lambda = output
        divergence = {
          sampledDivergence(
            lambda: output, logDeterminant: logDeterminant, kappa: kappa, epsilon: epsilon, mu: mu, xi: xi,
            prior: prior, stickTheLanding: $0)
        }
      default:
        throw GoldenError(message: "\(test): model \(model)")
      }
      let outputs = [
        "kappa": kappa, "lam": lambda,
        "psi": logSoftmaxPlusPlus(lambda: lambda, temperature: try test.number("temp")).exp(),
        "kl": divergence(false),
      ]
      try evaluation.expectAll(test.part("outputs"), outputs)
      // The value is the same whatever the gradient takes as constant.
      evaluation.expect("kl, stick the landing", divergence(true), try test.part("outputs").array("kl"))
      try evaluation.expectGradients(
        of: outputs, cotangent: test.part("cotangent"), inputs: inputs, test.part("vjp"))
      for (name, isStopped) in [("kl", false), ("kl_stick_the_landing", true)] {
        // Which of the flow's parameters are constants is not fixed, so that files leave that case out.
        guard test.keys.contains(name + "_vjp") else {
          try #require(model == "IGR_Planar" && isStopped, "\(test)")
          continue
        }
        let y = divergence(isStopped)
        let cotangent = graph.input(y.shape)
        evaluation.set(cotangent, try test.array(name + "_cotangent"))
        let want = try test.part(name + "_vjp")
        try want.requireKeys(within: Set(inputs.keys))
        for key in want.keys.sorted() {
          let source = try #require(inputs[key])
          evaluation.expect(
            "\(name) \(key)", graph.gradients(of: y, cotangent: cotangent, withRespectTo: [source])[0],
            try want.array(key))
        }
      }
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }
}
