import Differentiation
import Tensors

/// The trained parts of RELAX's control variate c(z) = f(s) + r(s) (Grathwohl 2018, section 3; engine specification
/// part 5): the temperature of s = s(z/exp(log_temp)), one for each entry of z, and the network
/// r(s) = scale·(relu((2s − 1)·W₁ + b₁)·W₂ + b₂).
struct ControlVariate {
  let kind: RelaxConfiguration.Kind
  /// K of s; z has one entry less where softmax₊₊ adds the last.
  let categories: Int
  let variables: Int

  /// Units of the hidden layer.
  private static let units = 50

  private var hidden: DenseMap {
    DenseMap(name: "control_1", inputs: categories * variables, outputs: Self.units)
  }
  private var output: DenseMap { DenseMap(name: "control_2", inputs: Self.units, outputs: 1) }

  /// W₁, b₁, W₂, b₂, scale, log_temp.
  var parameters: [Parameter] {
    hidden.parameters + output.parameters + [scaleParameter, temperatureParameter]
  }

  var scaleParameter: Parameter {
    Parameter(name: "control/scale", axes: ["output"], shape: [1], start: .constant(1))
  }

  /// log_temp [K or K − 1, V].
  var temperatureParameter: Parameter {
    let rows = kind == .igr ? categories - 1 : categories
    return Parameter(
      name: "control/log_temp", axes: ["category", "variable"], shape: [rows, variables],
      start: .constant(kind == .igr ? -1.8972 : 1.6093))
  }

  /// s(z/exp(log_temp)): softmax over K, or sigmoid, or softmax₊₊.
  ///
  /// - Parameters:
  ///   - z: [B, K or K − 1, S, V].
  ///   - logTemperature: [K or K − 1, V].
  /// - Returns: [B, K, S, V].
  func relaxed(_ z: Node, logTemperature: Node) -> Node {
    let rows = z.shape[1]
    let lambda = z * (-logTemperature.reshaped([1, rows, 1, variables])).exp()
    return switch kind {
    case .categorical: lambda.logSoftmax(1).exp()
    case .bernoulli: lambda.sigmoid()
    case .igr: logSoftmaxPlusPlus(lambda: lambda, temperature: 1).exp()
    }
  }

  /// r(y).
  ///
  /// - Parameters:
  ///   - y: [B, K, S, V].
  ///   - nodes: W₁, b₁, W₂, b₂, scale, as in `parameters`.
  /// - Returns: [B, S].
  func network(_ y: Node, _ nodes: ArraySlice<Node>) -> Node {
    let (first, second) = (nodes.prefix(2), nodes.dropFirst(2).prefix(2))
    let scale = nodes[nodes.startIndex + 4].reshaped([1, 1])
    let r = scale * output(hidden(2 * y.latentRows - 1, first).relu(), second)
    return r.reshaped([y.shape[0], y.shape[2]])
  }
}

extension Node {
  /// Latent variables [B, K, S, V] as rows of a network's input [B·S, K·V].
  var latentRows: Node {
    transposed([0, 2, 1, 3]).reshaped([shape[0] * shape[2], shape[1] * shape[3]])
  }
}
