import Differentiation

/// A graph that measures a batch of images, whatever the model. Programs compute only the nodes they are asked for.
public protocol EvaluationGraph {
  var graph: Graph { get }
  /// Images [B, D].
  var images: Node { get }
  var noises: [NoiseInput] { get }
  /// Trained arrays, in the order of the model's list of parameters.
  var parameters: [Node] { get }
  /// log p(x|z) − KL with the sampled KL, [B, S].
  var elbo: Node { get }
  /// log p(x|z) − KL with the KL of the discrete variables [B, S]; nil for models without one.
  var elboOfDiscrete: Node? { get }
  /// log p(x|z) + log P(z) − log Q(z|x) [B, S]: the weights of the bound on the log-likelihood. Discrete parts need a
  /// graph whose samples are vertices.
  var logWeights: Node { get }
  /// The published code's weights, with the closed KL inside [B, S]; nil for models of which it has none.
  var publishedLogWeights: Node? { get }
  /// Mean pixel values [B, S, D].
  var reconstruction: Node { get }
  /// Sticks or components in use; shape []. Nil where the number is fixed.
  var required: Node? { get }
  /// Share of (image, sample, variable) whose sticks all together stay at or below the threshold; shape [].
  var unmetThreshold: Node? { get }
  /// Relaxed sample [B, K, S, V]; nil where there is none.
  var relaxedSample: Node? { get }
}
