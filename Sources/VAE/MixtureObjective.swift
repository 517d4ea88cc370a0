import Differentiation

/// The loss of a mixture and what it is made of (engine specification part 6). All [B] unless said.
public struct MixtureObjective {
  /// E log q(π), E log q(z|π).
  public let logPosteriorOfWeights: Node
  public let logPosteriorOfPoints: Node
  /// E log p(x|z, π), E log p(z|π): components weighed by their mean weights.
  public let logLikelihood: Node
  public let logPriorOfPoints: Node
  /// Mean over the batch of E log q(π) + E log q(z|π) − E log p(x|z, π) − E log p(z|π); shape [].
  public let loss: Node
  /// log p(x|z, π) + log p(z|π) − log q(π) − log q(z|π) of each sample with its own weights, [B, S]: what the
  /// importance-weighted bound takes.
  public let logWeights: Node

  /// - Parameters:
  ///   - logLikelihoods: log p(x|z_k), [B, K, S].
  ///   - logPriors: log p(z_k), [B, K, S].
  public init(_ sample: MixtureSample, logLikelihoods: Node, logPriors: Node) {
    let shape = logLikelihoods.shape
    let (batch, samples) = (shape[0], shape[2])
    let weights = sample.weights.reshaped(shape)
    func weighed(_ terms: Node) -> Node { (weights.mean(2) * terms.mean(2)).sum(1).reshaped([batch]) }
    func expected(_ terms: Node) -> Node { terms.mean(1).reshaped([batch]) }
    logPosteriorOfWeights = expected(sample.logPosteriorOfWeights)
    logPosteriorOfPoints = expected(sample.logPosteriorOfPoints)
    logLikelihood = weighed(logLikelihoods)
    logPriorOfPoints = weighed(logPriors)
    loss = (logPosteriorOfWeights + logPosteriorOfPoints - logLikelihood - logPriorOfPoints).mean(0)
      .reshaped([])
    logWeights =
      (weights * (logLikelihoods + logPriors)).sum(1).reshaped([batch, samples])
      - sample.logPosteriorOfWeights - sample.logPosteriorOfPoints
  }
}
