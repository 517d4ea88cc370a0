import Differentiation

/// Weights and latent points of a mixture, drawn together, with the densities of what was drawn (Nalisnick 2016;
/// engine specification part 6). Axes are [batch, component, sample, dimension] = [B, K, S, V].
///
/// Parameters inside the densities are constants: their gradients run through weights and points alone.
public struct MixtureSample {
  /// Fractions at which the stick is broken, [B, K − 1, S, 1].
  public let fractions: Node
  /// π [B, K, S, 1]: clipped to [1e-4, 0.9999] where kept, exactly 0 for a dropped component.
  public let weights: Node
  /// z [B, K, S, V], one point of every component.
  public let points: Node
  /// How many components are kept, shape []; nil where all are.
  public let required: Node?
  /// Share of (b, s) whose K − 1 pieces do not reach the threshold, shape []; nil where all components are
  /// kept.
  public let unmetShare: Node?
  /// log q(π) [B, S]: of the fractions that decide the kept weights.
  public let logPosteriorOfWeights: Node
  /// log q(z|π) [B, S]: of the mixture.
  public let logPosteriorOfPoints: Node

  /// Bounds of a kept component's weight.
  static let smallestWeight = 1e-4
  static let largestWeight = 0.9999

  /// - Parameters:
  ///   - first: log a or μ of the sticks, [B, K − 1, 1, 1].
  ///   - second: log b or ξ of the sticks, [B, K − 1, 1, 1].
  ///   - noise: uniform for Kumaraswamy, standard normal for logit-normal sticks, [B, K − 1, S, 1].
  ///   - mean: of the components, [B, K, 1, V].
  ///   - logVariance: of the components, [B, K, 1, V].
  ///   - epsilon: standard normal noise [B, K, S, V].
  ///   - truncation: which components are kept; nil keeps all.
  public init(
    sticks: MixtureConfiguration.Sticks, first: Node, second: Node, noise: Node, mean: Node,
    logVariance: Node, epsilon: Node, truncation: Truncation?
  ) {
    let (batch, count, samples) = (noise.shape[0], noise.shape[1], noise.shape[2])
    let (components, dimension) = (count + 1, mean.shape[3])
    let logDensities: Node
    switch sticks {
    case .kumaraswamy:
      let law = KumaraswamySticks(logA: first, logB: second, uniform: noise)
      (fractions, logDensities) = (law.sample, law.logDensityOfSample)
    case .logitNormal:
      let law = LogitNormalSticks(mu: first, xi: second, epsilon: noise)
      (fractions, logDensities) = (law.sample, law.logDensityOfSample)
    }
    points = mean + (0.5 * logVariance).exp() * epsilon
    let logDensityOfPoints =
      logNormalOfSample(points, epsilon: epsilon, logDeviation: 0.5 * logVariance, stoppingParameters: true)
      .sum(3) - 0.5 * logTwoPi * Double(dimension)

    func clipped(_ weights: Node) -> Node {
      weights.atLeast(Self.smallestWeight).atMost(Self.largestWeight)
    }
    func perSample(_ node: Node) -> Node { node.reshaped([batch, samples]) }

    guard let truncation else {
      (required, unmetShare) = (nil, nil)
      weights = clipped(stickBreaking(fractions))
      logPosteriorOfWeights = perSample(logDensities.sum(1))
      logPosteriorOfPoints = perSample((weights.log() + logDensityOfPoints).logSumExp(1))
      return
    }
    let pieces = stickBreaking(fractions).slice(axis: 1, 0..<count)
    let (n, unmetShare) = truncation.requiredSticks(lambda: pieces)
    (required, self.unmetShare) = (n, unmetShare)
    // The last kept piece takes all that is left: its fraction becomes 1, and later pieces are exactly 0.
    let deciding = Node.prefixMask(n, offset: -1, length: count)
    let last = Node.prefixMask(n, length: count) - deciding
    let kept = Node.prefixMask(n, length: components)
    let raw = clipped(stickBreaking(fractions * deciding + last))
    weights = raw * kept
    logPosteriorOfWeights = perSample((logDensities * deciding).sum(1))
    logPosteriorOfPoints = perSample(
      (raw.log() + logDensityOfPoints - logOfZero * (kept - 1)).logSumExp(1))
  }

  /// log N(z_k; m_k, 1), [B, K, S].
  ///
  /// - Parameter means: m [1, K, 1, V].
  public func logPriorOfPoints(means: Node) -> Node {
    let (batch, components, samples) = (points.shape[0], points.shape[1], points.shape[2])
    let sums = (-0.5 * (points - means).squared()).sum(3) - 0.5 * logTwoPi * Double(points.shape[3])
    return sums.reshaped([batch, components, samples])
  }
}
