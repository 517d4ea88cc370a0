import Differentiation
import Tensors

/// One trained array: its name in files, its shape, and how it starts.
public struct Parameter: Hashable, Sendable {
  public enum Start: Hashable, Sendable {
    case zero
    /// The same value everywhere.
    case constant(Double)
    /// Uniform on ±√(6/(inputs + outputs)) (Glorot & Bengio 2010).
    case glorotUniform(inputs: Int, outputs: Int)
    /// Normal with mean 0.
    case normal(deviation: Double)
  }

  /// `<layer>/kernel` or `<layer>/bias`.
  public let name: String
  public let axes: [String]
  public let shape: Shape
  public let start: Start
}

/// A dense layer h·W + b.
struct DenseLayer {
  let name: String
  let inputs: Int
  let outputs: Int

  var parameters: [Parameter] {
    [
      Parameter(
        name: name + "/kernel", axes: ["input", "output"], shape: [inputs, outputs],
        start: .glorotUniform(inputs: inputs, outputs: outputs)),
      Parameter(name: name + "/bias", axes: ["output"], shape: [outputs], start: .zero),
    ]
  }
}

/// Dense layers with ReLU between them (engine specification part 8: `dense`, `dense_nonlinear`).
struct DenseStack {
  let layers: [DenseLayer]

  /// - Parameter name: `encoder` or `decoder`; layers are `<name>_1`, `<name>_2`, ….
  init(name: String, inputs: Int, hidden: [Int], outputs: Int) {
    let sizes = [inputs] + hidden + [outputs]
    layers = (1..<sizes.count).map { index in
      DenseLayer(name: "\(name)_\(index)", inputs: sizes[index - 1], outputs: sizes[index])
    }
  }

  var parameters: [Parameter] { layers.flatMap(\.parameters) }

  /// - Parameters:
  ///   - input: [rows, inputs].
  ///   - nodes: kernel and bias of each layer, in the order of `parameters`.
  /// - Returns: [rows, outputs], no activation at the end.
  func callAsFunction(_ input: Node, _ nodes: ArraySlice<Node>) -> Node {
    var h = input
    for (index, layer) in layers.enumerated() {
      let (kernel, bias) = (nodes[nodes.startIndex + 2 * index], nodes[nodes.startIndex + 2 * index + 1])
      h = Node.matrixProduct(h, kernel) + bias.reshaped([1, layer.outputs])
      if index < layers.count - 1 { h = h.relu() }
    }
    return h
  }
}
