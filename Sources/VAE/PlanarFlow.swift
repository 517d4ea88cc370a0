import Differentiation

// Engine specification part 2, IGR-Planar. Axes are [batch, category, sample, variable] = [B, K, S, V].

/// One planar layer per variable: f(x) = x + ũ·tanh(wᵀx + b) (Rezende & Mohamed 2015, section 4.1).
///
/// ũ = u + (softplus(wᵀu) − 1 − wᵀu)·w/‖w‖², so that wᵀũ = softplus(wᵀu) − 1 > −1 and f is invertible (their
/// appendix A.1, with softplus in the place of log(1 + exp)).
public struct PlanarLayer {
  /// [K − 1, V].
  public let w: Node
  /// [K − 1, V].
  public let u: Node
  /// [V].
  public let b: Node

  /// - Parameters:
  ///   - w: [K − 1, V].
  ///   - u: [K − 1, V].
  ///   - b: [V].
  public init(w: Node, u: Node, b: Node) {
    self.w = w
    self.u = u
    self.b = b
  }

  /// A weight below this length turns nothing, and dividing by its square would overflow Float32.
  private static let smallestSquaredLength = 1e-18
  /// A determinant is taken as no smaller than this, so that its logarithm stays finite where wᵀu is far below −80.
  private static let smallestDeterminant = 1e-30

  /// wᵀu of each variable, [1, V].
  private var alignment: Node { (w * u).sum(0) }

  /// The direction that keeps the layer invertible, [K − 1, V].
  public var uTilde: Node {
    // softplus(a) − a is softplus(−a), which does not cancel for large a.
    u + ((-alignment).softplus() - 1) * (w / w.squared().sum(0).atLeast(Self.smallestSquaredLength))
  }

  /// - Parameter x: [B, K − 1, S, V].
  /// - Returns: f(x) [B, K − 1, S, V] and log|det ∂f/∂x| [B, S, V].
  public func callAsFunction(_ x: Node) -> (output: Node, logDeterminant: Node) {
    let (batch, sticks, samples, variables) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let weights = w.reshaped([1, sticks, 1, variables])
    let direction = uTilde.reshaped([1, sticks, 1, variables])
    let y = (weights * x).sum(1) + b.reshaped([1, 1, 1, variables])
    let turn = y.tanh()
    // 1 + wᵀũ·(1 − tanh²) as a sum of two parts that are never negative: tanh² + softplus(wᵀu)·(1 − tanh²).
    let square = turn.squared()
    let stretch = alignment.softplus().reshaped([1, 1, 1, variables])
    let determinant = (square + stretch * (1 - square)).atLeast(Self.smallestDeterminant)
    return (x + direction * turn, determinant.log().reshaped([batch, samples, variables]))
  }
}

/// Planar layers one after the other.
public struct PlanarFlow {
  public let layers: [PlanarLayer]

  public init(layers: [PlanarLayer]) { self.layers = layers }

  /// - Parameter nodes: w, u and b of each layer, in the order of `parameters(sticks:variables:)`.
  public init(_ nodes: ArraySlice<Node>) {
    precondition(nodes.count % 3 == 0, "a planar layer has w, u and b")
    layers = stride(from: nodes.startIndex, to: nodes.endIndex, by: 3).map {
      PlanarLayer(w: nodes[$0], u: nodes[$0 + 1], b: nodes[$0 + 2])
    }
  }

  /// - Parameter x: [B, K − 1, S, V].
  /// - Returns: the last layer's output [B, K − 1, S, V] and log|det| summed over the layers [B, S, V].
  public func callAsFunction(_ x: Node) -> (output: Node, logDeterminant: Node) {
    var output = x
    var logDeterminant = x.graph.constant(0, [x.shape[0], x.shape[2], x.shape[3]])
    for layer in layers {
      let (next, logOfLayer) = layer(output)
      output = next
      logDeterminant = logDeterminant + logOfLayer
    }
    return (output, logDeterminant)
  }

  /// The two layers of IGR-Planar, shared by all data points and trained with the networks.
  ///
  /// - Parameters:
  ///   - sticks: K − 1.
  ///   - variables: V.
  /// - Returns: `flow_1/w`, `flow_1/u`, `flow_1/b`, `flow_2/w`, …; w and u start at N(0, 0.05²), b at 0.
  public static func parameters(sticks: Int, variables: Int) -> [Parameter] {
    (1...2).flatMap { layer in
      ["w", "u"].map { name in
        Parameter(
          name: "flow_\(layer)/\(name)", axes: ["category", "variable"], shape: [sticks, variables],
          start: .normal(deviation: 0.05))
      } + [Parameter(name: "flow_\(layer)/b", axes: ["variable"], shape: [variables], start: .zero)]
    }
  }
}
