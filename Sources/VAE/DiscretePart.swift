import Differentiation
import Glibc
import Randomness

/// The discrete part of one graph: the sample, its divergences and the probabilities of its categories.
struct DiscretePart {
  /// Samples per data point from which frequencies are counted (engine specification part 3).
  static let frequencySamples = 1_000

  private let configuration: VAEConfiguration
  /// log α [B, K, 1, V], or μ and ξ [B, K − 1, 1, V].
  let posterior: [Node]
  let noise: NoiseInput
  /// Gaussian sample [B, K − 1, S, V] and what softmax₊₊ is applied to; nil for GS.
  let kappa: Node?
  let lambda: Node?
  let logPsi: Node
  /// Sticks kept, and the share of (image, sample, variable) whose sticks all together stay at or below the threshold;
  /// shapes [].
  let required: Node?
  let unmetThreshold: Node?
  private let flow: PlanarFlow?
  private let logDeterminant: Node?
  private let prior: GaussianPrior

  init(
    _ configuration: VAEConfiguration, posterior: [Node], flow: PlanarFlow?, samples: Int
  ) {
    self.configuration = configuration
    self.posterior = posterior
    self.flow = flow
    let graph = posterior[0].graph
    let (batch, rows, variables) = (
      posterior[0].shape[0], configuration.noiseCategories, configuration.variables
    )
    let noiseNode = graph.input([batch, rows, samples, variables])
    prior =
      configuration.prior.map {
        GaussianPrior(
          mu: graph.constant($0.mu, [1, rows, 1, 1]), xi: graph.constant($0.xi, [1, rows, 1, 1]))
      } ?? .standard(in: graph)
    if configuration.relaxation == .gumbelSoftmax {
      noise = NoiseInput(node: noiseNode, law: .gumbel)
      (kappa, lambda, required, unmetThreshold, logDeterminant) = (nil, nil, nil, nil, nil)
      logPsi = gumbelSoftmax(
        logAlpha: posterior[0], gumbel: noiseNode, temperature: configuration.temperature)
      return
    }
    noise = NoiseInput(node: noiseNode, law: .normal)
    let kappa = igrSample(mu: posterior[0], xi: posterior[1], epsilon: noiseNode)
    let transformed = Self.transform(kappa, configuration.relaxation, flow: flow)
    self.kappa = kappa
    lambda = transformed.lambda
    logDeterminant = transformed.logDeterminant
    if case .igrSB(let truncation) = configuration.relaxation {
      let (required, unmetShare) = truncation.requiredSticks(lambda: transformed.lambda)
      (self.required, unmetThreshold) = (required, unmetShare)
      logPsi = truncatedLogSoftmaxPlusPlus(
        lambda: transformed.lambda, required: required, temperature: configuration.temperature)
    } else {
      (required, unmetThreshold) = (nil, nil)
      logPsi = logSoftmaxPlusPlus(lambda: transformed.lambda, temperature: configuration.temperature)
    }
  }

  /// λ of κ, and the planar layers' log-determinant [B, S, V].
  private static func transform(
    _ kappa: Node, _ relaxation: VAEConfiguration.Relaxation, flow: PlanarFlow?
  ) -> (lambda: Node, logDeterminant: Node?) {
    switch relaxation {
    case .none, .gumbelSoftmax: preconditionFailure("\(relaxation) has no Gaussians")
    case .igrI: return (kappa, nil)
    case .igrPlanar:
      guard let flow else { preconditionFailure("a planar model has a flow") }
      let (output, logDeterminant) = flow(kappa)
      return (output, logDeterminant)
    case .igrSBFinite, .igrSB:
      return (stickBreakingWeights(kappa: kappa), nil)
    }
  }

  /// A divergence of the sample or of the parameters: [B, S] or [B, 1].
  func divergence(_ kind: VAEConfiguration.Divergence) -> Node {
    switch (kind, kappa) {
    case (.sampled, nil):
      return sampledDivergence(
        logPsi: logPsi, logAlpha: posterior[0], temperature: configuration.temperature,
        stickTheLanding: configuration.stickTheLanding)
    case (.sampled, let kappa?):
      if let lambda, let logDeterminant {
        return sampledDivergence(
          lambda: lambda, logDeterminant: logDeterminant, kappa: kappa, epsilon: noise.node, mu: posterior[0],
          xi: posterior[1], prior: prior, stickTheLanding: configuration.stickTheLanding)
      }
      return sampledDivergence(
        kappa: kappa, epsilon: noise.node, mu: posterior[0], xi: posterior[1], prior: prior,
        stickTheLanding: configuration.stickTheLanding)
    case (.discrete, nil): return categoricalDivergence(logAlpha: posterior[0])
    case (.discrete, _):
      precondition(!configuration.hasSampledProbabilities, "frequencies have no gradient")
      return discreteDivergence(probabilities: quadrature)
    case (.gaussian, nil): preconditionFailure("Gumbel-Softmax has no Gaussians")
    case (.gaussian, _):
      precondition(flow == nil, "the planar flow has no closed divergence")
      return gaussianDivergence(mu: posterior[0], xi: posterior[1], prior: prior)
    }
  }

  private var quadrature: Node { .categoryProbabilities(mu: posterior[0], sigma: posterior[1].exp()) }

  /// log Q(z|x) of each category [B, K, 1, V], and the noise that its frequencies take.
  struct Categories {
    /// For the KL: 0·log 0 counts as 0.
    let divergenceFromUniform: Node
    /// For log Q of a sampled category; frequencies are smoothed as (n + ½)/(N + K/2).
    let logProbabilities: Node
    let noise: NoiseInput?
  }

  /// Probabilities of the categories: in closed form, by quadrature, or from samples.
  func categories() -> Categories {
    switch configuration.relaxation {
    case .gumbelSoftmax:
      return Categories(
        divergenceFromUniform: categoricalDivergence(logAlpha: posterior[0]),
        logProbabilities: posterior[0].logSoftmax(1), noise: nil)
    case .none, .igrI:
      return Categories(
        divergenceFromUniform: discreteDivergence(probabilities: quadrature),
        logProbabilities: quadrature.logOfProbability(), noise: nil)
    case .igrPlanar, .igrSBFinite, .igrSB:
      let (frequencies, noise) = self.frequencies()
      let (n, k) = (Double(Self.frequencySamples), Double(configuration.categories))
      return Categories(
        divergenceFromUniform: discreteDivergence(probabilities: frequencies),
        logProbabilities: ((n * frequencies + 0.5) / (n + k / 2)).log(), noise: noise)
    }
  }

  /// How often each category wins among samples of their own [B, K, 1, V]. The order of the categories does not depend
  /// on the temperature.
  private func frequencies() -> (Node, NoiseInput) {
    let (mu, sigma) = (posterior[0], posterior[1].exp())
    let noise = mu.graph.input([
      configuration.variables, configuration.noiseCategories, Self.frequencySamples,
    ])
    let layers = flow?.layers.map { ($0.w, $0.uTilde, $0.b) } ?? []
    let frequencies =
      flow == nil
      ? Node.categoryFrequencies(mu: mu, sigma: sigma, noise: noise, required: required)
      : Node.categoryFrequencies(mu: mu, sigma: sigma, noise: noise, layers: layers)
    return (frequencies, NoiseInput(node: noise, law: .normal))
  }
}
