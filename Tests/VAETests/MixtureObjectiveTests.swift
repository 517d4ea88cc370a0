import Differentiation
import TestSupport
import Testing
import VAE

/// The pieces of the mixtures' loss against independently computed numbers.
@Suite struct MixtureObjectiveTests {
  @Test func goldenPiecesAndTheirGradients() throws {
    for test in try GoldenFile.cases(of: "dlgmm") {
      let sums = ["log_q_pi", "log_q_z", "log_p_x", "log_p_z"]
      try test.requireKeys(
        within: Set(
          ["name", "model", "inputs", "outputs", "gradient_of_loss"] + sums.map { "gradient_of_sum_\($0)" })
      )
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      let sticks: MixtureConfiguration.Sticks
      let names: (String, String)
      switch try test.text("model") {
      case "DLGMM": (sticks, names) = (.kumaraswamy, ("log_a", "log_b"))
      case "DLGMM_IGR": (sticks, names) = (.logitNormal, ("mu", "xi"))
      case let model: throw GoldenError(message: "\(test): model \(model)")
      }
      try test.part("inputs").requireKeys(
        within: ["mean", "log_var", "eps_z", "logits", "x", "prior_mean", "noise", names.0, names.1])
      let mean = try #require(inputs["mean"])
      let logits = try #require(inputs["logits"])
      let x = try #require(inputs["x"])
      let sample = MixtureSample(
        sticks: sticks, first: try #require(inputs[names.0]), second: try #require(inputs[names.1]),
        noise: try #require(inputs["noise"]), mean: mean, logVariance: try #require(inputs["log_var"]),
        epsilon: try #require(inputs["eps_z"]), truncation: nil)
      let (batch, components, samples, pixels) = (
        logits.shape[0], logits.shape[1], logits.shape[2], logits.shape[3]
      )
      let logLikelihoods = bernoulliLogLikelihood(
        images: x.reshaped([batch, 1, pixels]),
        logits: logits.reshaped([batch, components * samples, pixels])
      ).reshaped([batch, components, samples])
      let priorMeans = try #require(inputs["prior_mean"]).reshaped([1, components, 1, mean.shape[3]])
      let objective = MixtureObjective(
        sample, logLikelihoods: logLikelihoods, logPriors: sample.logPriorOfPoints(means: priorMeans))
      let outputs = [
        "v": sample.fractions, "pi": sample.weights, "z": sample.points,
        "log_q_pi": objective.logPosteriorOfWeights, "log_q_z": objective.logPosteriorOfPoints,
        "log_p_x": objective.logLikelihood, "log_p_z": objective.logPriorOfPoints, "loss": objective.loss,
      ]
      try evaluation.expectAll(test.part("outputs"), outputs)
      for name in ["loss"] + sums {
        let key = name == "loss" ? "gradient_of_loss" : "gradient_of_sum_\(name)"
        let want = try test.part(key)
        try want.requireKeys(within: Set(inputs.keys))
        let sources = want.keys.sorted()
        let gradients = graph.gradients(
          of: try #require(outputs[name]), withRespectTo: sources.compactMap { inputs[$0] })
        for (source, gradient) in zip(sources, gradients) {
          evaluation.expect("\(key) \(source)", gradient, try want.array(source))
        }
      }
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }
}
