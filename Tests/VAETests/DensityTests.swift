import Differentiation
import Glibc
import Tensors
import TestSupport
import Testing
import VAE

/// Densities integrate to 1, by importance sampling: the mean of density / proposal within four standard errors of 1,
/// the error itself below 2 %.
@Suite struct DensityTests {
  static let count = 200_000

  /// Standard draws by inversion or Box–Muller, in Float64.
  struct Draws {
    var generator: SplitMix64
    mutating func uniform() -> Double { generator.uniform(0x1p-53, 1) }
    mutating func logistic() -> Double {
      let u = uniform()
      return log(u) - log1p(-u)
    }
    mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
  }

  private func expectMeanOne(_ logRatios: some Sequence<Double>, _ what: String) {
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    for logRatio in logRatios {
      let ratio = exp(logRatio)
      count += 1
      sum += ratio
      squares += ratio * ratio
    }
    let mean = sum / count
    let error = ((squares / count - mean * mean) / (count - 1)).squareRoot()
    #expect(error < 0.02 && abs(mean - 1) <= 4 * error, "\(what): \(mean) ± \(error)")
  }

  /// The density of log ψ is one over the log-ratios log ψₖ − log ψ_K.
  @Test(arguments: [0.1, 0.5, 1, 3]) func expConcrete(temperature: Double) {
    let seed: UInt64 = 41
    var draws = Draws(generator: SplitMix64(seed: seed))
    let graph = Graph()
    let ratios = graph.input([1, 2, Self.count, 1])
    let logAlpha = graph.constant([0.4, -0.3, 0.2], [1, 3, 1, 1])
    let logPsi = ratios.padded(axis: 1, before: 0, after: 1).logSoftmax(1)
    let density = logDensityExpConcrete(logPsi: logPsi, logAlpha: logAlpha, temperature: temperature)
    // Tails at least as heavy as the density's: logistic of twice its scale.
    let scale = 2 / temperature
    let standard = (0..<2 * Self.count).map { _ in draws.logistic() }
    let program = Program<Double>(outputs: [density, ratios])
    program.set(ratios, standard.map { scale * $0 })
    program.run()
    let proposal = standard.map { -$0 - 2 * log1p(exp(-$0)) - log(scale) }
    expectMeanOne(
      program.values(of: density).enumerated().map { $1 - proposal[$0] - proposal[Self.count + $0] },
      "ExpConcrete at τ = \(temperature), seed \(seed)")
  }

  @Test(arguments: [(0.7, 0.6), (1, 1), (2, 5), (8, 0.8)]) func kumaraswamy(a: Double, b: Double) {
    expectOneOnTheUnitInterval("Kumaraswamy(\(a), \(b))") { v in
      let (logA, logB) = (v.graph.constant(log(a), [1, 1, 1, 1]), v.graph.constant(log(b), [1, 1, 1, 1]))
      return logDensityKumaraswamy(v, logA: logA, logB: logB)
    }
  }

  @Test(arguments: [(0, 1), (1.5, 0.5), (-0.5, 1.3)]) func logitNormal(mu: Double, sigma: Double) {
    expectOneOnTheUnitInterval("logit-normal(\(mu), \(sigma))") { v in
      let (mu, xi) = (v.graph.constant(mu, [1, 1, 1, 1]), v.graph.constant(log(sigma), [1, 1, 1, 1]))
      return logDensityLogitNormal(v, mu: mu, xi: xi)
    }
  }

  private func expectOneOnTheUnitInterval(_ what: String, _ logDensity: (Node) -> Node) {
    let seed: UInt64 = 42
    var draws = Draws(generator: SplitMix64(seed: seed))
    let graph = Graph()
    let v = graph.input([1, 1, Self.count, 1])
    let density = logDensity(v)
    let program = Program<Double>(outputs: [density, v])
    program.set(v, (0..<Self.count).map { _ in draws.uniform() })
    program.run()
    expectMeanOne(program.values(of: density), "\(what), seed \(seed)")
  }

  /// E_q exp(−(log q − log p)) = ∫ p = 1 for a flow that reaches every point once, whatever its weights.
  @Test(arguments: [UInt64(1), 2, 3]) func divergenceOfThePlanarFlow(seed: UInt64) {
    var draws = Draws(generator: SplitMix64(seed: seed))
    let (sticks, shape) = (2, Shape([1, 2, Self.count, 1]))
    let graph = Graph()
    let epsilon = graph.input(shape)
    let flow = PlanarFlow(
      layers: (0..<2).map { _ in
        func weights(_ shape: Shape) -> Node {
          graph.constant((0..<shape.count).map { _ in 0.8 * draws.normal() }, shape)
        }
        return PlanarLayer(w: weights([sticks, 1]), u: weights([sticks, 1]), b: weights([1]))
      })
    let mu = graph.constant([0.2, -0.1], [1, sticks, 1, 1])
    let xi = graph.constant([log(1.6), log(1.9)], [1, sticks, 1, 1])
    let kappa = igrSample(mu: mu, xi: xi, epsilon: epsilon)
    let (lambda, logDeterminant) = flow(kappa)
    let prior = GaussianPrior(
      mu: graph.constant([0.3, 0.1], [1, sticks, 1, 1]),
      xi: graph.constant([log(0.8), log(0.7)], [1, sticks, 1, 1]))
    for isStopped in [false, true] {
      let divergence = sampledDivergence(
        lambda: lambda, logDeterminant: logDeterminant, kappa: kappa, epsilon: epsilon, mu: mu, xi: xi,
        prior: prior, stickTheLanding: isStopped)
      let program = Program<Double>(outputs: [divergence, epsilon])
      program.set(epsilon, (0..<shape.count).map { _ in draws.normal() })
      program.run()
      expectMeanOne(program.values(of: divergence).lazy.map { -$0 }, "planar flow, seed \(seed)")
    }
  }

  /// The same identity for the continuous part.
  @Test func divergenceOfTheNormalPart() {
    let seed: UInt64 = 43
    var draws = Draws(generator: SplitMix64(seed: seed))
    let graph = Graph()
    let epsilon = graph.input([1, 2, Self.count, 1])
    let part = NormalPart(
      mean: graph.constant([0.3, -0.2], [1, 2, 1, 1]),
      logVariance: graph.constant([0.5, 0.3], [1, 2, 1, 1]),
      epsilon: epsilon)
    let divergence = part.sampledDivergence(stickTheLanding: false)
    let program = Program<Double>(outputs: [divergence, epsilon])
    program.set(epsilon, (0..<2 * Self.count).map { _ in draws.normal() })
    program.run()
    expectMeanOne(program.values(of: divergence).lazy.map { -$0 }, "normal part, seed \(seed)")
  }
}
