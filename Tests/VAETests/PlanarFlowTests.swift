import Differentiation
import TestSupport
import Testing
import VAE

/// The planar flow of IGR-Planar: golden numbers, its determinant against a numerical Jacobian, its invertibility.
@Suite struct PlanarFlowTests {
  @Test func goldenLayersAndTheirGradients() throws {
    let cases = try GoldenFile("planar").cases
    #expect(!cases.isEmpty)
    for test in cases {
      let parts = test.keys.subtracting(["name"]).sorted()
      #expect(!parts.isEmpty, "\(test)")
      for name in parts {
        let part = try test.part(name)
        try part.requireKeys(within: ["name", "inputs", "outputs", "cotangent", "vjp"])
        let graph = Graph()
        var evaluation = GoldenEvaluation()
        let inputs = try evaluation.inputs(of: part.part("inputs"), in: graph)
        let x = try #require(inputs["x"])
        let flow = try planarFlow(inputs)
        let (output, logDeterminant) = flow(x)
        var outputs = ["out": output, "log_det": logDeterminant]
        if flow.layers.count == 1 { outputs["u_tilde"] = flow.layers[0].uTilde }
        try evaluation.expectAll(part.part("outputs"), outputs)
        try evaluation.expectGradients(
          of: outputs, cotangent: part.part("cotangent"), inputs: inputs, part.part("vjp"))
        #expect(evaluation.disagreements() == [], "\(part)")
      }
    }
  }

  @Test func startIsSmallWeightsAndNoShift() throws {
    let parameters = PlanarFlow.parameters(sticks: 4, variables: 3)
    #expect(
      parameters.map(\.name) == ["flow_1/w", "flow_1/u", "flow_1/b", "flow_2/w", "flow_2/u", "flow_2/b"])
    #expect(parameters.map(\.shape) == [[4, 3], [4, 3], [3], [4, 3], [4, 3], [3]])
    let graph = Graph()
    let flow = PlanarFlow(parameters.map { graph.input($0.shape) }[...])
    #expect(flow.layers.count == 2)
    #expect(flow.layers[1].w.shape == [4, 3] && flow.layers[1].b.shape == [3])
  }
}

/// The layers w1, u1, b1, w2, … of a golden case's inputs, as many as there are.
func planarFlow(_ inputs: [String: Node]) throws -> PlanarFlow {
  var layers: [PlanarLayer] = []
  while let w = inputs["w\(layers.count + 1)"] {
    let number = layers.count + 1
    layers.append(
      PlanarLayer(w: w, u: try #require(inputs["u\(number)"]), b: try #require(inputs["b\(number)"])))
  }
  return PlanarFlow(layers: layers)
}
