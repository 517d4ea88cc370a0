import Differentiation
import Glibc
import Randomness
import Tensors
import TestSupport
import Testing
import VAE

/// The planar flow of IGR-Planar: golden numbers, its determinant against a numerical Jacobian, its invertibility.
@Suite struct PlanarFlowTests {
  @Test func goldenLayersAndTheirGradients() throws {
    for test in try GoldenFile.cases(of: "planar") {
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

  /// log|det| against the determinant of the Jacobian by central differences, which is positive: the flow keeps
  /// orientation and so is invertible.
  @Test(arguments: 1...20) func determinantIsPositiveAndTheJacobians(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let (sticks, variables) = (3, 2)
    let size = [0.05, 0.5, 1, 3][seed % 4]
    func draws(_ shape: Shape, _ size: Double) -> [Double] {
      (0..<shape.count).map { _ in generator.uniform(-size, size) }
    }
    let graph = Graph()
    let x = graph.input([1, sticks, 1, variables])
    let flow = PlanarFlow(
      layers: (0..<2).map { _ in
        PlanarLayer(
          w: graph.constant(draws([sticks, variables], size), [sticks, variables]),
          u: graph.constant(draws([sticks, variables], size), [sticks, variables]),
          b: graph.constant(draws([variables], size), [variables]))
      })
    let (output, logDeterminant) = flow(x)
    let program = Program<Double>(outputs: [output, logDeterminant, x])
    let start = draws(x.shape, 2)
    let step = 1e-5
    // [variable][input][output]
    var jacobians = [[[Double]]](repeating: [], count: variables)
    for stick in 0..<sticks {
      var sides: [[Double]] = []
      for offset in [step, -step] {
        // Variables do not touch each other, so that all move at once.
        program.set(x, start.enumerated().map { $0 / variables == stick ? $1 + offset : $1 })
        program.run()
        sides.append(Array(program.values(of: output)))
      }
      for variable in 0..<variables {
        jacobians[variable].append(
          (0..<sticks).map { row in
            let place = row * variables + variable
            return (sides[0][place] - sides[1][place]) / (2 * step)
          })
      }
    }
    program.set(x, start)
    program.run()
    for variable in 0..<variables {
      let m = jacobians[variable]
      let determinant =
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
      let claimed = exp(program.values(of: logDeterminant)[variable])
      #expect(determinant > 0, "seed \(seed)")
      #expect(abs(claimed - determinant) <= 1e-6 * max(1, determinant), "seed \(seed)")
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

    let state = ModelState<Float>(parameters: PlanarFlow.parameters(sticks: 40, variables: 50))
    state.start(key: RandomKey(seed: 5_328, purpose: .weights))
    let drawn = state.parameters.indices.map { Array(state.values(.weights, of: $0)) }
    #expect(drawn[2].allSatisfy { $0 == 0 } && drawn[5].allSatisfy { $0 == 0 })
    #expect(Set([drawn[0], drawn[1], drawn[3], drawn[4]]).count == 4)
    for values in [drawn[0], drawn[1], drawn[3], drawn[4]] {
      let count = Double(values.count)
      let mean = values.reduce(0) { $0 + Double($1) } / count
      let deviation = (values.reduce(0) { $0 + Double($1) * Double($1) } / count).squareRoot()
      // Four standard errors of the mean and of the deviation, for seed 5328.
      #expect(abs(mean) <= 4 * 0.05 / count.squareRoot())
      #expect(abs(deviation - 0.05) <= 4 * 0.05 / (2 * count).squareRoot())
    }
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
