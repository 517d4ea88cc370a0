import Differentiation
import Glibc
import Randomness
import Tensors

/// The program of one measurement: a graph bound to a model's present weights.
///
/// Set `images` and every one of `noises` before each run.
public final class Evaluation {
  private let program: Program<Float>
  private let imagesNode: Node
  private let noiseNodes: [NoiseInput]

  /// - Parameters:
  ///   - graph: what measures; asked for `outputs` before this.
  ///   - outputs: nodes to compute.
  init(_ graph: any EvaluationGraph, outputs: [Node], state: ModelState<Float>) {
    imagesNode = graph.images
    noiseNodes = graph.noises
    program = Program(
      outputs: outputs + [graph.images] + graph.noises.map(\.node),
      external: state.weights(for: graph.parameters))
  }

  /// The images' memory [B, D].
  public var images: UnsafeMutableBufferPointer<Float> { program.values(of: imagesNode) }

  /// The memory of each noise input with the law of its elements, in a fixed order.
  public var noises: [(values: UnsafeMutableBufferPointer<Float>, law: NoiseLaw)] {
    noiseNodes.map { (program.values(of: $0.node), $0.law) }
  }

  func run() { program.run() }

  func values(of node: Node) -> UnsafeMutableBufferPointer<Float> { program.values(of: node) }

  func sum(_ node: Node) -> Double { program.values(of: node).reduce(0) { $0 + Double($1) } }
}

/// Measures the ELBO of a fixed number of images at the model's present weights.
public final class ELBOEvaluation {
  public let evaluation: Evaluation
  private let elbo: Node
  private let elboOfDiscrete: Node?
  private let required: Node?
  private let unmetThreshold: Node?

  /// - Parameter measuresDiscrete: also the ELBO with the discrete KL, which may cost more than all the rest.
  public init(_ graph: any EvaluationGraph, measuresDiscrete: Bool, state: ModelState<Float>) {
    elbo = graph.elbo.mean(1)
    elboOfDiscrete = measuresDiscrete ? graph.elboOfDiscrete?.mean(1) : nil
    required = graph.required
    unmetThreshold = graph.unmetThreshold
    let outputs = [elbo, elboOfDiscrete, required, unmetThreshold].compactMap(\.self)
    evaluation = Evaluation(graph, outputs: outputs, state: state)
  }

  /// What one run measures.
  public struct Sums {
    /// Sums over the images, in nats. `elboOfDiscrete` is nil where it is not measured.
    public var elbo: Double
    public var elboOfDiscrete: Double?
    /// Sticks in use and share of sticks that miss the threshold, of this run's images; nil where fixed.
    public var required: Double?
    public var unmetThreshold: Double?

    public init(
      elbo: Double = 0, elboOfDiscrete: Double? = nil, required: Double? = nil,
      unmetThreshold: Double? = nil
    ) {
      self.elbo = elbo
      self.elboOfDiscrete = elboOfDiscrete
      self.required = required
      self.unmetThreshold = unmetThreshold
    }
  }

  /// Evaluates the images and noise that were set.
  public func run() -> Sums {
    evaluation.run()
    return Sums(
      elbo: evaluation.sum(elbo), elboOfDiscrete: elboOfDiscrete.map(evaluation.sum),
      required: required.map(evaluation.sum), unmetThreshold: unmetThreshold.map(evaluation.sum))
  }
}

/// Mean pixel values of a fixed number of images, one sample each.
public final class Reconstruction {
  public let evaluation: Evaluation
  private let mean: Node

  public init(_ graph: any EvaluationGraph, state: ModelState<Float>) {
    mean = graph.reconstruction
    evaluation = Evaluation(graph, outputs: [mean], state: state)
  }

  /// [B, S, D] of the images and noise that were set.
  public func run() -> UnsafeMutableBufferPointer<Float> {
    evaluation.run()
    return evaluation.values(of: mean)
  }
}

/// Estimates log p(x) of a fixed number of images by importance weighting (Burda 2016; engine specification part 4):
/// the mean over images of lse_S(w) − log S, w = log p(x|z) + log P(z) − log Q(z|x).
public final class LikelihoodEvaluation {
  public let evaluation: Evaluation
  private let bound: Node
  private let published: Node?
  private let squares: Node
  private let samples: Int

  /// - Parameter graph: with vertices for its discrete samples.
  public init(_ graph: any EvaluationGraph, state: ModelState<Float>) {
    let weights = graph.logWeights
    samples = weights.shape[1]
    bound = importanceWeightedBound(logWeights: weights)
    published = graph.publishedLogWeights.map { importanceWeightedBound(logWeights: $0) }
    squares = weights.logSoftmax(1).exp().squared().sum(1)
    evaluation = Evaluation(
      graph, outputs: [bound, published, squares].compactMap(\.self), state: state)
  }

  /// Sums over images, in nats.
  public struct Sums {
    /// Of the bound.
    public var bound = 0.0
    /// Of the published code's figure, which has the closed divergence inside the mean; not a bound. NaN for models of
    /// which it has none.
    public var published = 0.0
    /// Of the Monte-Carlo variance of the bound: S/(S − 1)·(Σ w̃² − 1/S) with the normalised weights w̃, the
    /// first-order variance of the log of a mean. NaN for one sample.
    public var variance = 0.0

    public init() {}
  }

  /// Evaluates the images and noise that were set.
  public func run() -> Sums {
    evaluation.run()
    let s = Double(samples)
    var sums = Sums()
    sums.bound = evaluation.sum(bound)
    sums.published = published.map(evaluation.sum) ?? .nan
    for value in evaluation.values(of: squares) {
      sums.variance += max(0, Double(value) - 1 / s) * s / (s - 1)
    }
    return sums
  }
}

/// Distance of relaxed samples to their nearest vertex, ‖ψ − one_hot(ψ)‖ (engine specification part 11).
public final class VertexDistance {
  public let evaluation: Evaluation
  private let distances: Node

  /// - Parameter graph: of a model with a relaxed sample.
  public init?(_ graph: any EvaluationGraph, state: ModelState<Float>) {
    guard let psi = graph.relaxedSample else { return nil }
    distances = psi.distanceToVertex
    evaluation = Evaluation(graph, outputs: [distances], state: state)
  }

  /// One distance per image, sample and variable of the images and noise that were set.
  public func run() -> UnsafeMutableBufferPointer<Float> {
    evaluation.run()
    return evaluation.values(of: distances)
  }
}

extension Node {
  /// ‖ψ − one_hot(ψ)‖ along the categories: [B, 1, S, V] of [B, K, S, V].
  var distanceToVertex: Node { (self - oneHot(1)).squared().sum(1).squareRoot() }
}
