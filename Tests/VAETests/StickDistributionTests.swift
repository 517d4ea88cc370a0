import Differentiation
import Glibc
import Tensors
import TestSupport
import Testing
import VAE

/// Kumaraswamy and logit-normal sticks.
@Suite struct StickDistributionTests {
  @Test func goldenSamplesAndDensities() throws {
    for test in try GoldenFile.cases(of: "stick_distributions") {
      try test.requireKeys(within: ["name", "inputs", "outputs", "cotangent", "vjp"])
      let graph = Graph()
      var evaluation = GoldenEvaluation()
      let inputs = try evaluation.inputs(of: test.part("inputs"), in: graph)
      let outputs: [String: Node]
      switch Set(inputs.keys) {
      case ["log_a", "log_b", "u"]:
        outputs = [
          "v": KumaraswamySticks(
            logA: try #require(inputs["log_a"]), logB: try #require(inputs["log_b"]),
            uniform: try #require(inputs["u"])
          ).sample
        ]
      case ["log_a", "log_b", "v"]:
        outputs = [
          "log_density": logDensityKumaraswamy(
            try #require(inputs["v"]), logA: try #require(inputs["log_a"]),
            logB: try #require(inputs["log_b"]))
        ]
      case ["mu", "xi", "eps"]:
        outputs = [
          "v": LogitNormalSticks(
            mu: try #require(inputs["mu"]), xi: try #require(inputs["xi"]),
            epsilon: try #require(inputs["eps"])
          ).sample
        ]
      case ["mu", "xi", "v"]:
        outputs = [
          "log_density": logDensityLogitNormal(
            try #require(inputs["v"]), mu: try #require(inputs["mu"]), xi: try #require(inputs["xi"]))
        ]
      default:
        throw GoldenError(message: "\(test): inputs \(inputs.keys.sorted()) not understood")
      }
      try evaluation.expectAll(test.part("outputs"), outputs)
      try evaluation.expectGradients(
        of: outputs, cotangent: test.part("cotangent"), inputs: inputs, test.part("vjp"))
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  /// Parameters over ±5 and uniforms next to both ends: Float32 follows Float64, and the density taken from the noise
  /// is the density of the sample.
  @Test func kumaraswamyOverTheWholeRange() {
    let parameters = [-5.0, -2, -0.5, 0, 1, 3, 5]
    let uniforms: [Float] = [0x1p-33, 1e-5, 0.01, 0.3, 0.7, 0.99, 0.999_99, 0x1.fffffep-1]
    let rows = parameters.flatMap { a in parameters.map { (a, $0) } }
    let graph = Graph()
    let shape: Shape = [1, rows.count, 1, 1]
    let (logA, logB) = (graph.input(shape), graph.input(shape))
    let uniform = graph.input([1, rows.count, uniforms.count, 1])
    let sticks = KumaraswamySticks(logA: logA, logB: logB, uniform: uniform)
    func values<S: Scalar>(_ type: S.Type) -> (logSample: [Double], density: [Double]) {
      let program = Program<S>(outputs: [sticks.logSample, sticks.logDensityOfSample, logA, logB, uniform])
      program.set(logA, rows.map { S($0.0) })
      program.set(logB, rows.map { S($0.1) })
      program.set(uniform, rows.flatMap { _ in uniforms.map { S($0) } })
      program.run()
      return (
        program.values(of: sticks.logSample).map { Double($0) },
        program.values(of: sticks.logDensityOfSample).map { Double($0) }
      )
    }
    let (narrow, wide) = (values(Float.self), values(Double.self))
    for place in wide.logSample.indices {
      let (row, u) = (rows[place / uniforms.count], Double(uniforms[place % uniforms.count]))
      let about = "log a, log b = \(row), u = \(u)"
      let (got, want) = (narrow.logSample[place], wide.logSample[place])
      // log v is log(1 − exp t)/a: an error of exp t is relative to t.
      let t = log(u) * exp(-row.1)
      if want < -1e-30 { #expect(abs(got - want) <= 4e-7 * (5 - t) * -want, "\(about)") }
      let (density, exact) = (narrow.density[place], wide.density[place])
      #expect(abs(density - exact) <= 1e-5 * max(1, abs(exact)), "\(about)")
      // (1 − vᵃ)ᵇ = u, where v is not yet rounded to an end.
      let (a, b) = (exp(row.0), exp(row.1))
      if want < -1e-9, a * want > -700, a * want < -1e-9 {
        let logRest = log(-expm1(a * want))
        #expect(abs(b * logRest - log(u)) <= 1e-6 * max(1, abs(log(u))), "\(about)")
        let density = row.0 + row.1 + (a - 1) * want + (b - 1) * logRest
        #expect(abs(density - exact) <= 1e-6 * max(1, abs(density)), "\(about)")
      }
    }
  }

  /// The gradient of a sample's density, parameters constant, against differences of the density at a moving v.
  @Test(arguments: [true, false]) func densityOfTheSampleMovesWithTheSampleAlone(isKumaraswamy: Bool) {
    let shape: Shape = [2, 3, 1, 2]
    let noiseShape: Shape = [2, 3, 4, 2]
    let graph = Graph()
    let (first, second, noise) = (graph.input(shape), graph.input(shape), graph.input(noiseShape))
    let (fixedFirst, fixedSecond) = (graph.input(shape), graph.input(shape))
    let (v, ofSample, ofValue): (Node, Node, (Node) -> Node)
    if isKumaraswamy {
      let sticks = KumaraswamySticks(logA: first, logB: second, uniform: noise)
      (v, ofSample) = (sticks.sample, sticks.logDensityOfSample)
      ofValue = { logDensityKumaraswamy($0, logA: fixedFirst, logB: fixedSecond) }
    } else {
      let sticks = LogitNormalSticks(mu: first, xi: second, epsilon: noise)
      (v, ofSample) = (sticks.sample, sticks.logDensityOfSample)
      ofValue = { logDensityLogitNormal($0, mu: fixedFirst, xi: fixedSecond) }
    }
    let reference = ofValue(v)
    let gradients = [ofSample, reference].flatMap {
      graph.gradients(of: $0.total, withRespectTo: [first, second])
    }
    let program = Program<Double>(
      outputs: [ofSample, reference] + gradients + [first, second, noise, fixedFirst, fixedSecond])
    var generator = SplitMix64(seed: 8)
    for (node, fixed) in [(first, fixedFirst), (second, fixedSecond)] {
      let values = (0..<shape.count).map { _ in generator.uniform(-1, 1) }
      program.set(node, values)
      program.set(fixed, values)
    }
    program.set(noise, (0..<noiseShape.count).map { _ in generator.uniform(0.05, 0.95) })
    program.run()
    func expectEqual(_ a: Node, _ b: Node) {
      for (a, b) in zip(program.values(of: a), program.values(of: b)) {
        #expect(abs(a - b) <= 1e-9 * max(1, abs(b)))
      }
    }
    expectEqual(ofSample, reference)
    expectEqual(gradients[0], gradients[2])
    expectEqual(gradients[1], gradients[3])
  }
}
