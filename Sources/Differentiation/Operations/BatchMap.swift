import Tensors

/// A graph of its own applied to one batch item after another, so that its intermediate values need memory for one
/// item only. The derivative is zero: it is for measurements by sampling.
///
/// The first inputs have the batch as their first axis and are cut into items [1, …]; the others are shared.
struct BatchMap: Operation {
  private let itemInputs: [Node]
  private let sharedInputs: [Node]
  private let result: Node

  init(itemInputs: [Node], sharedInputs: [Node], result: Node) {
    precondition(result.shape[0] == 1, "an item's result is [1, …], not \(result.shape)")
    self.itemInputs = itemInputs
    self.sharedInputs = sharedInputs
    self.result = result
  }

  /// The item's graph is this map's own, so maps are never equal to each other.
  var signature: String { "batch map \(ObjectIdentifier(result.graph))" }

  func resultShape(of inputs: [Shape]) -> Shape {
    Shape([inputs[0][0]] + result.shape.dimensions.dropFirst())
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { inputs.map { _ in nil } }

  func kernel<S: Scalar>(inputs: [Operand<S>], result out: Operand<S>) -> () -> Void {
    let program = Program<S>(outputs: [result] + itemInputs + sharedInputs)
    let items = zip(itemInputs, inputs).map { (program.values(of: $0), $1.pointer) }
    let shared = zip(sharedInputs, inputs.dropFirst(itemInputs.count)).map {
      (program.values(of: $0), $1.pointer)
    }
    let value = program.values(of: result)
    let batch = out.shape[0]
    return {
      for (memory, source) in shared { copy(source, to: memory) }
      for item in 0..<batch {
        for (memory, source) in items { copy(source + item * memory.count, to: memory) }
        program.run()
        (out.pointer + item * value.count).update(from: value.baseAddress!, count: value.count)
      }
    }
  }
}

private func copy<S>(_ source: UnsafeMutablePointer<S>, to memory: UnsafeMutableBufferPointer<S>) {
  memory.baseAddress!.update(from: source, count: memory.count)
}

extension Graph {
  /// Applies a graph of its own to every item of a batch, one after another; a constant for the derivative.
  ///
  /// - Parameters:
  ///   - items: nodes [B, …] that are cut into items.
  ///   - shared: nodes that every item sees whole.
  ///   - body: builds the graph of one item from its inputs [1, …] and the shared ones; gives [1, …].
  /// - Returns: the items' results, [B, …].
  public func mapOverBatch(
    _ items: [Node], shared: [Node], _ body: (_ items: [Node], _ shared: [Node]) -> Node
  ) -> Node {
    let graph = Graph()
    let itemInputs = items.map { graph.input(Shape([1] + $0.shape.dimensions.dropFirst())) }
    let sharedInputs = shared.map { graph.input($0.shape) }
    let result = body(itemInputs, sharedInputs)
    return record(
      BatchMap(itemInputs: itemInputs, sharedInputs: sharedInputs, result: result), items + shared)
  }
}
