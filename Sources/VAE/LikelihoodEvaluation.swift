import Differentiation
import Glibc
import Tensors

/// Estimates log p(x) of a fixed number of images by importance weighting (Burda 2016; engine specification part 4).
///
/// The samples are vertices: z ~ Q(z|x) with Q the categories' probabilities, and each weight is
/// log p(x|z) + log P(z) − log Q(z|x), P uniform over the Kᵛ vertices.
public final class LikelihoodEvaluation {
  public let graph: VAEGraph
  private let program: Program<Float>
  private let bound: Node
  private let published: Node
  private let squares: Node
  private let samples: Int

  /// - Parameters:
  ///   - batch: images per run.
  ///   - samples: S per image.
  public init(_ configuration: VAEConfiguration, batch: Int, samples: Int, state: ModelState<Float>) {
    self.samples = samples
    graph = VAEGraph(configuration, batch: batch, samples: samples, atVertex: true)
    let logQ = (graph.latent * graph.logCategoryProbabilities).sum(1, 3).reshaped([batch, samples])
    let logP = -Double(configuration.variables) * log(Double(configuration.categories))
    let weights = graph.logLikelihood - logQ + logP
    bound = importanceWeightedBound(logWeights: weights)
    published = importanceWeightedBound(logWeights: graph.logLikelihood - graph.divergenceFromUniform)
    squares = weights.logSoftmax(1).exp().squared().sum(1)
    program = Program(
      outputs: [bound, published, squares, graph.images, graph.noise],
      external: state.externalWeights(of: graph))
  }

  /// The memory of `graph.images` and `graph.noise`.
  public func values(of input: Node) -> UnsafeMutableBufferPointer<Float> { program.values(of: input) }

  /// Sums over images, in nats.
  public struct Sums {
    /// Of the bound.
    public var bound = 0.0
    /// Of the published code's figure, which has the closed divergence inside the mean; not a bound.
    public var published = 0.0
    /// Of the Monte-Carlo variance of the bound: S/(S − 1)·(Σ w̃² − 1/S) with the normalised weights w̃, the
    /// first-order variance of the log of a mean. NaN for one sample.
    public var variance = 0.0

    public init() {}
  }

  /// Evaluates the images and noise that were set.
  public func run() -> Sums {
    program.run()
    let s = Double(samples)
    var sums = Sums()
    for value in program.values(of: bound) { sums.bound += Double(value) }
    for value in program.values(of: published) { sums.published += Double(value) }
    for value in program.values(of: squares) { sums.variance += max(0, Double(value) - 1 / s) * s / (s - 1) }
    return sums
  }
}
