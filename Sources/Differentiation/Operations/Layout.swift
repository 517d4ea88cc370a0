import Tensors

/// The same elements under another shape.
struct Reshape: Operation {
  let target: Shape
  var signature: String { "reshape \(target)" }
  var isAlias: Bool { true }

  func resultShape(of inputs: [Shape]) -> Shape {
    precondition(inputs[0].count == target.count, "cannot reshape \(inputs[0]) to \(target)")
    return target
  }
  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [upstream.reshaped(inputs[0].shape)]
  }
  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void { {} }
}

/// Axes in another order: result axis i is input axis `order[i]`.
struct Transpose: Operation {
  let order: [Int]
  var signature: String { "transpose \(order)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    precondition(
      order.sorted() == Array(0..<inputs[0].rank), "\(order) is no order of the axes of \(inputs[0])")
    return Shape(order.map { inputs[0][$0] })
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    var inverse = order
    for (axis, source) in order.enumerated() { inverse[source] = axis }
    return [upstream.transposed(inverse)]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let own = inputs[0].shape.strides(broadcastTo: inputs[0].shape)
    let loop = StridedLoop(
      shape: result.shape, strides: [order.map { own[$0] }, result.shape.strides(broadcastTo: result.shape)])
    let (x, y) = (inputs[0].pointer, result.pointer)
    return {
      loop.forEachRun { count, offsets in (y + offsets[1]).update(from: x + offsets[0], count: count) }
    }
  }
}

/// A range along one axis.
struct Slice: Operation {
  let axis: Int
  let range: Range<Int>
  var signature: String { "slice \(axis) \(range)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= inputs[0][axis], "\(range) is outside \(inputs[0])")
    var dimensions = inputs[0].dimensions
    dimensions[axis] = range.count
    return Shape(dimensions)
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    let length = inputs[0].shape[axis]
    return [upstream.padded(axis: axis, before: range.lowerBound, after: length - range.upperBound)]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let blocks = AxisBlocks(inputs[0].shape, axis: axis)
    let (x, y) = (inputs[0].pointer + range.lowerBound * blocks.inner, result.pointer)
    let count = range.count * blocks.inner
    return {
      for outer in 0..<blocks.outer {
        (y + outer * count).update(from: x + outer * blocks.perOuter, count: count)
      }
    }
  }
}

/// Zeros before and after along one axis.
struct Pad: Operation {
  let axis: Int
  let before: Int
  let after: Int
  var signature: String { "pad \(axis) \(before) \(after)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    var dimensions = inputs[0].dimensions
    dimensions[axis] += before + after
    return Shape(dimensions)
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [upstream.slice(axis: axis, before..<before + inputs[0].shape[axis])]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let blocks = AxisBlocks(result.shape, axis: axis)
    let (x, y) = (inputs[0].pointer, result.pointer)
    let count = inputs[0].shape[axis] * blocks.inner
    let (zerosBefore, zerosAfter) = (before * blocks.inner, after * blocks.inner)
    return {
      for outer in 0..<blocks.outer {
        let row = y + outer * blocks.perOuter
        S.fill(zerosBefore, 0, row)
        (row + zerosBefore).update(from: x + outer * count, count: count)
        S.fill(zerosAfter, 0, row + zerosBefore + count)
      }
    }
  }
}

/// A shape seen from one axis: [outer, length, inner].
struct AxisBlocks {
  let outer: Int
  let length: Int
  let inner: Int
  var perOuter: Int { length * inner }

  init(_ shape: Shape, axis: Int) {
    outer = shape.dimensions[..<axis].reduce(1, *)
    length = shape[axis]
    inner = shape.dimensions[(axis + 1)...].reduce(1, *)
  }
}

extension Node {
  public func reshaped(_ target: Shape) -> Node {
    if shape == target { return self }
    if let value = constantValue { return graph.constant(value, target) }
    if operation is Reshape { return inputs[0].reshaped(target) }
    return graph.record(Reshape(target: target), [self])
  }

  /// Axes in another order: axis i of the result is axis `order[i]` of this node.
  public func transposed(_ order: [Int]) -> Node {
    // Moving axes of length 1 moves no memory.
    let moved = order.filter { shape[$0] != 1 }
    if moved == moved.sorted() { return reshaped(Shape(order.map { shape[$0] })) }
    return graph.record(Transpose(order: order), [self])
  }

  /// The elements of `range` along `axis`.
  public func slice(axis: Int, _ range: Range<Int>) -> Node {
    if range == 0..<shape[axis] { return self }
    return graph.record(Slice(axis: axis, range: range), [self])
  }

  /// The sum of two parts of one array, each padded with zeros, that lie side by side: nothing needs to be added. Nil where
  /// they do not. Gradients of the slices of one node are such sums.
  static func sumOfNeighbours(_ a: Node, _ b: Node) -> Node? {
    guard let one = a.operation as? Pad, let other = b.operation as? Pad, one.axis == other.axis,
      a.shape == b.shape
    else { return nil }
    let (first, second, before, after) =
      one.before < other.before
      ? (a.inputs[0], b.inputs[0], one.before, other.after)
      : (b.inputs[0], a.inputs[0], other.before, one.after)
    let axis = one.axis
    guard before + first.shape[axis] + second.shape[axis] + after == a.shape[axis] else { return nil }
    return concatenated([first, second], axis: axis).padded(axis: axis, before: before, after: after)
  }

  /// Zeros before and after along `axis`.
  public func padded(axis: Int, before: Int, after: Int) -> Node {
    if before == 0, after == 0 { return self }
    return graph.record(Pad(axis: axis, before: before, after: after), [self])
  }
}
