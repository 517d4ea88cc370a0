import Tensors

extension Graph {
  /// Adds the nodes of the gradient of Σ y·cotangent, by reverse accumulation.
  ///
  /// - Parameters:
  ///   - y: what is differentiated.
  ///   - cotangent: weights of y's elements, of y's shape; nil means ones.
  ///   - inputs: with respect to which nodes.
  /// - Returns: one node per input, of its shape; a constant zero where y does not depend on it.
  public func gradients(of y: Node, cotangent: Node? = nil, withRespectTo inputs: [Node]) -> [Node] {
    precondition(cotangent.map { $0.shape == y.shape } ?? true, "the cotangent has y's shape")
    // Only nodes on a path from an input to y get a gradient.
    var depends = [Bool](repeating: false, count: y.index + 1)
    for input in inputs where input.index <= y.index { depends[input.index] = true }
    for index in 0...y.index where !depends[index] {
      depends[index] = entries[index].inputs.contains { depends[$0] }
    }
    var gradients: [Int: Node] = [y.index: cotangent ?? constant(1, y.shape)]
    let wanted = Set(inputs.map(\.index))
    for index in (0...y.index).reversed() where depends[index] {
      guard let upstream = gradients[index] else { continue }
      if !wanted.contains(index) { gradients[index] = nil }
      let node = Node(graph: self, index: index)
      let sources = node.inputs
      for (source, part) in zip(
        sources, node.operation.derivatives(inputs: sources, result: node, upstream: upstream))
      where depends[source.index] {
        guard let part else { continue }
        precondition(
          part.shape == source.shape, "\(node.operation.signature): \(part.shape) for \(source.shape)")
        gradients[source.index] = gradients[source.index].map { $0 + part } ?? part
      }
    }
    return inputs.map { gradients[$0.index] ?? constant(0, $0.shape) }
  }
}
