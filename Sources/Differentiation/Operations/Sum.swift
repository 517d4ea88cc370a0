import Tensors

/// Sum over some axes, which stay with length 1.
struct Sum: Operation {
  /// The result's shape: the input's with length 1 on the summed axes.
  let target: Shape

  var signature: String { "sum to \(target)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    precondition(target.isBroadcastable(to: inputs[0]), "cannot sum \(inputs[0]) to \(target)")
    return target
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [upstream.repeated(to: inputs[0].shape)]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let source = inputs[0].shape
    let loop = StridedLoop(
      shape: source,
      strides: [source.strides(broadcastTo: source), target.strides(broadcastTo: source)])
    let (x, y, count) = (inputs[0].pointer, result.pointer, target.count)
    let sumsInsideRun = loop.innerSteps[1] == 0
    return {
      S.fill(count, 0, y)
      loop.forEachRun { count, offsets in
        let out = y + offsets[1]
        if sumsInsideRun {
          out.pointee += S(S.sum(count, x + offsets[0]))
        } else {
          S.apply(.add, count, out, 1, x + offsets[0], 1, out)
        }
      }
    }
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
    let loop = StridedLoop(
      shape: target,
      strides: [inputs[0].shape.strides(broadcastTo: target), target.strides(broadcastTo: target)])
    let (x, y) = (inputs[0].pointer, result.pointer)
    let repeatsInsideRun = loop.innerSteps[0] == 0
    return {
      loop.forEachRun { count, offsets in
        if repeatsInsideRun {
          S.fill(count, x[offsets[0]], y + offsets[1])
        } else {
          (y + offsets[1]).update(from: x + offsets[0], count: count)
        }
      }
    }
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
    return graph.record(Sum(target: target), [self])
  }

  /// Repeats axes of length 1 to the target's length.
  public func repeated(to target: Shape) -> Node {
    if shape == target { return self }
    if let value = constantValue { return graph.constant(value, target) }
    return graph.record(Repeat(target: target), [self])
  }

  /// The node that this one repeats, if it does.
  var repeatedSource: Node? { operation is Repeat ? inputs[0] : nil }
}
