import Differentiation

/// The latent variables of a model trained without relaxation: their sample, the variables it was rounded from, and
/// the probabilities that the objective and the estimator need (engine specification part 5).
struct RelaxPosterior {
  /// What is rounded to b, [B, K or K − 1, S, V].
  let z: Node
  /// The same drawn anew given b; nil for IGR, whose Gaussians have no tractable conditional.
  let conditional: Node?
  /// b [B, K, S, V].
  let sample: Node
  /// What the score function differentiates: log q(b), or the Gaussians' log-density at fixed z; [B, S].
  let logScore: Node
  /// log Q(y) = Σ y·logIfOne + (1 − y)·logIfZero, for b and, extended to the simplex, for relaxed y. The second part
  /// is that of bits.
  private let logIfOne: Node
  private let logIfZero: Node?

  /// - Parameters:
  ///   - encoded: log α or logits [B, K, 1, V], or μ and ξ [B, K − 1, 1, V].
  ///   - noises: Gumbel or logistic noise for z and for z̃, or normal noise for z; [B, K or K − 1, S, V].
  init(_ kind: RelaxConfiguration.Kind, encoded: [Node], noises: [Node]) {
    switch kind {
    case .categorical:
      logIfOne = encoded[0].logSoftmax(1)
      logIfZero = nil
      z = encoded[0] + noises[0]
      sample = z.oneHot(1)
      conditional = conditionalGumbel(vertex: sample, logAlpha: encoded[0], gumbel: noises[1])
      logScore = Self.sum(sample, logIfOne, logIfZero)
    case .bernoulli:
      // Not y·l − softplus l, which cancels where y is all but certain.
      logIfOne = -(-encoded[0]).softplus()
      logIfZero = -encoded[0].softplus()
      z = encoded[0] + noises[0]
      sample = z.step()
      conditional = conditionalLogistic(bits: sample, logit: encoded[0], logistic: noises[1])
      logScore = Self.sum(sample, logIfOne, logIfZero)
    case .igr:
      let (mu, sigma) = boundedGaussian(mu: encoded[0], xi: encoded[1])
      logIfOne = Node.categoryProbabilities(mu: mu, sigma: sigma).logOfProbability()
      logIfZero = nil
      z = mu + sigma * noises[0]
      sample = z.padded(axis: 1, before: 0, after: 1).oneHot(1)
      conditional = nil
      let standardized = (z.stoppingGradient() - mu) / sigma
      logScore = (-0.5 * standardized.squared() - sigma.log() - 0.5 * logTwoPi).sum(1, 3).asBatchBySample
    }
  }

  /// log Q(y) [B, S] of y [B, K, S, V].
  func logProbability(_ y: Node) -> Node { Self.sum(y, logIfOne, logIfZero) }

  /// log Q(y) as the control variate has it. Where there is no z̃ whose terms would cancel them, the parameters count
  /// as constants: c may then depend on them through z alone.
  func logProbabilityInControl(_ y: Node) -> Node {
    conditional == nil ? Self.sum(y, logIfOne.stoppingGradient(), nil) : logProbability(y)
  }

  private static func sum(_ y: Node, _ logIfOne: Node, _ logIfZero: Node?) -> Node {
    let one = y * logIfOne
    return (logIfZero.map { one + (1 - y) * $0 } ?? one).sum(1, 3).asBatchBySample
  }
}

/// μ' = tanh μ and σ' = ½ + ½·sigmoid ξ of `Relax_IGR`, [B, K − 1, 1, V] both.
func boundedGaussian(mu: Node, xi: Node) -> (mu: Node, sigma: Node) {
  (mu.tanh(), 0.5 + 0.5 * xi.sigmoid())
}
