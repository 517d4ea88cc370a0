import Differentiation
import Tensors

/// One training step of a model for one batch size: forward, backward, update.
public final class TrainingStep<S: Scalar> {
  public let graph: VAEGraph
  private let program: Program<S>
  private let state: ModelState<S>

  /// - Parameter hasGivenPrior: the prior's numbers are set through `values(of:)`.
  public init(
    _ configuration: VAEConfiguration, batch: Int, samples: Int, state: ModelState<S>,
    hasGivenPrior: Bool = false
  ) {
    graph = VAEGraph(configuration, batch: batch, samples: samples, hasGivenPrior: hasGivenPrior)
    self.state = state
    let gradients = graph.graph.gradients(of: graph.loss, withRespectTo: graph.parameters)
    var external: [Node: Storage<S>.Slice] = [:]
    for (index, (parameter, gradient)) in zip(graph.parameters, gradients).enumerated() {
      external[parameter] = state.slice(state.weights, index)
      external[gradient] = state.slice(state.gradient, index)
    }
    program = Program(
      outputs: [graph.loss, graph.meanLogLikelihood, graph.meanDivergence] + gradients, external: external)
  }

  /// The memory of an input node (`graph.images`, `graph.noise`, `graph.prior`).
  public func values(of input: Node) -> UnsafeMutableBufferPointer<S> { program.values(of: input) }

  /// Computes loss and gradient for the inputs' present values.
  ///
  /// - Returns: the loss.
  public func computeGradient() -> S {
    program.run()
    return program.values(of: graph.loss)[0]
  }

  /// The loss's parts at the last `computeGradient`, by name.
  public var terms: [(name: String, value: S)] {
    [
      ("log p(x|z)", program.values(of: graph.meanLogLikelihood)[0]),
      ("KL", program.values(of: graph.meanDivergence)[0]),
    ]
  }

  /// Bytes of intermediate values.
  public var workspaceByteCount: Int { program.arenaByteCount }
}
