import Tensors

/// A function of each element.
struct Unary: Operation {
  let function: UnaryFunction

  var signature: String { "\(function)" }
  func resultShape(of inputs: [Shape]) -> Shape { inputs[0] }
  var mayOverwriteInput: Bool { true }

  /// The table of derivatives: x is the input, y = f(x), g the upstream gradient.
  func derivatives(inputs: [Node], result y: Node, upstream g: Node) -> [Node?] {
    let x = inputs[0]
    return switch function {
    case .negate: [-g]
    case .exp: [g * y]
    case .log: [g / x]
    case .log1p: [g / (1 + x)]
    // exp(x)/(1 − exp(x)) in log space, so that neither end divides zero by zero.
    case .log1mexp: [-g * (x - y).exp()]
    case .tanh: [g * (1 - y.squared())]
    case .sigmoid: [g * y * (1 - y)]
    case .softplus: [g * x.sigmoid()]
    case .relu: [.gate(g, y)]
    case .step: [nil]
    case .elu: [g * x.eluSlope()]
    case .eluSlope: [g * (y - x.step())]
    case .square: [g * (2 * x)]
    case .squareRoot: [g / (2 * y)]
    case .reciprocal: [-g * y.squared()]
    // d log Φ(x) / dx = φ(x) / Φ(x), in log space so that neither tail divides zero by zero.
    case .logNormalCDF: [g * (-0.5 * x.squared() - 0.5 * logTwoPi - y).exp()]
    }
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let (count, x, y) = (result.shape.count, inputs[0].pointer, result.pointer)
    return { S.apply(function, count, x, y) }
  }
}

/// log 2π.
public let logTwoPi = 1.837877066409345483560659472811235279722794947275566825634

extension Node {
  private func unary(_ function: UnaryFunction) -> Node { graph.record(Unary(function: function), [self]) }

  public func exp() -> Node { unary(.exp) }
  public func log() -> Node { unary(.log) }
  public func log1p() -> Node { unary(.log1p) }
  /// log(1 − exp(x)), x ≤ 0.
  public func log1mexp() -> Node { unary(.log1mexp) }
  public func tanh() -> Node { unary(.tanh) }
  /// 1 / (1 + exp(−x)).
  public func sigmoid() -> Node { unary(.sigmoid) }
  /// log(1 + exp x).
  public func softplus() -> Node { unary(.softplus) }
  /// 1 where x > 0, else 0; its derivative is taken as 0.
  public func step() -> Node { unary(.step) }
  /// x where x > 0, else exp(x) − 1 (Clevert 2016).
  public func elu() -> Node { unary(.elu) }
  func eluSlope() -> Node { unary(.eluSlope) }
  public func squared() -> Node { unary(.square) }
  public func squareRoot() -> Node { unary(.squareRoot) }
  public func reciprocal() -> Node { unary(.reciprocal) }
  /// log Φ(x), Φ the standard normal distribution function.
  public func logNormalCDF() -> Node { unary(.logNormalCDF) }

  public static prefix func - (x: Node) -> Node { -1 * x }
}
