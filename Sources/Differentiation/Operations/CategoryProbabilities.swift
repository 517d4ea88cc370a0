import Tensors

/// The probability that category k wins under softmax₊₊ of independent Gaussians (engine specification part 3):
///
///     P(k) = ∫₀^∞ N(t; μₖ, σₖ)·Π_{j≠k} Φ((t − μⱼ)/σⱼ) dt   for k < K,
///     P(K) = Π_j Φ(−μⱼ/σⱼ),
///
/// by Gauss–Legendre quadrature in log space. All k share one grid per variable, whose panels are as wide as the
/// narrowest Gaussian that is not yet left behind allows: about 30 nodes where the widths are alike, more only
/// where they differ. Inputs μ, σ [batch, category − 1, 1, variable]; result [batch, category, 1, variable].
/// The derivative has no derivative of its own; nothing needs one.
struct CategoryProbabilities: Operation {
  var signature: String { "category probabilities" }

  func resultShape(of inputs: [Shape]) -> Shape {
    let mu = inputs[0]
    precondition(mu.rank == 4 && mu[2] == 1 && inputs[1] == mu, "μ and σ are [B, K−1, 1, V]: \(inputs)")
    return [mu[0], mu[1] + 1, 1, mu[3]]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    let graph = result.graph
    let both = graph.record(CategoryProbabilitiesGradient(), inputs + [upstream])
    let sticks = inputs[0].shape[1]
    return [both.slice(axis: 1, 0..<sticks), both.slice(axis: 1, sticks..<2 * sticks)]
  }

  @_specialize(where S == Float)
  @_specialize(where S == Double)
  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let shape = inputs[0].shape
    let (batch, sticks, variables) = (shape[0], shape[1], shape[3])
    let (mu, sigma, out) = (inputs[0].pointer, inputs[1].pointer, result.pointer)
    let grid = QuadratureGrid<S>(sticks: sticks)
    return {
      for item in 0..<batch {
        for variable in 0..<variables {
          let first = item * sticks * variables + variable
          let last = grid.evaluate(mu: mu + first, sigma: sigma + first, step: variables)
          let target = out + item * (sticks + 1) * variables + variable
          for k in 0..<sticks { target[k * variables] = grid.probability(of: k) }
          target[sticks * variables] = last
        }
      }
    }
  }
}

/// Gradients of Σ P·upstream with respect to μ and σ: [batch, 2·(category − 1), 1, variable], μ's first.
private struct CategoryProbabilitiesGradient: Operation {
  var signature: String { "gradient of category probabilities" }

  func resultShape(of inputs: [Shape]) -> Shape {
    [inputs[0][0], 2 * inputs[0][1], 1, inputs[0][3]]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    preconditionFailure("the quadrature of the category probabilities has no second derivative")
  }

  @_specialize(where S == Float)
  @_specialize(where S == Double)
  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let shape = inputs[0].shape
    let (batch, sticks, variables) = (shape[0], shape[1], shape[3])
    let (mu, sigma, upstream, out) = (inputs[0].pointer, inputs[1].pointer, inputs[2].pointer, result.pointer)
    let grid = QuadratureGrid<S>(sticks: sticks)
    return {
      for item in 0..<batch {
        for variable in 0..<variables {
          let first = item * sticks * variables + variable
          let last = grid.evaluate(mu: mu + first, sigma: sigma + first, step: variables)
          let g = upstream + item * (sticks + 1) * variables + variable
          let target = out + item * 2 * sticks * variables + variable
          grid.writeSlopes(
            upstream: g, step: variables, lastTerm: g[sticks * variables] * last, mu: target,
            sigma: target + sticks * variables)
        }
      }
    }
  }
}

/// Nodes, weights and integrand values for one variable, in memory that is reused for the next.
private final class QuadratureGrid<S: Scalar> {
  private let sticks: Int
  private let mu: Storage<S>
  private let sigma: Storage<S>
  private let nodes: Storage<S>
  private let weights: Storage<S>
  /// [stick, node]: (t − μ)/σ, log Φ of it, and weight · integrand. Behind them, one for each stick, −μ/σ and log Φ of it,
  /// for the last category.
  private let standardized: Storage<S>
  private let logCDF: Storage<S>
  private let mass: Storage<S>
  private let logProduct: Storage<S>
  private let total: Storage<S>
  private var count = 0

  /// Gaussians end here, in standard deviations: Φ(−6) is 1e-9.
  private static var reach: S { 6 }
  /// Densities farther out are 0 in both precisions, and Φ is 0 or 1. Without this bound squares overflow, and φ/Φ
  /// becomes a quotient of rounding errors, wherever a wide Gaussian meets a narrow one.
  private static var farthest: S { 40 }
  /// Panel width in standard deviations of the narrowest Gaussian in sight: five panels for a Gaussian alone. With 10
  /// nodes each, the probabilities of 50 equal Gaussians, whose product of Φ is the steepest, sum to 1 within 1e-5.
  private static var panelWidth: S { 2.4 }
  /// A narrower Gaussian, relative to its place, could not be told from a point in Float32; it is taken this wide.
  private static var narrowest: S { 1e-5 }
  /// 10-point Gauss–Legendre rule on [−1, 1] (Abramowitz & Stegun 25.4.30): the positive half.
  private static var rule: [(node: Double, weight: Double)] {
    [
      (0.148874338981631210884826001130, 0.295524224714752870173815619189),
      (0.433395394129247190799265943166, 0.269266719309996355091226921569),
      (0.679409568299024406234327365115, 0.219086362515982043995534934228),
      (0.865063366688984510732096688423, 0.149451349150580593145863397658),
      (0.973906528517171720077964012084, 0.066671344308688137593568809893),
    ]
  }
  private let rule: [(node: S, weight: S)]

  init(sticks: Int) {
    self.sticks = sticks
    // Every Gaussian is in sight over at most 2·reach of its own widths, so it can force at most this many panels.
    let panels = sticks * (Int(2 * Self.reach / Self.panelWidth) + 1) + 1
    rule = Self.rule.flatMap { [(S(-$0.node), S($0.weight)), (S($0.node), S($0.weight))] }
    let capacity = panels * rule.count
    mu = Storage(count: sticks)
    sigma = Storage(count: sticks)
    nodes = Storage(count: capacity)
    weights = Storage(count: capacity)
    logProduct = Storage(count: capacity)
    total = Storage(count: capacity)
    let masses = sticks * (capacity + 1) + 32
    standardized = Storage(count: masses)
    logCDF = Storage(count: masses)
    mass = Storage(count: masses)
  }

  /// Places the nodes and evaluates all integrands.
  ///
  /// - Returns: P(K), the probability of the extra category.
  @inline(__always)
  func evaluate(mu muSource: UnsafePointer<S>, sigma sigmaSource: UnsafePointer<S>, step: Int) -> S {
    var lower: S = 0
    var upper: S = 0
    for k in 0..<sticks {
      let m = muSource[k * step]
      let s = max(sigmaSource[k * step], Self.narrowest * max(1, abs(m)))
      mu.pointer[k] = m
      sigma.pointer[k] = s
      lower = max(lower, m - Self.reach * s)
      upper = max(upper, m + Self.reach * s)
    }
    placeNodes(from: lower, to: upper)
    S.gaussianMasses(
      sticks: sticks, nodes: count, at: nodes.pointer, weights: weights.pointer, mu: mu.pointer,
      sigma: sigma.pointer, farthest: Self.farthest, z: standardized.pointer, logCDF: logCDF.pointer,
      logProduct: logProduct.pointer, mass: mass.pointer)
    var last = S(S.sum(sticks, logCDF.pointer + sticks * count))
    withUnsafeMutablePointer(to: &last) { S.apply(.exp, 1, $0, $0) }
    return last
  }

  private func placeNodes(from lower: S, to upper: S) {
    count = 0
    var start = lower
    while start < upper {
      var width = upper - start
      for k in 0..<sticks where start < mu.pointer[k] + Self.reach * sigma.pointer[k] {
        width = min(width, Self.panelWidth * sigma.pointer[k])
      }
      let end = start + width
      // A width below the rounding of `start` would never end.
      guard end > start, count + rule.count <= nodes.count else { return }
      for (node, weight) in rule {
        nodes.pointer[count] = start + width * (node + 1) / 2
        weights.pointer[count] = weight * width / 2
        count += 1
      }
      start = end
    }
  }

  @inline(__always)
  func probability(of k: Int) -> S { S(S.sum(count, mass.pointer + k * count)) }

  /// Gradients with respect to μ and σ of what was evaluated last, for upstream gradients g; what was evaluated is used up.
  ///
  /// - Parameter lastTerm: upstream gradient of P(K) times P(K).
  @inline(__always)
  func writeSlopes(
    upstream g: UnsafePointer<S>, step: Int, lastTerm: S, mu muSlopes: UnsafeMutablePointer<S>,
    sigma sigmaSlopes: UnsafeMutablePointer<S>
  ) {
    S.gaussianMassSlopes(
      sticks: sticks, nodes: count, sigma: sigma.pointer, z: standardized.pointer, logCDF: logCDF.pointer,
      mass: mass.pointer, upstream: g, lastTerm: lastTerm, step: step, total: total.pointer, mu: muSlopes,
      sigma: sigmaSlopes)
  }
}

extension Node {
  /// The probabilities of the K categories of softmax₊₊ of Gaussians with these means and standard deviations
  /// [batch, category − 1, 1, variable] → [batch, category, 1, variable].
  public static func categoryProbabilities(mu: Node, sigma: Node) -> Node {
    mu.graph.record(CategoryProbabilities(), [mu, sigma])
  }
}
