import Differentiation
import TestSupport
import Testing
import VAE

/// Stick-breaking and the truncation of IGR-SB.
@Suite struct StickBreakingTests {
  @Test func goldenPiecesAndTheirGradients() throws {
    for test in try GoldenFile.cases(of: "stick_breaking") {
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
    for test in try GoldenFile.cases(of: "stick_breaking", in: "truncation") {
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

  /// The number of sticks against counting and sorting, for several variables and every percentile.
  @Test(arguments: 1...10) func requiredSticksAgainstSorting(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let (batch, sticks, samples, variables) = (3, 6, 1 + seed % 3, 1 + seed % 4)
    let graph = Graph()
    let eta = graph.input([batch, sticks, samples, variables])
    let lambda = stickBreaking(eta).slice(axis: 1, 0..<sticks)
    let options: [Truncation.Option] = [0, 1, 25, 50, 55, 75, 90, 100].map { .quantile($0) } + [.maximum]
    let threshold = 0.85
    let found = options.map { Truncation(option: $0, threshold: threshold).requiredSticks(lambda: lambda) }
    let program = Program<Double>(outputs: found.flatMap { [$0.count, $0.unmetShare] } + [lambda, eta])
    program.set(eta, (0..<eta.shape.count).map { _ in generator.uniform(0.05, 0.6) })
    program.run()
    let pieces = Array(program.values(of: lambda))
    var (counts, unmet) = ([Int](), 0)
    for item in 0..<batch {
      for sample in 0..<samples {
        var largest = 1
        for variable in 0..<variables {
          var total = 0.0
          let below = (0..<sticks).filter { stick in
            total += pieces[((item * sticks + stick) * samples + sample) * variables + variable]
            return total <= threshold
          }.count
          largest = max(largest, below)
          if below == sticks { unmet += 1 }
        }
        counts.append(largest)
      }
    }
    counts.sort()
    for (option, result) in zip(options, found) {
      var percentile = 100.0
      if case .quantile(let given) = option { percentile = given }
      // The smallest count that at least that share of the items does not exceed.
      let want = counts.first { count in
        Double(counts.filter { $0 <= count }.count) >= percentile * Double(counts.count) / 100
      }
      #expect(Int(program.values(of: result.count)[0]) == want, "\(option) of \(counts), seed \(seed)")
      let share = Double(unmet) / Double(batch * samples * variables)
      #expect(program.values(of: result.unmetShare)[0] == share, "seed \(seed)")
    }
  }

  /// With n given, ψ is softmax₊₊ of the first n sticks, then zeros; the gradient reaches those sticks alone.
  @Test(arguments: 1...4) func givenNumberOfSticks(n: Int) {
    let graph = Graph()
    let lambda = graph.input([2, 4, 2, 3])
    let count = graph.input([])
    let psi = truncatedLogSoftmaxPlusPlus(lambda: lambda, required: count, temperature: 0.3).exp()
    let whole = logSoftmaxPlusPlus(lambda: lambda.slice(axis: 1, 0..<n), temperature: 0.3).exp()
      .padded(axis: 1, before: 0, after: 4 - n)
    let weights = graph.input(psi.shape)
    let slopes = [psi, whole].map {
      graph.gradients(of: $0, cotangent: weights, withRespectTo: [lambda])[0]
    }
    let program = Program<Float>(outputs: [psi, whole, lambda, count, weights] + slopes)
    var generator = SplitMix64(seed: 5)
    program.set(lambda, (0..<lambda.shape.count).map { _ in Float(generator.uniform(0, 1)) })
    program.set(weights, (0..<weights.shape.count).map { _ in Float(generator.uniform(-1, 1)) })
    program.set(count, [Float(n)])
    program.run()
    #expect(Array(program.values(of: psi)) == Array(program.values(of: whole)))
    for (got, want) in zip(program.values(of: slopes[0]), program.values(of: slopes[1])) {
      #expect(abs(got - want) <= 1e-6)
    }
  }

  /// A wanted number that must be met exactly.
  private func exactly(_ value: Double) -> GoldenArray {
    GoldenArray(shape: [], values: [value], tolerance: 0)
  }
}
