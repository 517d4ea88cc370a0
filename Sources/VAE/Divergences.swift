import Differentiation
import Glibc

// Engine specification part 3. Results are summed over categories and variables: [B, S], or [B, 1] where the
// divergence does not depend on the sample.

/// Log-density of log ψ under the ExpConcrete distribution (Maddison 2017, appendix C.3):
/// lgamma K + (K − 1)·log τ + Σₖ aₖ − K·lseₖ a, a = log α − τ·log ψ.
///
/// - Parameters:
///   - logPsi: [B, K, S, V].
///   - logAlpha: [B, K, 1, V], or one value for all.
/// - Returns: [B, 1, S, V].
public func logDensityExpConcrete(logPsi: Node, logAlpha: Node, temperature: Double) -> Node {
  let categories = Double(logPsi.shape[1])
  let normalizer = lgamma(categories) + (categories - 1) * log(temperature)
  return unnormalizedLogDensity(logPsi: logPsi, logAlpha: logAlpha, temperature: temperature) + normalizer
}

private func unnormalizedLogDensity(logPsi: Node, logAlpha: Node, temperature: Double) -> Node {
  // Σₖ aₖ − K·lse a, as a sum of differences: none of them cancels.
  (logAlpha - temperature * logPsi).logSoftmax(1).sum(1)
}

/// Temperature τ₀ of the uniform prior in the sampled divergence of GS.
public let priorTemperature = 0.5

/// GS, sampled: log q(log ψ; log α, τ) − log p(log ψ; log 1/K, 0.5), summed over variables.
///
/// - Parameter stickTheLanding: take the parameters inside log q as constants (Roeder 2017).
/// - Returns: [B, S].
public func sampledDivergence(
  logPsi: Node, logAlpha: Node, temperature: Double, stickTheLanding: Bool
) -> Node {
  let categories = Double(logPsi.shape[1])
  let uniform = logPsi.graph.constant(-log(categories), [1, 1, 1, 1])
  let q = unnormalizedLogDensity(
    logPsi: logPsi, logAlpha: stickTheLanding ? logAlpha.stoppingGradient() : logAlpha,
    temperature: temperature)
  let p = unnormalizedLogDensity(logPsi: logPsi, logAlpha: uniform, temperature: priorTemperature)
  // lgamma K stands on both sides and cancels.
  let normalizer = (categories - 1) * (log(temperature) - log(priorTemperature))
  return (q - p + normalizer).sum(3).asBatchBySample
}

/// Categorical against uniform in closed form: Σ_V Σ_K π·log(π·K), π = softmax(log α).
///
/// - Returns: [B, 1].
public func categoricalDivergence(logAlpha: Node) -> Node {
  let logPi = logAlpha.logSoftmax(1)
  return (logPi.exp() * (logPi + log(Double(logAlpha.shape[1])))).sum(1, 3).asBatchBySample
}

/// Gaussian prior of IGR: one mean and one log deviation per category.
public struct GaussianPrior {
  /// [1, K − 1, 1, 1], or [1, 1, 1, 1] where all categories share one.
  public let mu: Node
  public let xi: Node

  public init(mu: Node, xi: Node) {
    self.mu = mu
    self.xi = xi
  }

  /// μ₀ = ξ₀ = 0.
  public static func standard(in graph: Graph) -> GaussianPrior {
    GaussianPrior(mu: graph.constant(0, [1, 1, 1, 1]), xi: graph.constant(0, [1, 1, 1, 1]))
  }
}

/// IGR, sampled: Σ_V Σ_K [log N(κ; μ, σ²) − log N(κ; μ₀, σ₀²)].
///
/// - Parameters:
///   - kappa: the sample [B, K − 1, S, V].
///   - epsilon: the noise it was made from, of the same shape.
///   - stickTheLanding: take the parameters inside log q as constants (Roeder 2017).
/// - Returns: [B, S].
public func sampledDivergence(
  kappa: Node, epsilon: Node, mu: Node, xi: Node, prior: GaussianPrior, stickTheLanding: Bool
) -> Node {
  // Both sides leave out the same ½·log 2π.
  let q = logNormalOfSample(
    kappa, epsilon: epsilon, logDeviation: xi, stoppingParameters: stickTheLanding)
  return (q - prior.logDensity(kappa)).sum(1, 3).asBatchBySample
}

/// IGR-Planar, sampled: Σ_V [Σ_K log N(κ; μ, σ²) − log|det ∂λ/∂κ| − Σ_K log N(λ; μ₀, σ₀²)].
///
/// - Parameters:
///   - lambda: the flow's output [B, K − 1, S, V].
///   - logDeterminant: log|det| of the whole flow, [B, S, V].
///   - kappa: the flow's input [B, K − 1, S, V].
///   - epsilon: the noise it was made from, of the same shape.
///   - prior: of λ.
///   - stickTheLanding: take μ and σ inside log q as constants (Roeder 2017).
/// - Returns: [B, S].
public func sampledDivergence(
  lambda: Node, logDeterminant: Node, kappa: Node, epsilon: Node, mu: Node, xi: Node, prior: GaussianPrior,
  stickTheLanding: Bool
) -> Node {
  let q = logNormalOfSample(
    kappa, epsilon: epsilon, logDeviation: xi, stoppingParameters: stickTheLanding)
  let ofDensities = (q - prior.logDensity(lambda)).sum(1, 3).asBatchBySample
  return ofDensities - logDeterminant.sum(2).reshaped([kappa.shape[0], kappa.shape[2]])
}

extension GaussianPrior {
  /// log N(x; μ₀, σ₀²) without its −½·log 2π, element by element.
  fileprivate func logDensity(_ x: Node) -> Node { -0.5 * ((x - mu) * (-xi).exp()).squared() - xi }
}

/// log N(x; μ, σ²) of its own sample x = μ + σ·ε, without its −½·log 2π, element by element.
///
/// - Parameter stoppingParameters: μ and σ of the density are constants, so that the gradient runs through x alone.
func logNormalOfSample(
  _ sample: Node, epsilon: Node, logDeviation: Node, stoppingParameters: Bool
) -> Node {
  // (x − μ)/σ is ε itself, whatever the parameters.
  guard stoppingParameters else { return -0.5 * epsilon.squared() - logDeviation }
  // What is added to ε is 0 and has the slope 1/σ in x: x − μ would lose ε to rounding where σ is small beside μ.
  let logDeviation = logDeviation.stoppingGradient()
  let shift = (sample - sample.stoppingGradient()) * (-logDeviation).exp()
  return -0.5 * (epsilon + shift).squared() - logDeviation
}

/// IGR, closed form between the Gaussians N(μ, exp(ξ)²) and the prior (`run_closed_form_kl`).
///
/// - Returns: [B, 1].
public func gaussianDivergence(mu: Node, xi: Node, prior: GaussianPrior) -> Node {
  let variances = (2 * (xi - prior.xi)).exp()
  let distance = ((mu - prior.mu) * (-prior.xi).exp()).squared()
  return (prior.xi - xi + 0.5 * (variances + distance) - 0.5).sum(1, 3).asBatchBySample
}

/// Discrete divergence against uniform from probabilities: Σ_V Σ_K P·log P + V·log K, 0·log 0 = 0.
///
/// - Parameter probabilities: [B, K, 1, V].
/// - Returns: [B, 1].
public func discreteDivergence(probabilities p: Node) -> Node {
  (p * p.logOfProbability()).sum(1, 3).asBatchBySample + Double(p.shape[3]) * log(Double(p.shape[1]))
}

extension Node {
  /// log P, finite where a probability has underflowed to 0.
  public func logOfProbability() -> Node { atLeast(1e-30).log() }

  /// [B, 1, S, 1] as [B, S].
  var asBatchBySample: Node { reshaped([shape[0], shape[2]]) }
}
