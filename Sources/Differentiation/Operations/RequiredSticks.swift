import Tensors

/// How many pieces of a broken stick cover it up to a threshold, over a batch (engine specification part 2, IGR-SB).
///
/// Input: pieces λ [batch, category − 1, sample, variable]. Each (batch, sample, variable) counts the pieces whose
/// cumulative sum stays at or below the threshold, at least 1; each (batch, sample) takes its largest count over the
/// variables; the first number of the result [2] is the nearest-rank percentile of those: the smallest count that at
/// least that share of them does not exceed. The second is the share of (batch, sample, variable) whose pieces all
/// together stay at or below the threshold. The derivative is zero.
struct RequiredSticks: Operation {
  let threshold: Double
  /// 0 … 100; 100 is the maximum.
  let percentile: Double

  var signature: String { "required sticks \(threshold) \(percentile)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    precondition(inputs[0].rank == 4, "pieces are [B, K−1, S, V]: \(inputs[0])")
    return [2]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [nil] }

  @_specialize(where S == Float)
  @_specialize(where S == Double)
  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let shape = inputs[0].shape
    let (batch, sticks, samples, variables) = (shape[0], shape[1], shape[2], shape[3])
    let (weights, out) = (inputs[0].pointer, result.pointer)
    let (step, items) = (samples * variables, batch * samples)
    let rank = min(max(Int((percentile * Double(items) / 100).rounded(.up)), 1), items)
    let (threshold, all) = (threshold, S(sticks))
    // How many items need 0, 1, …, K − 1 pieces.
    let histogram = Storage<Double>(count: sticks + 1)
    let counts = Storage<S>(count: items * variables)
    return {
      Double.fill(sticks + 1, 0, histogram.pointer)
      var unmet = 0
      S.countRows(outer: batch, rows: sticks, inner: step, within: threshold, weights, counts.pointer)
      for item in 0..<items {
        let ofItem = counts.pointer + item * variables
        for variable in 0..<variables where ofItem[variable] == all { unmet += 1 }
        histogram.pointer[max(1, Int(S.maximum(variables, ofItem)))] += 1
      }
      var (required, passed) = (0, 0.0)
      while Int(passed) < rank {
        required += 1
        passed += histogram.pointer[required]
      }
      out[0] = S(required)
      out[1] = S(Double(unmet) / Double(items * variables))
    }
  }
}

extension Node {
  /// How many pieces of a broken stick cover it up to a threshold, by the nearest-rank percentile over batch and
  /// samples of the largest count over the variables.
  ///
  /// - Parameters:
  ///   - weights: pieces without the remainder, [B, K − 1, S, V].
  ///   - percentile: 0 … 100; 100 is the maximum.
  /// - Returns: the number, shape [], and the share of (b, s, v) whose K − 1 pieces together stay at or below the
  ///   threshold, shape [].
  public static func requiredSticks(
    weights: Node, threshold: Double, percentile: Double
  ) -> (count: Node, unmetShare: Node) {
    let both = weights.graph.record(RequiredSticks(threshold: threshold, percentile: percentile), [weights])
    return (both.slice(axis: 0, 0..<1).reshaped([]), both.slice(axis: 0, 1..<2).reshaped([]))
  }
}
