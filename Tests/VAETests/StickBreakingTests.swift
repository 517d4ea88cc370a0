import Differentiation
import TestSupport
import Testing
import VAE

/// Stick-breaking and the truncation of IGR-SB.
@Suite struct StickBreakingTests {
  @Test func goldenPiecesAndTheirGradients() throws {
    let cases = try GoldenFile("stick_breaking").cases
    #expect(!cases.isEmpty)
    for test in cases {
      try test.requireKeys(within: ["name", "inputs", "outputs", "cotangent", "vjp"])
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      try #require(inputs.count == 1 && inputs["eta"] ?? inputs["kappa"] != nil, "\(test)")
      let eta = try #require(inputs["eta"] ?? inputs["kappa"]?.sigmoid())
      let all = stickBreaking(eta)
      let sticks = eta.shape[1]
      let outputs = [
        "all": all, "weights": all.slice(axis: 1, 0..<sticks),
        "remainder": all.slice(axis: 1, sticks..<sticks + 1),
      ]
      try evaluation.expectAll(test.part("outputs"), outputs)
      try evaluation.expectGradients(
        of: outputs, cotangent: test.part("cotangent"), inputs: inputs, test.part("vjp"))
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  @Test func goldenTruncation() throws {
    let cases = try GoldenFile("stick_breaking").cases(in: "truncation")
    #expect(!cases.isEmpty)
    for test in cases {
      try test.requireKeys(within: [
        "name", "threshold", "truncation_option", "quantile", "inputs", "counts", "n_required",
        "position_in_sorted_counts", "quantile_rule_matters", "threshold_met_by_all", "temp", "psi",
        "decoder_input", "note",
      ])
      let option: Truncation.Option
      switch try test.text("truncation_option") {
      case "quantile": option = .quantile(try test.number("quantile"))
      case "max": option = .maximum
      case let name: throw GoldenError(message: "\(test): truncation option \(name)")
      }
      let truncation = Truncation(option: option, threshold: try test.number("threshold"))
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      try #require(Set(inputs.keys) == ["kappa"], "\(test)")
      let lambda = stickBreakingWeights(kappa: try #require(inputs["kappa"]))
      // Every single count, by the truncation of one item at a time.
      let (batch, samples, variables) = (lambda.shape[0], lambda.shape[2], lambda.shape[3])
      let counts = (0..<batch * samples * variables).map { place in
        let (b, s, v) = (place / (samples * variables), place / variables % samples, place % variables)
        return truncation.requiredSticks(
          lambda: lambda.slice(axis: 0, b..<b + 1).slice(axis: 2, s..<s + 1).slice(axis: 3, v..<v + 1)
        ).count
      }
      evaluation.checks += zip(counts, try test.array("counts").values).enumerated().map {
        ("count \($0)", $1.0, exactly($1.1))
      }
      // Where a file does not say how counts are joined over variables, it gives the counts alone.
      if test.keys.isDisjoint(with: ["n_required", "psi", "decoder_input", "threshold_met_by_all"]) {
        try #require(variables > 1, "\(test)")
      } else {
        let (n, unmet) = truncation.requiredSticks(lambda: lambda)
        let psi = truncatedLogSoftmaxPlusPlus(
          lambda: lambda, required: n, temperature: try test.number("temp")
        ).exp()
        let required = try test.integer("n_required")
        evaluation.expect("decoder_input", psi, try test.array("decoder_input"))
        evaluation.expect("psi", psi.slice(axis: 1, 0..<required + 1), try test.array("psi"))
        evaluation.checks.append(("n_required", n, exactly(Double(required))))
        let isMetByAll = test.boolean("threshold_met_by_all")
        evaluation.checks.append(("some unmet", unmet.step(), exactly(isMetByAll ? 0 : 1)))
      }
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  /// A wanted number that must be met exactly.
  private func exactly(_ value: Double) -> GoldenArray {
    GoldenArray(shape: [], values: [value], tolerance: 0)
  }
}
