import Tensors

/// Pieces of a stick: λₖ = ηₖ·Πⱼ₍ⱼ<ₖ₎(1 − ηⱼ), then the remainder Πⱼ(1 − ηⱼ) (Sethuraman 1994).
///
/// Input η [batch, category − 1, sample, variable], result [batch, category, sample, variable]. The derivative divides
/// by nothing, so sticks of exactly 0 and 1 have one; it has no derivative of its own, and nothing needs one.
struct StickBreaking: Operation {
  var signature: String { "stick breaking" }

  func resultShape(of inputs: [Shape]) -> Shape {
    let eta = inputs[0]
    precondition(eta.rank == 4, "sticks are [B, K−1, S, V]: \(eta)")
    return [eta[0], eta[1] + 1, eta[2], eta[3]]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [result.graph.record(StickBreakingGradient(), [inputs[0], upstream])]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let blocks = AxisBlocks(inputs[0].shape, axis: 1)
    let (eta, out) = (inputs[0].pointer, result.pointer)
    return { S.stickBreaking(outer: blocks.outer, sticks: blocks.length, inner: blocks.inner, eta, out) }
  }
}

/// Gradient of Σ λ·g with respect to η, g the upstream gradient of pieces and remainder:
/// with Rₖ = Πⱼ₍ⱼ<ₖ₎(1 − ηⱼ) and, from the remainder's g down, Gₖ = gₖ·ηₖ + Gₖ₊₁·(1 − ηₖ): dηₖ = Rₖ·(gₖ − Gₖ₊₁).
private struct StickBreakingGradient: Operation {
  var signature: String { "gradient of stick breaking" }
  func resultShape(of inputs: [Shape]) -> Shape { inputs[0] }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    preconditionFailure("stick breaking has no second derivative")
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let blocks = AxisBlocks(inputs[0].shape, axis: 1)
    let (eta, upstream, out) = (inputs[0].pointer, inputs[1].pointer, result.pointer)
    return {
      S.stickBreakingGradient(
        outer: blocks.outer, sticks: blocks.length, inner: blocks.inner, eta, upstream: upstream, out)
    }
  }
}

extension Node {
  /// Pieces of a stick broken at fractions η, then what remains of it.
  ///
  /// - Parameter eta: fractions in [0, 1], [B, K − 1, S, V].
  /// - Returns: [B, K, S, V], summing to 1 over K.
  public static func stickBreaking(_ eta: Node) -> Node { eta.graph.record(StickBreaking(), [eta]) }
}
