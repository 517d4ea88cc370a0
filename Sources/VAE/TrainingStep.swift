import Differentiation
import Randomness
import Tensors

/// One training step of a model for one batch size: forward, backward, update.
public final class TrainingStep<S: Scalar> {
  private let graph: any TrainingGraph
  private let program: Program<S>
  private let state: ModelState<S>
  private let recorded: [Node]
  /// The images' memory [B, D]; empty for a step without images.
  public let images: UnsafeMutableBufferPointer<S>
  /// The memory of each noise input with the law of its elements, in a fixed order.
  public let noises: [(values: UnsafeMutableBufferPointer<S>, law: NoiseLaw)]
  private let loss: UnsafeMutableBufferPointer<S>
  private let scheduled: [(memory: UnsafeMutableBufferPointer<S>, value: (_ step: Int) -> Double)]

  /// - Parameter recordsDiscreteGradient: also keep the gradient with respect to the discrete part's parameters.
  public convenience init(
    _ graph: any ImageTrainingGraph, state: ModelState<S>, recordsDiscreteGradient: Bool = false
  ) {
    self.init(
      graph, images: graph.images, recorded: recordsDiscreteGradient ? graph.discreteGradients : [],
      state: state)
  }

  /// A step without images.
  ///
  /// - Parameter observing: nodes whose values are read after a step.
  public convenience init(_ graph: any TrainingGraph, observing: [Node], state: ModelState<S>) {
    self.init(graph, images: nil, recorded: observing, state: state)
  }

  private init(_ graph: any TrainingGraph, images: Node?, recorded: [Node], state: ModelState<S>) {
    self.graph = graph
    self.recorded = recorded
    self.state = state
    let gradients = graph.gradients
    var external: [Node: Storage<S>.Slice] = [:]
    for (index, (parameter, gradient)) in zip(graph.parameters, gradients).enumerated() {
      precondition(external[gradient] == nil, "two parameters share one gradient node")
      external[parameter] = state.slice(state.weights, index)
      external[gradient] = state.slice(state.gradient, index)
    }
    let program = Program<S>(
      outputs: [graph.loss] + (images.map { [$0] } ?? []) + graph.terms.map(\.node) + graph.noises.map(\.node)
        + graph.scheduled.map(\.node) + gradients + recorded,
      external: external)
    self.program = program
    self.images = images.map { program.values(of: $0) } ?? UnsafeMutableBufferPointer(start: nil, count: 0)
    noises = graph.noises.map { (program.values(of: $0.node), $0.law) }
    loss = program.values(of: graph.loss)
    scheduled = graph.scheduled.map { (program.values(of: $0.node), $0.value) }
  }

  /// The value of an observed node at the last `computeGradient`.
  public func values(of node: Node) -> UnsafeMutableBufferPointer<S> { program.values(of: node) }

  /// Computes loss and gradient for the inputs' present values at the optimiser's present step.
  ///
  /// - Returns: the loss.
  public func computeGradient() -> S {
    for (memory, value) in scheduled { memory.update(repeating: S(value(state.step))) }
    program.run()
    return loss[0]
  }

  /// The loss's parts at the last `computeGradient`, by name.
  public var terms: [(name: String, value: S)] {
    graph.terms.map { ($0.name, program.values(of: $0.node)[0]) }
  }

  /// Per-example gradients with respect to the discrete part's parameters at the last `computeGradient`.
  public var discreteGradients: [UnsafeMutableBufferPointer<S>] {
    recorded.map { program.values(of: $0) }
  }

  /// The first array whose gradient is not finite at the last `computeGradient`, by name.
  public var firstArrayWithoutFiniteGradient: String? { state.firstArrayNotFinite(of: .gradient) }

  /// Bytes of intermediate values.
  public var workspaceByteCount: Int { program.arenaByteCount }
}
