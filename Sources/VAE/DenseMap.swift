import Differentiation

/// h·W + b outside the encoder and the decoder: in control variates and in structured output prediction.
struct DenseMap {
  let name: String
  let inputs: Int
  let outputs: Int

  /// W [inputs, outputs] and b [outputs].
  var parameters: [Parameter] {
    [
      Parameter(
        name: name + "/kernel", axes: ["input", "output"], shape: [inputs, outputs],
        start: .glorotUniform(inputs: inputs, outputs: outputs)),
      Parameter(name: name + "/bias", axes: ["output"], shape: [outputs], start: .zero),
    ]
  }

  /// - Parameters:
  ///   - input: [rows, inputs].
  ///   - nodes: W and b.
  /// - Returns: [rows, outputs].
  func callAsFunction(_ input: Node, _ nodes: ArraySlice<Node>) -> Node {
    let (kernel, bias) = (nodes[nodes.startIndex], nodes[nodes.startIndex + 1])
    return Node.matrixProduct(input, kernel) + bias.reshaped([1, outputs])
  }
}
