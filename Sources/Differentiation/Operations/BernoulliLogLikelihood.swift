import Tensors

/// Σ x·l − softplus(l) over the last axis, which stays with length 1: the log-likelihood of x [B, 1, D] under Bernoulli
/// distributions with logits l [B, S, D].
struct BernoulliLogLikelihood: JointOperation {
  var signature: String { "Bernoulli log-likelihood" }

  func resultShape(of inputs: [Shape]) -> Shape {
    let (x, logits) = (inputs[0], inputs[1])
    precondition(
      x.rank == 3 && logits.rank == 3 && x[0] == logits[0] && x[1] == 1 && x[2] == logits[2],
      "images [B, 1, D] and logits [B, S, D] do not fit: \(x), \(logits)")
    return [logits[0], logits[1], 1]
  }

  /// With g the upstream gradient: l·g and (x − sigmoid l)·g.
  func derivatives(inputs: [Node], result: Node, upstream g: Node) -> [Node?] {
    let (x, logits) = (inputs[0], inputs[1])
    return [(g * logits).summed(to: x.shape), g * (x - logits.sigmoid())]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    kernel(inputs: inputs, result: result, sigmoids: nil)
  }

  /// The sigmoids of the logits, which the gradient needs and which share their exponentials.
  func partner(inputs: [Int]) -> (operation: any Operation, inputs: [Int]) {
    (Unary(function: .sigmoid), [inputs[1]])
  }

  func jointKernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>, partnerResult: Operand<S>) -> () ->
    Void
  {
    kernel(inputs: inputs, result: result, sigmoids: partnerResult.pointer)
  }

  private func kernel<S: Scalar>(
    inputs: [Operand<S>], result: Operand<S>, sigmoids: UnsafeMutablePointer<S>?
  ) -> () -> Void {
    let (x, logits, y) = (inputs[0].pointer, inputs[1].pointer, result.pointer)
    let (images, samples, count) = (inputs[1].shape[0], inputs[1].shape[1], inputs[1].shape[2])
    return {
      S.bernoulliLogLikelihood(
        rows: images * samples, samples: samples, count: count, x, logits: logits, y, sigmoids: sigmoids)
    }
  }
}

extension Node {
  /// Log-likelihood of x [B, 1, D] under Bernoulli distributions with logits [B, S, D], summed over D: [B, S, 1]. Stable
  /// for logits up to 80 and beyond.
  public static func bernoulliLogLikelihood(_ x: Node, logits: Node) -> Node {
    x.graph.record(BernoulliLogLikelihood(), [x, logits])
  }
}
