import Differentiation
import Tensors

/// An encoder, a decoder or another stack of layers, as a value: which arrays it trains, and what it computes of them.
public struct Network: Sendable {
  /// Take 2x − 1 in place of x, so that [0, 1] becomes [−1, 1].
  private let centersInput: Bool
  private let trunk: [Layer]
  /// Side by side on the last layer of the trunk.
  private let heads: [Layer]

  /// Kernel and bias of each layer, in the order in which they are used.
  public let parameters: [Parameter]

  init(centersInput: Bool = false, trunk: [Layer], heads: [Layer] = []) {
    self.centersInput = centersInput
    self.trunk = trunk
    self.heads = heads
    parameters = (trunk + heads).flatMap(\.parameters)
  }

  /// Dense layers with ReLU between them, named `<name>_1`, `<name>_2`, ….
  static func dense(name: String, inputs: Int, hidden: [Int], outputs: Int) -> Network {
    var chain = LayerChain(name: name, input: ImageShape(height: 1, width: 1, channels: inputs))
    for width in hidden { chain.dense(width) }
    chain.dense(outputs, isRectified: false)
    return Network(trunk: chain.layers)
  }

  /// - Parameters:
  ///   - input: [rows, inputs].
  ///   - nodes: one for each of `parameters`.
  /// - Returns: [rows, outputs], the heads' outputs side by side; no activation at the end.
  public func callAsFunction(_ input: Node, _ nodes: some RandomAccessCollection<Node>) -> Node {
    precondition(nodes.count == parameters.count, "\(nodes.count) nodes for \(parameters.count) parameters")
    var remaining = nodes[...]
    func apply(_ layer: Layer, _ rows: Node) -> Node {
      let (kernel, bias) = (remaining.removeFirst(), remaining.removeFirst())
      return layer(rows, kernel: kernel, bias: bias)
    }
    var h = input
    for (index, layer) in trunk.enumerated() {
      if index == 0 && centersInput {
        h = Self.centered(layer, h, kernel: remaining.removeFirst(), bias: remaining.removeFirst())
      } else {
        h = apply(layer, h)
      }
    }
    guard !heads.isEmpty else { return h }

    return Node.concatenated(heads.map { apply($0, h) }, axis: 1)
  }

  /// A dense layer of 2x − 1 in place of x. (2x − 1)·W + b is 2·(x·W + (b − Σ W)/2): the product is with x itself, so it
  /// skips what is zero in images and vertices, and ReLU does not mind the factor.
  private static func centered(_ layer: Layer, _ rows: Node, kernel: Node, bias: Node) -> Node {
    let sum = kernel.sum(0).reshaped(bias.shape)
    return 2 * layer(rows, kernel: kernel, bias: 0.5 * (bias - sum))
  }
}
