import Differentiation
import TestSupport
import Testing
import VAE

/// Kumaraswamy and logit-normal sticks.
@Suite struct StickDistributionTests {
  @Test func goldenSamplesAndDensities() throws {
    let cases = try GoldenFile("stick_distributions").cases
    #expect(!cases.isEmpty)
    for test in cases {
      try test.requireKeys(within: ["name", "inputs", "outputs", "cotangent", "vjp"])
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      let outputs: [String: Node]
      switch Set(inputs.keys) {
      case ["log_a", "log_b", "u"]:
        outputs = [
          "v": KumaraswamySticks(
            logA: try #require(inputs["log_a"]), logB: try #require(inputs["log_b"]),
            uniform: try #require(inputs["u"])
          ).sample
        ]
      case ["log_a", "log_b", "v"]:
        outputs = [
          "log_density": logDensityKumaraswamy(
            try #require(inputs["v"]), logA: try #require(inputs["log_a"]),
            logB: try #require(inputs["log_b"]))
        ]
      case ["mu", "xi", "eps"]:
        outputs = [
          "v": LogitNormalSticks(
            mu: try #require(inputs["mu"]), xi: try #require(inputs["xi"]),
            epsilon: try #require(inputs["eps"])
          ).sample
        ]
      case ["mu", "xi", "v"]:
        outputs = [
          "log_density": logDensityLogitNormal(
            try #require(inputs["v"]), mu: try #require(inputs["mu"]), xi: try #require(inputs["xi"]))
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
