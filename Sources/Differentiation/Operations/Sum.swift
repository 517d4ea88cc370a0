import Tensors

/// Sum over neighbouring axes, which stay with length 1. Added up in Float64, so that sums over tens of thousands of
/// rows are as good as short ones.
struct Sum: Operation {
  /// The result's shape: the input's with length 1 on the summed axes.
  let target: Shape

  var signature: String { "sum to \(target)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    precondition(target.isBroadcastable(to: inputs[0]), "cannot sum \(inputs[0]) to \(target)")
    precondition(inputs[0].groupsOfAxes(summedTo: target).count == 1, "\(inputs[0]) to \(target) is two sums")
    return target
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [upstream.repeated(to: inputs[0].shape)]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let source = inputs[0].shape
    let axes = source.groupsOfAxes(summedTo: target)[0]
    let outer = source.dimensions[..<axes.lowerBound].reduce(1, *)
    let rows = source.dimensions[axes].reduce(1, *)
    let inner = source.dimensions[axes.upperBound...].reduce(1, *)
    let (x, y) = (inputs[0].pointer, result.pointer)
    if inner == 1 {
      return { for index in 0..<outer { y[index] = S(S.sum(rows, x + index * rows)) } }
    }
    return { S.sumRows(outer: outer, rows: rows, columns: inner, x, y) }
  }
}

extension Shape {
  /// The axes that a sum to `target` removes, neighbours together; axes of length 1 separate nobody.
  fileprivate func groupsOfAxes(summedTo target: Shape) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var isOpen = false
    for axis in 0..<rank where self[axis] != 1 {
      let isSummed = target[axis] == 1
      if isSummed {
        if isOpen {
          groups[groups.count - 1] = groups[groups.count - 1].lowerBound..<axis + 1
        } else {
          groups.append(axis..<axis + 1)
        }
      }
      isOpen = isSummed
    }
    return groups
  }
}

/// Repeats axes of length 1.
struct Repeat: Operation {
  let target: Shape

  var signature: String { "repeat to \(target)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    precondition(inputs[0].isBroadcastable(to: target), "cannot repeat \(inputs[0]) to \(target)")
    return target
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [upstream.summed(to: inputs[0].shape)]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let expansion = Expansion(
      of: inputs[0].shape.strides(broadcastTo: target), to: target.dimensions)
    let (x, y) = (inputs[0].pointer, result.pointer)
    return { expansion.write(x, to: y) }
  }
}

extension Node {
  /// Sum over `axes`; they stay with length 1.
  public func sum(_ axes: Int...) -> Node {
    var dimensions = shape.dimensions
    for axis in axes { dimensions[axis] = 1 }
    return summed(to: Shape(dimensions))
  }

  /// Mean over `axes`; they stay with length 1.
  public func mean(_ axes: Int...) -> Node {
    var dimensions = shape.dimensions
    for axis in axes { dimensions[axis] = 1 }
    let total = summed(to: Shape(dimensions))
    return total / Double(shape.count / total.shape.count)
  }

  /// Sum over every axis on which `target` has length 1.
  func summed(to target: Shape) -> Node {
    if shape == target { return self }
    if let value = constantValue { return graph.constant(value * Double(shape.count / target.count), target) }
    // The innermost of several groups of axes goes first.
    let groups = shape.groupsOfAxes(summedTo: target)
    guard groups.count > 1, let last = groups.last else { return graph.record(Sum(target: target), [self]) }
    var dimensions = shape.dimensions
    for axis in last { dimensions[axis] = 1 }
    return summed(to: Shape(dimensions)).summed(to: target)
  }

  /// Repeats axes of length 1 to the target's length.
  public func repeated(to target: Shape) -> Node {
    if shape == target { return self }
    if let value = constantValue { return graph.constant(value, target) }
    if operation is Repeat { return inputs[0].repeated(to: target) }
    return graph.record(Repeat(target: target), [self])
  }

  /// The node that this one repeats, if it does.
  var repeatedSource: Node? { operation is Repeat ? inputs[0] : nil }
}
