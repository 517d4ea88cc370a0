import Tensors

/// A function of two elements. Axes of length 1 are repeated to the other operand's length; ranks agree.
struct Binary: Operation {
  let function: BinaryFunction

  var signature: String { "\(function)" }
  var mayOverwriteInput: Bool { true }

  func resultShape(of inputs: [Shape]) -> Shape {
    guard let shape = Shape.broadcasting(inputs[0], inputs[1]) else {
      preconditionFailure("\(function): shapes \(inputs[0]) and \(inputs[1]) do not fit")
    }
    return shape
  }

  /// The table of derivatives: a and b are the inputs, y the result, g the upstream gradient.
  func derivatives(inputs: [Node], result y: Node, upstream g: Node) -> [Node?] {
    let (a, b) = (inputs[0], inputs[1])
    let (da, db): (Node, Node?) =
      switch function {
      case .add: (g, g)
      case .subtract: (g, -g)
      case .multiply: (g * b, g * a)
      case .divide: (g / b, -(g * y / b))
      // At a tie the whole gradient goes to b, so that max(x, c) has slope 0 where x = c.
      case .maximum: (g * (a - b).step(), g * (1 - (a - b).step()))
      case .addThenRelu: (.gate(g, y), .gate(g, y))
      case .gate: (.gate(g, b), nil)
      }
    return [da.summed(to: a.shape), db?.summed(to: b.shape)]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let strides = [inputs[0], inputs[1], result].map { $0.shape.strides(broadcastTo: result.shape) }
    let loop = StridedLoop(shape: result.shape, strides: strides)
    let (a, b, out) = (inputs[0].pointer, inputs[1].pointer, result.pointer)
    if loop.runCount < Self.shortRun, loop.runCount < result.shape.count {
      return blockwiseKernel(a, b, out, shape: result.shape, strides: strides)
    }
    let (aStep, bStep) = (loop.innerSteps[0], loop.innerSteps[1])
    return {
      loop.forEachRun { count, offsets in
        S.apply(function, count, a + offsets[0], aStep, b + offsets[1], bStep, out + offsets[2])
      }
    }
  }
}

extension Binary {
  /// Runs below this many elements are put together: 20 variables alone do not fill the vectors of a kernel.
  private static var shortRun: Int { 256 }

  /// The result is made in blocks of many runs, for which an operand that is repeated within them is written out.
  private func blockwiseKernel<S: Scalar>(
    _ a: UnsafeMutablePointer<S>, _ b: UnsafeMutablePointer<S>, _ out: UnsafeMutablePointer<S>, shape: Shape,
    strides: [[Int]]
  ) -> () -> Void {
    let blocks = TrailingBlocks(shape, atMost: 8 * Self.shortRun)
    let loop = StridedLoop(shape: Shape(blocks.outer), strides: strides.map { Array($0[..<blocks.axis]) })
    let first = BlockOperand(a, strides: strides[0], blocks)
    let second = BlockOperand(b, strides: strides[1], blocks)
    let (count, lastCount) = (blocks.block.reduce(1, *), blocks.lastBlock.reduce(1, *))
    let last = blocks.count - 1
    return {
      first.prepare()
      second.prepare()
      loop.forEachRun { _, offsets in
        first.prepare(at: offsets[0])
        second.prepare(at: offsets[1])
        for number in 0...last {
          let isLast = number == last
          S.apply(
            function, isLast ? lastCount : count, first.block(number, at: offsets[0], isLast: isLast), 1,
            second.block(number, at: offsets[1], isLast: isLast), 1, out + offsets[2] + number * count)
        }
      }
    }
  }
}

extension Node {
  private static func binary(_ function: BinaryFunction, _ a: Node, _ b: Node) -> Node {
    // A repeated operand need not be written out when the other one already has the full shape.
    if let source = a.repeatedSource, b.repeatedSource == nil, b.shape == a.shape {
      return binary(function, source, b)
    }
    if let source = b.repeatedSource, a.repeatedSource == nil, a.shape == b.shape {
      return binary(function, a, source)
    }
    return a.graph.record(Binary(function: function), [a, b])
  }

  /// True when combining with `other` gives this node's own shape, so that a constant `other` folds away.
  private func covers(_ other: Node) -> Bool { Shape.broadcasting(shape, other.shape) == shape }

  public static func + (a: Node, b: Node) -> Node {
    if let value = b.constantValue, a.covers(b) { return a + value }
    if let value = a.constantValue, b.covers(a) { return b + value }
    return sumOfNeighbours(a, b) ?? binary(.add, a, b)
  }

  public static func - (a: Node, b: Node) -> Node {
    if let value = b.constantValue, a.covers(b) { return a - value }
    if let value = a.constantValue, b.covers(a) { return value - b }
    return binary(.subtract, a, b)
  }

  public static func * (a: Node, b: Node) -> Node {
    if let value = b.constantValue, a.covers(b) { return value * a }
    if let value = a.constantValue, b.covers(a) { return value * b }
    return binary(.multiply, a, b)
  }

  public static func / (a: Node, b: Node) -> Node {
    if let value = b.constantValue, a.covers(b) { return a / value }
    if let value = a.constantValue, b.covers(a) { return value * b.reciprocal() }
    return binary(.divide, a, b)
  }

  /// a where b > 0, else 0: the slope of relu in one pass.
  static func gate(_ a: Node, _ b: Node) -> Node { binary(.gate, a, b) }

  /// x where x > 0, else 0. Of a sum it is one pass with the adding.
  public func relu() -> Node {
    guard let sum = operation as? Binary, sum.function == .add else {
      return graph.record(Unary(function: .relu), [self])
    }
    return graph.record(Binary(function: .addThenRelu), inputs)
  }

  /// The larger of both, element by element.
  public static func maximum(_ a: Node, _ b: Node) -> Node { binary(.maximum, a, b) }

  /// The larger of x and a fixed number.
  public func atLeast(_ bound: Double) -> Node { .maximum(self, graph.constant(bound, shape.withAllOnes)) }

  /// The smaller of x and a fixed number.
  public func atMost(_ bound: Double) -> Node { -(-self).atLeast(-bound) }
}

extension Shape {
  /// The same rank with every length 1.
  var withAllOnes: Shape { Shape(dimensions.map { _ in 1 }) }
}
