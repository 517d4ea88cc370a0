import Differentiation
import Randomness

/// An input of noise: its node and the law its elements follow.
public struct NoiseInput {
  public let node: Node
  public let law: NoiseLaw

  public init(node: Node, law: NoiseLaw) {
    self.node = node
    self.law = law
  }
}

/// The graph of one training step, whatever is trained.
public protocol TrainingGraph {
  var graph: Graph { get }
  /// Noise in a fixed order; each input draws from a stream of its own.
  var noises: [NoiseInput] { get }
  /// Inputs that follow the optimiser's step i, 0 for the first: a number for each element.
  var scheduled: [(node: Node, value: (_ step: Int) -> Double)] { get }
  /// Trained arrays, in the order of the model's list of parameters.
  var parameters: [Node] { get }
  /// What the optimiser follows: one node for each of `parameters`, of its shape.
  var gradients: [Node] { get }
  /// What is minimised; shape [].
  var loss: Node { get }
  /// What the loss is made of, shapes [], named when it is not finite.
  var terms: [(name: String, node: Node)] { get }
  /// Per-example gradients (of the loss times B) with respect to the discrete part's parameters, for the record.
  var discreteGradients: [Node] { get }
}

/// The graph of one training step of a model of images for one batch size.
public protocol ImageTrainingGraph: TrainingGraph {
  /// Images [B, D].
  var images: Node { get }
}

extension TrainingGraph {
  public var scheduled: [(node: Node, value: (_ step: Int) -> Double)] { [] }
  public var discreteGradients: [Node] { [] }
}
