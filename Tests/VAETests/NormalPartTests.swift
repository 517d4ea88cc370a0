import Differentiation
import TestSupport
import Testing
import VAE

/// The continuous part and the divergences between Gaussians against independently computed numbers.
@Suite struct NormalPartTests {
  @Test func goldenDivergences() throws {
    for test in try GoldenFile.cases(of: "gaussian_kl") {
      try test.requireKeys(
        within: ["name", "stick_the_landing", "inputs", "outputs", "cotangent", "vjp"])
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      let outputs: [String: Node]
      switch Set(inputs.keys) {
      case ["mu_q", "xi_q", "mu_p", "xi_p"]:
        let prior = GaussianPrior(mu: try #require(inputs["mu_p"]), xi: try #require(inputs["xi_p"]))
        outputs = [
          "kl": gaussianDivergence(
            mu: try #require(inputs["mu_q"]), xi: try #require(inputs["xi_q"]), prior: prior)
        ]
      case ["mean", "log_var"]:
        let mean = try #require(inputs["mean"])
        let part = NormalPart(
          mean: mean, logVariance: try #require(inputs["log_var"]), epsilon: graph.constant(0, mean.shape))
        outputs = ["kl": part.closedDivergence]
      case ["mean", "log_var", "eps"]:
        let part = NormalPart(
          mean: try #require(inputs["mean"]), logVariance: try #require(inputs["log_var"]),
          epsilon: try #require(inputs["eps"]))
        try #require(test.keys.contains("stick_the_landing"), "\(test)")
        let stick = test.boolean("stick_the_landing")
        outputs = [
          "z": part.sample, "log_q": part.logPosterior(stickTheLanding: stick), "log_p": part.logPrior,
          "kl": part.sampledDivergence(stickTheLanding: stick),
        ]
      default:
        throw GoldenError(message: "\(test): inputs \(inputs.keys.sorted()) not understood")
      }
      try evaluation.expectAll(test.part("outputs"), outputs)
      try evaluation.expectGradients(
        of: outputs, cotangent: test.part("cotangent"), inputs: inputs, test.part("vjp"))
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }
}
