import Differentiation
import Tensors

/// Measures the ELBO of a fixed number of images at the model's present weights.
public final class ELBOEvaluation {
  public let graph: VAEGraph
  private let program: Program<Float>
  private let elbo: Node
  private let elboOfDiscrete: Node

  /// - Parameters:
  ///   - configuration: its divergence is not used: `elbo` always has the sampled one.
  ///   - batch: images per run.
  ///   - samples: relaxed samples per image.
  ///   - atVertex: decode vertices instead of relaxed samples (`test_with_one_hot`).
  public init(
    _ configuration: VAEConfiguration, batch: Int, samples: Int, atVertex: Bool, state: ModelState<Float>
  ) {
    var configuration = configuration
    configuration.divergence = .sampled
    graph = VAEGraph(configuration, batch: batch, samples: samples, atVertex: atVertex)
    elbo = (graph.logLikelihood - graph.divergence).mean(1)
    elboOfDiscrete = (graph.logLikelihood - graph.divergenceFromUniform).mean(1)
    program = Program(
      outputs: [elbo, elboOfDiscrete, graph.reconstruction, graph.images, graph.noise],
      external: state.externalWeights(of: graph))
  }

  /// The memory of `graph.images` and `graph.noise`.
  public func values(of input: Node) -> UnsafeMutableBufferPointer<Float> { program.values(of: input) }

  /// Evaluates the images and noise that were set.
  ///
  /// - Returns: sums over the images of the ELBO with the sampled and with the discrete divergence, in nats.
  public func run() -> (elbo: Double, elboOfDiscrete: Double) {
    program.run()
    func total(_ node: Node) -> Double { program.values(of: node).reduce(0) { $0 + Double($1) } }
    return (total(elbo), total(elboOfDiscrete))
  }

  /// Mean pixel values of the last run [B, S, D].
  public var reconstructions: UnsafeMutableBufferPointer<Float> { program.values(of: graph.reconstruction) }
}

extension ModelState {
  /// The parameters of a graph, bound to this state's weights.
  func externalWeights(of graph: VAEGraph) -> [Node: Storage<S>.Slice] {
    var external: [Node: Storage<S>.Slice] = [:]
    for (index, node) in graph.parameters.enumerated() { external[node] = slice(weights, index) }
    return external
  }
}
