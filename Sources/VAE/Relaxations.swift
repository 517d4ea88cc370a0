import Differentiation

// Engine specification part 2. Axes are [batch, category, sample, variable] = [B, K, S, V] throughout.

/// Gumbel-Softmax in log space: λ = (log α + g)/τ, log ψ = λ − lse(λ) (Jang 2017; Maddison 2017).
///
/// - Parameters:
///   - logAlpha: [B, K, 1, V].
///   - gumbel: standard Gumbel noise −log(−log u), [B, K, S, V].
/// - Returns: log ψ [B, K, S, V].
public func gumbelSoftmax(logAlpha: Node, gumbel: Node, temperature: Double) -> Node {
  ((logAlpha + gumbel) / temperature).logSoftmax(1)
}

/// softmax₊₊ with δ = 1 in log space: ψₖ = exp(λₖ/τ)/(Σⱼ exp(λⱼ/τ) + 1) for k < K, ψ_K the rest
/// (Potapczynski 2020, section 3). Shifted by max(λ/τ, 0).
///
/// - Parameter lambda: [B, K − 1, S, V].
/// - Returns: log ψ [B, K, S, V].
public func logSoftmaxPlusPlus(lambda: Node, temperature: Double) -> Node {
  (lambda / temperature).padded(axis: 1, before: 0, after: 1).logSoftmax(1)
}

/// IGR-I: κ = μ + exp(ξ)·ε.
///
/// - Parameters:
///   - mu: [B, K − 1, 1, V].
///   - xi: log σ, [B, K − 1, 1, V].
///   - epsilon: standard normal noise [B, K − 1, S, V].
/// - Returns: κ [B, K − 1, S, V].
public func igrSample(mu: Node, xi: Node, epsilon: Node) -> Node {
  mu + xi.exp() * epsilon
}
