import Differentiation
import Glibc

// Engine specification part 4.

/// Bernoulli log-likelihood from logits: Σ_D x·l − softplus(l), which is stable for |l| up to 80 and beyond.
///
/// - Parameters:
///   - images: [B, 1, D].
///   - logits: [B, S, D].
/// - Returns: [B, S].
public func bernoulliLogLikelihood(images: Node, logits: Node) -> Node {
  .bernoulliLogLikelihood(images, logits: logits).reshaped([logits.shape[0], logits.shape[1]])
}

/// Gaussian log-likelihood per pixel: mean sigmoid(a), standard deviation 1e-6 + softplus(c), 1e-8 inside the log.
///
/// - Parameters:
///   - images: [B, 1, D].
///   - a: [B, S, D].
///   - c: [B, S, D].
/// - Returns: log p(x|z) [B, S] and the mean [B, S, D].
public func gaussianLogLikelihood(images: Node, a: Node, c: Node) -> (logLikelihood: Node, mean: Node) {
  let mean = a.sigmoid()
  let deviation = c.softplus() + 1e-6
  let terms = -0.5 * ((images - mean) / deviation).squared() - (deviation + 1e-8).log()
  let sum = terms.sum(2) - 0.5 * logTwoPi * Double(a.shape[2])
  return (sum.reshaped([a.shape[0], a.shape[1]]), mean)
}

/// Importance-weighted bound per image: lse_S(w) − log S (Burda 2016).
///
/// - Parameter logWeights: log p(x|z) + log P(z) − log Q(z|x), [B, S].
/// - Returns: [B, 1].
public func importanceWeightedBound(logWeights: Node) -> Node {
  logWeights.logSumExp(1) - log(Double(logWeights.shape[1]))
}
