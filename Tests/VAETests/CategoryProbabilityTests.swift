import Differentiation
import Glibc
import Randomness
import Tensors
import TestSupport
import Testing

@testable import VAE

/// The probability that a category wins: the engine's quadrature against adaptive integration, and probabilities
/// against frequencies.
@Suite struct CategoryProbabilityTests {
  struct Gaussians {
    let mu: [Double]
    let sigma: [Double]
    let name: String
  }

  static let seed: UInt64 = 271_828

  /// Extremes of the range |μ| ≤ 3, 0.1 ≤ σ ≤ 4 with `sticks` sticks, and places within it at random.
  private static func settings(sticks: Int) -> [Gaussians] {
    var generator = SplitMix64(seed: seed + UInt64(sticks))
    var settings: [Gaussians] = []
    func add(_ name: String, mu: (Int) -> Double, sigma: (Int) -> Double) {
      settings.append(
        Gaussians(mu: (0..<sticks).map(mu), sigma: (0..<sticks).map(sigma), name: "\(sticks) sticks, \(name)")
      )
    }
    for sigma in [0.1, 1, 4] {
      for mu in [-3.0, 0, 3] { add("all at \(mu) ± \(sigma)", mu: { _ in mu }, sigma: { _ in sigma }) }
    }
    add("narrow and wide in turn", mu: { _ in 0.5 }, sigma: { $0 % 2 == 0 ? 0.1 : 4 })
    add("one narrow high, others wide", mu: { $0 == 0 ? 3 : -3 }, sigma: { $0 == 0 ? 0.1 : 4 })
    add("one wide, others narrow high", mu: { $0 == 0 ? -3 : 3 }, sigma: { $0 == 0 ? 4 : 0.1 })
    add("spread", mu: { 6 * Double($0) / Double(max(1, sticks - 1)) - 3 }, sigma: { _ in 0.1 })
    for draw in 1...8 {
      add(
        "draw \(draw), seed \(seed)", mu: { _ in generator.uniform(-3, 3) },
        sigma: { _ in 0.1 * pow(40, generator.uniform(0, 1)) })
    }
    return settings
  }

  /// P(k) = ∫₀^∞ N(t; μₖ, σₖ)·Π_{j≠k} Φ((t − μⱼ)/σⱼ) dt and P(K) = Πⱼ Φ(−μⱼ/σⱼ), to 1e-7 or better.
  private static func adaptiveProbabilities(_ given: Gaussians) -> [Double] {
    let sticks = given.mu.count
    func cdf(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
    // Gaussians bend at their middles and end 9 deviations from them.
    let places = zip(given.mu, given.sigma).flatMap { mu, sigma in
      [-9, -3, 0, 3, 9].map { mu + $0 * sigma }
    }
    let breaks = [0] + Set(places.filter { $0 > 0 }).sorted()
    var others = [Double](repeating: 1, count: sticks)
    let inside = integrals(count: sticks, over: breaks, tolerance: 1e-9) { t, values in
      // Products of all but one factor, from both sides, for a quotient would divide by zero.
      var product = 1.0
      for k in 0..<sticks {
        others[k] = product
        product *= cdf((t - given.mu[k]) / given.sigma[k])
      }
      product = 1
      for k in (0..<sticks).reversed() {
        let x = (t - given.mu[k]) / given.sigma[k]
        values[k] = others[k] * product * exp(-x * x / 2) / (given.sigma[k] * (2 * .pi).squareRoot())
        product *= cdf(x)
      }
    }
    return inside + [zip(given.mu, given.sigma).reduce(1) { $0 * cdf(-$1.0 / $1.1) }]
  }

  private static func quadrature<S: Scalar>(_ settings: [Gaussians], _ type: S.Type) -> [[Double]] {
    let sticks = settings[0].mu.count
    let graph = Graph()
    let (mu, sigma) = (
      graph.input([settings.count, sticks, 1, 1]), graph.input([settings.count, sticks, 1, 1])
    )
    let probabilities = Node.categoryProbabilities(mu: mu, sigma: sigma)
    let program = Program<S>(outputs: [probabilities, mu, sigma])
    program.set(mu, settings.flatMap { $0.mu.map { S($0) } })
    program.set(sigma, settings.flatMap { $0.sigma.map { S($0) } })
    program.run()
    let values = program.values(of: probabilities).map { Double($0) }
    return settings.indices.map { Array(values[$0 * (sticks + 1)..<($0 + 1) * (sticks + 1)]) }
  }

  @Test(arguments: [1, 3, 9, 19, 49]) func quadratureAgainstAdaptiveIntegration(sticks: Int) {
    let settings = Self.settings(sticks: sticks)
    let (narrow, wide) = (Self.quadrature(settings, Float.self), Self.quadrature(settings, Double.self))
    var worst = (0.0, 0.0)
    for (number, setting) in settings.enumerated() {
      let want = Self.adaptiveProbabilities(setting)
      #expect(abs(want.reduce(0, +) - 1) < 1e-7, "the reference itself: \(setting.name)")
      for (got, isFloat) in [(narrow[number], true), (wide[number], false)] {
        let error = zip(got, want).map { abs($0 - $1) }.max() ?? .infinity
        #expect(error <= 1e-4, "\(setting.name)")
        #expect(abs(got.reduce(0, +) - 1) <= 1e-4, "\(setting.name)")
        if isFloat { worst.0 = max(worst.0, error) } else { worst.1 = max(worst.1, error) }
      }
    }
    print(
      "\(sticks + 1) categories: largest error of the quadrature \(worst.0) in Float32, \(worst.1) in Float64"
    )
  }

  // MARK: Frequencies

  static let variables = 4

  /// log α, or μ and ξ, for the categories of `variables` variables.
  private static func parameters(rows: Int, blocks: Int) -> [[Float]] {
    var generator = SplitMix64(seed: seed)
    return (0..<blocks).map { block in
      generator.uniforms(rows * variables, block == 0 ? -2...2 : -2...1.2).map { Float($0) }
    }
  }

  /// How often each category wins in a million draws with the engine's noise, [category][variable].
  private func counts(
    _ parameters: [[Float]], rows: Int, categories: Int, law: NoiseLaw,
    _ sample: (_ parameters: [Node], _ noise: Node) -> Node
  ) -> [[Double]] {
    let (samples, runs) = (20_000, 50)
    let graph = Graph()
    let nodes = parameters.map { _ in graph.input([1, rows, 1, Self.variables]) }
    let noise = graph.input([1, rows, samples, Self.variables])
    let wins = sample(nodes, noise).oneHot(1).sum(2)
    let program = Program<Float>(outputs: [wins, noise] + nodes)
    for (node, values) in zip(nodes, parameters) { program.set(node, values) }
    let key = RandomKey(seed: Self.seed, purpose: .evaluationNoise)
    var totals = [Double](repeating: 0, count: categories * Self.variables)
    for run in 0..<runs {
      key.fill(program.values(of: noise), law, step: UInt64(run))
      program.run()
      for (place, count) in program.values(of: wins).enumerated() { totals[place] += Double(count) }
    }
    return (0..<categories).map { Array(totals[$0 * Self.variables..<($0 + 1) * Self.variables]) }
  }

  private func expectAgreement(counts: [[Double]], probabilities: [Double], _ what: String) {
    for variable in 0..<Self.variables {
      let own = counts.map { $0[variable] }
      #expect(own.reduce(0, +) == 1e6)
      let test = ChiSquare(
        counts: own, probabilities: counts.indices.map { probabilities[$0 * Self.variables + variable] })
      #expect(
        test.agrees,
        "\(what), variable \(variable), seed \(Self.seed): χ² \(test.statistic) above \(test.critical)")
    }
  }

  @Test func aMillionSamplesOfIGR() {
    let rows = 9
    let parameters = Self.parameters(rows: rows, blocks: 2)
    let counts = counts(parameters, rows: rows, categories: rows + 1, law: .normal) { nodes, noise in
      logSoftmaxPlusPlus(lambda: igrSample(mu: nodes[0], xi: nodes[1], epsilon: noise), temperature: 0.1)
    }
    let probabilities = probabilities(parameters, rows: rows) {
      .categoryProbabilities(mu: $0[0], sigma: $0[1].exp())
    }
    expectAgreement(counts: counts, probabilities: probabilities, "IGR-I")
  }

  @Test func aMillionSamplesOfGumbelSoftmax() {
    let parameters = Self.parameters(rows: 10, blocks: 1)
    let counts = counts(parameters, rows: 10, categories: 10, law: .gumbel) { nodes, noise in
      gumbelSoftmax(logAlpha: nodes[0], gumbel: noise, temperature: 0.1)
    }
    let probabilities = probabilities(parameters, rows: 10) { $0[0].logSoftmax(1).exp() }
    expectAgreement(counts: counts, probabilities: probabilities, "GS")
  }

  private func probabilities(
    _ parameters: [[Float]], rows: Int, _ formula: ([Node]) -> Node
  ) -> [Double] {
    let graph = Graph()
    let nodes = parameters.map { _ in graph.input([1, rows, 1, Self.variables]) }
    let probabilities = formula(nodes)
    let program = Program<Float>(outputs: [probabilities] + nodes)
    for (node, values) in zip(nodes, parameters) { program.set(node, values) }
    program.run()
    return program.values(of: probabilities).map { Double($0) }
  }

  /// The frequencies of a model's own thousand samples, through a flow that changes nothing, against the quadrature.
  @Test func frequenciesOfTheDiscretePart() throws {
    let (batch, sticks, variables) = (20, 5, 3)
    let graph = Graph()
    var generator = SplitMix64(seed: Self.seed)
    let (mu, xi) = (graph.input([batch, sticks, 1, variables]), graph.input([batch, sticks, 1, variables]))
    // softplus(wᵀu) = 1 makes ũ vanish.
    let w = generator.uniforms(sticks * variables, 0.3...1)
    let u = w.enumerated().map { place, weight in
      let square = (0..<sticks).reduce(0) {
        $0 + w[$1 * variables + place % variables] * w[$1 * variables + place % variables]
      }
      return log(M_E - 1) * weight / square
    }
    let layer = PlanarLayer(
      w: graph.constant(w, [sticks, variables]), u: graph.constant(u, [sticks, variables]),
      b: graph.constant(generator.uniforms(variables, -1...1), [variables]))
    let configuration = VAEConfiguration(
      relaxation: .igrPlanar, temperature: 0.5, categories: sticks + 1, variables: variables,
      networks: .tiny(pixels: 1))
    let part = DiscretePart(
      configuration, posterior: [mu, xi], flow: PlanarFlow(layers: [layer]), samples: 1)
    let categories = part.categories()
    let noise = try #require(categories.noise)
    let quadrature = Node.categoryProbabilities(mu: mu, sigma: xi.exp())
    let program = Program<Float>(
      outputs: [
        categories.logProbabilities, categories.divergenceFromUniform, quadrature, mu, xi, noise.node,
      ])
    program.set(mu, generator.uniforms(mu.shape.count, -1.5...1.5).map { Float($0) })
    program.set(xi, generator.uniforms(xi.shape.count, -1...0.7).map { Float($0) })
    RandomKey(seed: Self.seed, purpose: .evaluationNoise).fill(
      program.values(of: noise.node), .normal, step: 0)
    program.run()

    let n = 1_000.0
    // log Q is of the smoothed (n + ½)/(N + K/2).
    let counts = program.values(of: categories.logProbabilities).map {
      exp(Double($0)) * (n + Double(sticks + 1) / 2) - 0.5
    }
    #expect(counts.allSatisfy { abs($0 - $0.rounded()) < 1e-2 })
    let divergences = program.values(of: categories.divergenceFromUniform)
    for item in 0..<batch {
      var divergence = 0.0
      for variable in 0..<variables {
        let places = (0...sticks).map { (item * (sticks + 1) + $0) * variables + variable }
        let own = places.map { counts[$0].rounded() }
        #expect(own.reduce(0, +) == n)
        let test = ChiSquare(
          counts: own, probabilities: places.map { Double(program.values(of: quadrature)[$0]) })
        #expect(test.agrees, "item \(item), variable \(variable), seed \(Self.seed): χ² \(test.statistic)")
        divergence += own.reduce(log(Double(sticks + 1))) { $0 + ($1 > 0 ? $1 / n * log($1 / n) : 0) }
      }
      #expect(abs(Double(divergences[item]) - divergence) < 1e-4, "item \(item)")
    }
  }
}
