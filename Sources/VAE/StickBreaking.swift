import Differentiation

// Engine specification part 2, IGR-SB-Finite and IGR-SB. Axes are [batch, category, sample, variable] = [B, K, S, V].

/// Stick-breaking: λₖ = ηₖ·Πⱼ₍ⱼ<ₖ₎(1 − ηⱼ), then the remainder Πⱼ(1 − ηⱼ).
///
/// - Parameter eta: fractions in [0, 1], 0 and 1 included; [B, K − 1, S, V].
/// - Returns: K − 1 weights, then the remainder: [B, K, S, V].
public func stickBreaking(_ eta: Node) -> Node { .stickBreaking(eta) }

/// λ of IGR-SB: stick-breaking of η = sigmoid(κ), without the remainder.
///
/// - Parameter kappa: [B, K − 1, S, V].
/// - Returns: [B, K − 1, S, V].
public func stickBreakingWeights(kappa: Node) -> Node {
  stickBreaking(kappa.sigmoid()).slice(axis: 1, 0..<kappa.shape[1])
}

/// How a stick broken infinitely often is cut to a finite number of pieces (engine specification part 2, IGR-SB).
public struct Truncation: Hashable, Sendable {
  public enum Option: Hashable, Sendable {
    /// The nearest-rank percentile, 0 … 100, of the items' counts.
    case quantile(Double)
    /// The largest of the items' counts.
    case maximum
  }

  public var option: Option
  /// Pieces count as long as their cumulative sum stays at or below this.
  public var threshold: Double

  public init(option: Option, threshold: Double) {
    self.option = option
    self.threshold = threshold
  }

  /// How many sticks a batch needs: n_required, at least 1.
  ///
  /// An item's count is the largest over its variables; items are (batch, sample).
  ///
  /// - Parameter lambda: weights without the remainder, [B, K − 1, S, V].
  /// - Returns: n, shape [], and the share of (b, s, v) whose K − 1 weights together stay at or below the threshold,
  ///   shape []: above 0, the result is truncated too early ("raise latent_discrete_n").
  public func requiredSticks(lambda: Node) -> (count: Node, unmetShare: Node) {
    let percentile =
      switch option {
      case .quantile(let percentile): percentile
      case .maximum: 100.0
      }
    return Node.requiredSticks(weights: lambda, threshold: threshold, percentile: percentile)
  }
}

/// log ψ of a category that does not take part. Finite, so that masks can be multiplied by it; its exponential is 0.
let logOfZero = -1e30

/// softmax₊₊ of the first n sticks in log space: the extra category stands right after the last kept stick, and every
/// later category has ψ = 0 exactly.
///
/// - Parameters:
///   - lambda: [B, K − 1, S, V].
///   - n: how many sticks are kept, 1 … K − 1; shape [].
/// - Returns: log ψ [B, K, S, V].
public func truncatedLogSoftmaxPlusPlus(lambda: Node, required n: Node, temperature: Double) -> Node {
  let categories = lambda.shape[1] + 1
  let kept = Node.prefixMask(n, length: categories)
  let taking = Node.prefixMask(n, offset: 1, length: categories)
  let logits = (lambda / temperature).padded(axis: 1, before: 0, after: 1) * kept
  return (logits - logOfZero * (taking - 1)).logSoftmax(1)
}
