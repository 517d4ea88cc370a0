import Tensors

/// The probability that category k wins under softmax₊₊ of independent Gaussians (engine specification part 3):
///
///     P(k) = ∫₀^∞ N(t; μₖ, σₖ)·Π_{j≠k} Φ((t − μⱼ)/σⱼ) dt   for k < K,
///     P(K) = Π_j Φ(−μⱼ/σⱼ),
///
/// by Gauss–Legendre quadrature in log space. All k share one grid per variable, whose panels are as wide as the
/// narrowest Gaussian that is not yet left behind allows: 30 to 60 nodes where the widths are alike, more only
/// where they differ. Inputs μ, σ [batch, category − 1, 1, variable]; result [batch, category, 1, variable].
/// The derivative has no derivative of its own; nothing needs one.
struct CategoryProbabilities: JointOperation {
  var signature: String { "category probabilities" }

  func resultShape(of inputs: [Shape]) -> Shape {
    let mu = inputs[0]
    precondition(mu.rank == 4 && mu[2] == 1 && inputs[1] == mu, "μ and σ are [B, K−1, 1, V]: \(inputs)")
    return [mu[0], mu[1] + 1, 1, mu[3]]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    let graph = result.graph
    let kept = graph.record(QuadratureMasses(), inputs)
    let both = graph.record(CategoryProbabilitiesGradient(), inputs + [upstream, kept])
    let sticks = inputs[0].shape[1]
    return [both.slice(axis: 1, 0..<sticks), both.slice(axis: 1, sticks..<2 * sticks)]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    quadratureKernel(inputs: inputs, probabilities: result, kept: nil)
  }

  /// Where a gradient is wanted, the integrands are kept for it.
  func partner(inputs: [Int]) -> (operation: any Operation, inputs: [Int]) { (QuadratureMasses(), inputs) }

  func jointKernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>, partnerResult: Operand<S>) -> () ->
    Void
  {
    quadratureKernel(inputs: inputs, probabilities: result, kept: partnerResult)
  }
}

/// Evaluates the integrands of every variable, for the probabilities, for their gradient, or for both.
@_specialize(where S == Float)
@_specialize(where S == Double)
private func quadratureKernel<S: Scalar>(
  inputs: [Operand<S>], probabilities: Operand<S>?, kept: Operand<S>?
) -> () -> Void {
  let shape = inputs[0].shape
  let (batch, sticks, variables) = (shape[0], shape[1], shape[3])
  let (mu, sigma, out) = (inputs[0].pointer, inputs[1].pointer, probabilities?.pointer)
  let grid = QuadratureGrid<S>(sticks: sticks)
  return {
    var slots = kept.map { KeptMasses($0, sticks: sticks, variables: batch * variables) }
    for item in 0..<batch {
      for variable in 0..<variables {
        let first = item * sticks * variables + variable
        let last = grid.evaluate(mu: mu + first, sigma: sigma + first, step: variables, keptIn: &slots)
        guard let out else { continue }
        let target = out + item * (sticks + 1) * variables + variable
        for k in 0..<sticks { target[k * variables] = grid.probability(of: k) }
        target[sticks * variables] = last
      }
    }
  }
}

/// The integrands of `CategoryProbabilities` for its gradient, as far as there is room (`KeptMasses`). Its result is their
/// memory and means nothing as numbers.
private struct QuadratureMasses: Operation {
  var signature: String { "quadrature masses" }

  func resultShape(of inputs: [Shape]) -> Shape {
    let mu = inputs[0]
    return [KeptMasses<Float>.elementCount(sticks: mu[1], variables: mu[0] * mu[3])]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [nil, nil] }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    quadratureKernel(inputs: inputs, probabilities: nil, kept: result)
  }
}

/// Gradients of Σ P·upstream with respect to μ and σ: [batch, 2·(category − 1), 1, variable], μ's first. The last input
/// is `QuadratureMasses`.
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
    let kept = inputs[3]
    let grid = QuadratureGrid<S>(sticks: sticks, givesSlopes: true)
    return {
      var slots = KeptMasses(kept, sticks: sticks, variables: batch * variables)
      for item in 0..<batch {
        for variable in 0..<variables {
          let first = item * sticks * variables + variable
          let last = grid.recall(mu: mu + first, sigma: sigma + first, step: variables, from: &slots)
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

/// What was evaluated for one variable: z, log Φ and mass lie one behind the other, as `gaussianMasses` has them.
private struct Evaluated<S: Scalar> {
  let z: UnsafeMutablePointer<S>
  let logCDF: UnsafeMutablePointer<S>
  let mass: UnsafeMutablePointer<S>

  init(_ memory: UnsafeMutablePointer<S>, sticks: Int, nodes: Int) {
    let length = Self.length(sticks: sticks, nodes: nodes)
    (z, logCDF, mass) = (memory, memory + length, memory + 2 * length)
  }

  /// Elements of each of the three.
  static func length(sticks: Int, nodes: Int) -> Int { sticks * (nodes + 1) + 32 }
}

/// Memory in which what was evaluated is kept, variable after variable: those that find no room are evaluated again.
private struct KeptMasses<S: Scalar> {
  /// For each variable the number of nodes, −1 where nothing was kept, and P(K).
  private let heads: UnsafeMutablePointer<S>
  private let sticks: Int
  private let end: UnsafeMutablePointer<S>
  private var head = 0
  private var next: UnsafeMutablePointer<S>

  /// Where widths are alike a variable takes 30 to 60 nodes; of very many variables not all are kept.
  private static var usualNodes: Int { 64 }
  private static var mostElements: Int { 1 << 22 }

  static func elementCount(sticks: Int, variables: Int) -> Int {
    let usual = 3 * Evaluated<S>.length(sticks: sticks, nodes: usualNodes)
    return 2 * variables + min(variables * usual, mostElements)
  }

  init(_ memory: Operand<S>, sticks: Int, variables: Int) {
    heads = memory.pointer
    self.sticks = sticks
    next = memory.pointer + 2 * variables
    end = memory.pointer + memory.shape.count
  }

  /// Room for the next variable, nil where there is none.
  mutating func take(nodes: Int) -> Evaluated<S>? {
    let count = 3 * Evaluated<S>.length(sticks: sticks, nodes: nodes)
    guard count <= end - next else { return nil }
    defer { next += count }
    return Evaluated(next, sticks: sticks, nodes: nodes)
  }

  mutating func note(nodes: Int?, last: S) {
    (heads[head], heads[head + 1]) = (S(nodes ?? -1), last)
    head += 2
  }

  /// What was kept of the next variable.
  mutating func recall() -> (nodes: Int, last: S, evaluated: Evaluated<S>)? {
    let (nodes, last) = (Int(heads[head]), heads[head + 1])
    head += 2
    guard nodes >= 0, let evaluated = take(nodes: nodes) else { return nil }
    return (nodes, last, evaluated)
  }
}

/// Nodes, weights and integrand values for one variable, in memory that is reused for the next.
private final class QuadratureGrid<S: Scalar> {
  private let sticks: Int
  private let mu: Storage<S>
  private let sigma: Storage<S>
  private let nodes: Storage<S>
  private let weights: Storage<S>
  private let logProduct: Storage<S>
  private let scratch: Storage<S>
  /// For what is not kept elsewhere.
  private let own: Storage<S>
  /// [stick, node]: (t − μ)/σ, log Φ of it, and weight · integrand. Behind them, one for each stick, −μ/σ and log Φ of it,
  /// for the last category.
  private var evaluated: Evaluated<S>
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

  init(sticks: Int, givesSlopes: Bool = false) {
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
    scratch = Storage(count: givesSlopes ? 2 * sticks * (capacity + 1) + capacity + 32 : 0)
    own = Storage(count: 3 * Evaluated<S>.length(sticks: sticks, nodes: capacity))
    evaluated = Evaluated(own.pointer, sticks: sticks, nodes: 0)
  }

  /// Places the nodes and evaluates all integrands.
  ///
  /// - Parameter kept: where they stay for the gradient.
  /// - Returns: P(K), the probability of the extra category.
  @inline(__always)
  func evaluate(
    mu muSource: UnsafePointer<S>, sigma sigmaSource: UnsafePointer<S>, step: Int,
    keptIn kept: inout KeptMasses<S>?
  ) -> S {
    let (lower, upper) = take(mu: muSource, sigma: sigmaSource, step: step)
    placeNodes(from: lower, to: upper)
    let slot = kept?.take(nodes: count)
    evaluated = slot ?? Evaluated(own.pointer, sticks: sticks, nodes: count)
    S.gaussianMasses(
      sticks: sticks, nodes: count, at: nodes.pointer, weights: weights.pointer, mu: mu.pointer,
      sigma: sigma.pointer, farthest: Self.farthest, z: evaluated.z, logCDF: evaluated.logCDF,
      logProduct: logProduct.pointer, mass: evaluated.mass)
    var last = S(S.sum(sticks, evaluated.logCDF + sticks * count))
    withUnsafeMutablePointer(to: &last) { S.apply(.exp, 1, $0, $0) }
    kept?.note(nodes: slot == nil ? nil : count, last: last)
    return last
  }

  /// What `evaluate` kept of the next variable, or the same anew.
  ///
  /// - Returns: P(K).
  @inline(__always)
  func recall(
    mu muSource: UnsafePointer<S>, sigma sigmaSource: UnsafePointer<S>, step: Int,
    from kept: inout KeptMasses<S>
  ) -> S {
    guard let found = kept.recall() else {
      var nowhere: KeptMasses<S>?
      return evaluate(mu: muSource, sigma: sigmaSource, step: step, keptIn: &nowhere)
    }
    _ = take(mu: muSource, sigma: sigmaSource, step: step)
    (count, evaluated) = (found.nodes, found.evaluated)
    return found.last
  }

  /// One variable's Gaussians, and where the integral begins and ends.
  @inline(__always)
  private func take(
    mu muSource: UnsafePointer<S>, sigma sigmaSource: UnsafePointer<S>, step: Int
  ) -> (lower: S, upper: S) {
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
    return (lower, upper)
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
  func probability(of k: Int) -> S { S(S.sum(count, evaluated.mass + k * count)) }

  /// Gradients with respect to μ and σ of what was evaluated or recalled last, for upstream gradients g.
  ///
  /// - Parameter lastTerm: upstream gradient of P(K) times P(K).
  @inline(__always)
  func writeSlopes(
    upstream g: UnsafePointer<S>, step: Int, lastTerm: S, mu muSlopes: UnsafeMutablePointer<S>,
    sigma sigmaSlopes: UnsafeMutablePointer<S>
  ) {
    S.gaussianMassSlopes(
      sticks: sticks, nodes: count, sigma: sigma.pointer, z: evaluated.z, logCDF: evaluated.logCDF,
      mass: evaluated.mass, upstream: g, lastTerm: lastTerm, step: step, scratch: scratch.pointer,
      mu: muSlopes, sigma: sigmaSlopes)
  }
}

extension Node {
  /// The probabilities of the K categories of softmax₊₊ of Gaussians with these means and standard deviations
  /// [batch, category − 1, 1, variable] → [batch, category, 1, variable].
  public static func categoryProbabilities(mu: Node, sigma: Node) -> Node {
    mu.graph.record(CategoryProbabilities(), [mu, sigma])
  }
}
