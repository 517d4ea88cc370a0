import Tensors

/// Arrays one after another along one axis.
struct Concatenation: Operation {
  let axis: Int
  var signature: String { "concatenation \(axis)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    var dimensions = inputs[0].dimensions
    dimensions[axis] = inputs.reduce(0) { $0 + $1[axis] }
    for input in inputs {
      var other = input.dimensions
      other[axis] = dimensions[axis]
      precondition(other == dimensions, "cannot put \(inputs) one after another along axis \(axis)")
    }
    return Shape(dimensions)
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    var start = 0
    return inputs.map { input in
      defer { start += input.shape[axis] }
      return upstream.slice(axis: axis, start..<start + input.shape[axis])
    }
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let blocks = AxisBlocks(result.shape, axis: axis)
    let y = result.pointer
    let sources = inputs.map { (pointer: $0.pointer, count: $0.shape[axis] * blocks.inner) }
    return {
      var place = y
      for outer in 0..<blocks.outer {
        for source in sources {
          place.update(from: source.pointer + outer * source.count, count: source.count)
          place += source.count
        }
      }
    }
  }
}

extension Node {
  /// The nodes' elements one after another along `axis`; their other axes agree.
  public static func concatenated(_ nodes: [Node], axis: Int) -> Node {
    if nodes.count == 1 { return nodes[0] }
    return nodes[0].graph.record(Concatenation(axis: axis), nodes)
  }
}
