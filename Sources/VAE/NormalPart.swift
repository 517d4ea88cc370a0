import Differentiation

/// The continuous part of a latent: z = mean + exp(log_var/2)·ε with prior N(0, 1) (Kingma & Welling 2014; engine
/// specification parts 2 and 3).
public struct NormalPart {
  /// [B, n, 1, V].
  public let mean: Node
  /// log of the variance, [B, n, 1, V].
  public let logVariance: Node
  /// Standard normal noise [B, n, S, V].
  public let epsilon: Node
  /// z [B, n, S, V].
  public let sample: Node

  /// - Parameters:
  ///   - mean: [B, n, 1, V].
  ///   - logVariance: [B, n, 1, V].
  ///   - epsilon: standard normal noise [B, n, S, V].
  public init(mean: Node, logVariance: Node, epsilon: Node) {
    self.mean = mean
    self.logVariance = logVariance
    self.epsilon = epsilon
    sample = mean + (0.5 * logVariance).exp() * epsilon
  }

  /// KL(q ‖ N(0, 1)) in closed form: ½·Σ(exp(log_var) + mean² − log_var − 1), [B, 1].
  public var closedDivergence: Node {
    (0.5 * (logVariance.exp() + mean.squared() - logVariance - 1)).sum(1, 3).asBatchBySample
  }

  /// log q(z), summed over the part's numbers, [B, S].
  ///
  /// - Parameter stickTheLanding: take mean and variance inside log q as constants (Roeder 2017).
  public func logPosterior(stickTheLanding: Bool) -> Node {
    logPosteriorOfEach(stickTheLanding: stickTheLanding).sum(1, 3).asBatchBySample - constantOfAll
  }

  /// log N(z; 0, 1), summed over the part's numbers, [B, S].
  public var logPrior: Node { (-0.5 * sample.squared()).sum(1, 3).asBatchBySample - constantOfAll }

  /// log q(z) − log N(z; 0, 1), [B, S].
  ///
  /// - Parameter stickTheLanding: take mean and variance inside log q as constants (Roeder 2017).
  public func sampledDivergence(stickTheLanding: Bool) -> Node {
    // ½·log 2π of every number stands on both sides and cancels.
    (logPosteriorOfEach(stickTheLanding: stickTheLanding) + 0.5 * sample.squared()).sum(1, 3).asBatchBySample
  }

  /// log q of each number without its −½·log 2π.
  private func logPosteriorOfEach(stickTheLanding: Bool) -> Node {
    logNormalOfSample(
      sample, epsilon: epsilon, logDeviation: 0.5 * logVariance, stoppingParameters: stickTheLanding)
  }

  private var constantOfAll: Double { 0.5 * logTwoPi * Double(mean.shape[1] * mean.shape[3]) }
}
