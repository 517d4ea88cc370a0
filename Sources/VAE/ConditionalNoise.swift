import Differentiation

// Noise of a relaxed variable given the discrete value that it was rounded to (Tucker 2017, appendix C; Grathwohl 2018,
// appendix B; engine specification part 5). Everything stays in log space: the uniforms of the papers' formulas appear
// as the Gumbel or logistic noise made from them, so that nothing overflows for |log α| up to 80 and beyond.

/// z̃ given that its largest entry is the one b marks: z̃_b = lse(log α) − log(−log v_b), and for k ≠ b
/// z̃ₖ = −log(−log vₖ/αₖ − log v_b/Σα). Exact for log α of any normalisation.
///
/// - Parameters:
///   - vertex: b, one-hot along K, [B, K, S, V].
///   - logAlpha: [B, K, 1, V].
///   - gumbel: −log(−log v), independent of the noise that made b, [B, K, S, V].
/// - Returns: z̃ [B, K, S, V].
func conditionalGumbel(vertex b: Node, logAlpha: Node, gumbel: Node) -> Node {
  let top = logAlpha.logSumExp(1) + (b * gumbel).sum(1)
  // With free = log α + gumbel the formula reads −log(exp(−free) + exp(−top)), taken from the smaller of both.
  let free = logAlpha + gumbel
  let gap = free - top
  let others = -Node.maximum(-free, -top) - (-Node.maximum(gap, -gap)).softplus()
  return b * top + (1 - b) * others
}

/// z̃ given its sign: l + logit v' with v' = v·θ + 1 − θ where b = 1 and v·(1 − θ) where b = 0, θ = sigmoid l. Both are
/// written without θ, whose difference from 1 rounds away:
///
///     b = 1: softplus(l + log v) − log(1 − v),   b = 0: log v − softplus(log(1 − v) − l).
///
/// - Parameters:
///   - bits: b, 0 or 1, [B, K, S, V].
///   - logit: l [B, K, 1, V].
///   - logistic: log v − log(1 − v), independent of the noise that made b, [B, K, S, V].
/// - Returns: z̃ [B, K, S, V].
func conditionalLogistic(bits b: Node, logit: Node, logistic: Node) -> Node {
  let logV = -(-logistic).softplus()
  let logRest = -logistic.softplus()
  let above = (logit + logV).softplus() - logRest
  let below = logV - (logRest - logit).softplus()
  return b * above + (1 - b) * below
}
