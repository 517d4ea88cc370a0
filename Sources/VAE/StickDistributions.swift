import Differentiation

// Engine specification parts 2 and 6: laws of the fractions at which a stick is broken. Everything is element by
// element; parameters are [B, K − 1, 1, V], samples [B, K − 1, S, V].

/// Fractions by the inverse of Kumaraswamy's distribution function: v = (1 − u^{1/b})^{1/a} (Kumaraswamy 1980;
/// Nalisnick & Smyth 2017), in logarithms: no power of u, v or their complements is ever formed.
public struct KumaraswamySticks {
  private let logA: Node
  private let logB: Node
  /// log(−log u) − log b, so that log u^{1/b} = −exp of it.
  private let logMinusRoot: Node
  /// log v.
  public let logSample: Node

  /// - Parameters:
  ///   - logA: log a.
  ///   - logB: log b.
  ///   - uniform: noise on the open interval (0, 1).
  public init(logA: Node, logB: Node, uniform: Node) {
    self.logA = logA
    self.logB = logB
    logMinusRoot = (-uniform.log()).log() - logB
    logSample = -(logMinusRoot.doubleLogComplement() - logA).exp()
  }

  /// v in [0, 1], [B, K − 1, S, V]; the ends where v is nearer to them than numbers are.
  public var sample: Node { logSample.exp() }

  /// log density of the sample with a and b taken as constants: the gradient runs through v alone.
  ///
  /// With t = log u^{1/b} = log(1 − vᵃ): log a + log b + (a − 1)·log v + (b − 1)·t. Through v, ∂t/∂log b = −t as if t
  /// were made directly, and ∂t/∂log a = log(1 − exp t)·(exp(−t) − 1).
  public var logDensityOfSample: Node {
    let (fixedA, fixedB) = (logA.stoppingGradient(), logB.stoppingGradient())
    // The slope is 0 and 1 at the ends; between these bounds it is computed without 0·∞.
    let bounded = -logMinusRoot.atLeast(-60).atMost(4.3).exp()
    let slope = (bounded.log1mexp() * bounded.elu() * (-bounded).exp()).stoppingGradient()
    let logRest = -logMinusRoot.exp() - slope * (logA - fixedA)
    return fixedA + fixedB + (fixedA.exp() - 1) * logSample + (fixedB.exp() - 1) * logRest
  }
}

/// log density of Kumaraswamy's distribution: log a + log b + (a − 1)·log v + (b − 1)·log(1 − vᵃ).
///
/// - Parameter v: strictly between 0 and 1.
public func logDensityKumaraswamy(_ v: Node, logA: Node, logB: Node) -> Node {
  let (a, b, logV) = (logA.exp(), logB.exp(), v.log())
  return logA + logB + (a - 1) * logV + (b - 1) * (a * logV).log1mexp()
}

/// Fractions v = sigmoid(κ), κ = μ + exp(ξ)·ε (Atchison & Shen 1980).
public struct LogitNormalSticks {
  private let xi: Node
  private let epsilon: Node
  /// κ = logit v.
  public let logit: Node

  /// - Parameters:
  ///   - mu: mean of the logit.
  ///   - xi: log deviation of the logit.
  ///   - epsilon: standard normal noise.
  public init(mu: Node, xi: Node, epsilon: Node) {
    self.xi = xi
    self.epsilon = epsilon
    logit = igrSample(mu: mu, xi: xi, epsilon: epsilon)
  }

  /// v in [0, 1], [B, K − 1, S, V]; the ends where v is nearer to them than numbers are.
  public var sample: Node { logit.sigmoid() }

  /// log density of the sample with μ and ξ taken as constants: the gradient runs through v alone.
  public var logDensityOfSample: Node {
    // −log v − log(1 − v) from the logit: v itself may have been rounded to an end.
    logNormalOfSample(logit, epsilon: epsilon, logDeviation: xi, stoppingParameters: true)
      + logit.softplus() + (-logit).softplus() - 0.5 * logTwoPi
  }
}

/// log density of the logit-normal distribution: log N(logit v; μ, exp(ξ)²) − log v − log(1 − v).
///
/// - Parameter v: strictly between 0 and 1.
public func logDensityLogitNormal(_ v: Node, mu: Node, xi: Node) -> Node {
  let (logV, logRest) = (v.log(), (-v).log1p())
  let standardized = (logV - logRest - mu) * (-xi).exp()
  return -0.5 * standardized.squared() - xi - 0.5 * logTwoPi - logV - logRest
}
