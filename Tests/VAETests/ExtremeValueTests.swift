import Differentiation
import Tensors
import TestSupport
import Testing
import VAE

/// No value and no gradient is NaN or infinite in Float32, for temperatures from 0.01 to 5 and parameters up to ±80.
///
/// Where a term is itself a square of exp(ξ), the width is limited to what Float32 can hold: |ξ| ≤ 40.
@Suite struct ExtremeValueTests {
  static let temperatures = [0.01, 0.03, 0.1, 0.5, 1, 5]
  static let parameters: [Float] = [-80, -20, -1, 0, 1, 20, 80]
  static let widths: [Float] = [-40, -5, 0, 5, 40]
  /// The largest normal draw there is, and smaller ones.
  static let normals: [Float] = [-6.76, -1, 0, 1e-4, 1, 6.76]
  /// The ends of the uniform draws, and what lies between.
  static let uniforms: [Float] = [0x1p-33, 1e-3, 0.5, 0.999, 0x1.fffffep-1]

  /// Evaluates for twenty random choices of every input, and tells what is not finite. Noise has no gradient.
  private func expectFinite(
    _ what: String, _ outputs: [Node], inputs: [(node: Node, choices: [Float])],
    noise: [(node: Node, choices: [Float])] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let sources = inputs.map(\.node)
    let gradients = outputs.flatMap { $0.graph.gradients(of: $0, withRespectTo: sources) }
    let program = Program<Float>(outputs: outputs + gradients + sources + noise.map(\.node))
    for seed in UInt64(1)...20 {
      var generator = SplitMix64(seed: seed)
      for (node, choices) in inputs + noise {
        program.set(node, (0..<node.shape.count).map { _ in choices.randomElement(using: &generator) ?? 0 })
      }
      program.run()
      for (number, node) in (outputs + gradients).enumerated() {
        let isFinite = program.values(of: node).allSatisfy(\.isFinite)
        let name =
          number < outputs.count
          ? "output \(number)"
          : "gradient \((number - outputs.count) % sources.count) of output \((number - outputs.count) / sources.count)"
        #expect(isFinite, "\(what), seed \(seed): \(name)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: temperatures) func sticksAndTheirTruncation(temperature: Double) {
    let graph = Graph()
    let kappa = graph.input([2, 5, 2, 3])
    let all = stickBreaking(kappa.sigmoid())
    let lambda = stickBreakingWeights(kappa: kappa)
    let (n, unmet) = Truncation(option: .quantile(50), threshold: 0.99).requiredSticks(lambda: lambda)
    let truncated = truncatedLogSoftmaxPlusPlus(lambda: lambda, required: n, temperature: temperature)
    let direct = truncatedLogSoftmaxPlusPlus(lambda: kappa, required: n, temperature: temperature)
    let outputs = [
      all, truncated, truncated.exp(), direct.exp(), n, unmet,
      logSoftmaxPlusPlus(lambda: lambda, temperature: temperature).exp(),
    ]
    expectFinite("sticks at τ = \(temperature)", outputs, inputs: [(kappa, Self.parameters)])
  }

  @Test(arguments: temperatures) func planarFlow(temperature: Double) {
    let graph = Graph()
    let (mu, xi) = (graph.input([2, 3, 1, 2]), graph.input([2, 3, 1, 2]))
    let epsilon = graph.input([2, 3, 2, 2])
    let weights = PlanarFlow.parameters(sticks: 3, variables: 2).map { graph.input($0.shape) }
    let flow = PlanarFlow(weights[...])
    let kappa = igrSample(mu: mu, xi: xi, epsilon: epsilon)
    let (lambda, logDeterminant) = flow(kappa)
    var outputs = [
      lambda, logDeterminant, logSoftmaxPlusPlus(lambda: lambda, temperature: temperature).exp(),
    ]
    for isStopped in [false, true] {
      outputs.append(
        sampledDivergence(
          lambda: lambda, logDeterminant: logDeterminant, kappa: kappa, epsilon: epsilon, mu: mu, xi: xi,
          prior: .standard(in: graph), stickTheLanding: isStopped))
      outputs.append(
        sampledDivergence(
          kappa: kappa, epsilon: epsilon, mu: mu, xi: xi, prior: .standard(in: graph),
          stickTheLanding: isStopped))
    }
    expectFinite(
      "planar flow at τ = \(temperature)", outputs,
      inputs: [(mu, Self.parameters), (xi, Self.widths)]
        + weights.map { ($0, Self.parameters + [1e-9, -1e-20]) }, noise: [(epsilon, Self.normals)])
  }

  @Test func normalPart() {
    let graph = Graph()
    let (mean, logVariance) = (graph.input([2, 3, 1, 2]), graph.input([2, 3, 1, 2]))
    let epsilon = graph.input([2, 3, 2, 2])
    let part = NormalPart(mean: mean, logVariance: logVariance, epsilon: epsilon)
    expectFinite(
      "normal part",
      [
        part.sample, part.closedDivergence, part.logPrior, part.logPosterior(stickTheLanding: false),
        part.sampledDivergence(stickTheLanding: false), part.sampledDivergence(stickTheLanding: true),
      ],
      inputs: [(mean, Self.parameters), (logVariance, Self.parameters)], noise: [(epsilon, Self.normals)])
  }

  @Test func sticksOfMixtures() {
    let graph = Graph()
    let (first, second) = (graph.input([2, 3, 1, 1]), graph.input([2, 3, 1, 1]))
    let (uniform, normal) = (graph.input([2, 3, 2, 1]), graph.input([2, 3, 2, 1]))
    let kumaraswamy = KumaraswamySticks(logA: first, logB: second, uniform: uniform)
    expectFinite(
      "Kumaraswamy sticks", [kumaraswamy.sample, kumaraswamy.logSample, kumaraswamy.logDensityOfSample],
      inputs: [(first, Self.parameters), (second, Self.parameters)], noise: [(uniform, Self.uniforms)])
    let logitNormal = LogitNormalSticks(mu: first, xi: second, epsilon: normal)
    expectFinite(
      "logit-normal sticks", [logitNormal.sample, logitNormal.logDensityOfSample],
      inputs: [(first, Self.parameters), (second, Self.parameters)], noise: [(normal, Self.normals)])
  }

  @Test(arguments: [MixtureConfiguration.Sticks.kumaraswamy, .logitNormal], [true, false])
  func mixtures(sticks: MixtureConfiguration.Sticks, isTruncated: Bool) {
    let graph = Graph()
    let (first, second) = (graph.input([2, 4, 1, 1]), graph.input([2, 4, 1, 1]))
    let noise = graph.input([2, 4, 2, 1])
    let (mean, logVariance) = (graph.input([2, 5, 1, 3]), graph.input([2, 5, 1, 3]))
    let epsilon = graph.input([2, 5, 2, 3])
    let (logits, images) = (graph.input([2, 10, 4]), graph.input([2, 1, 4]))
    let sample = MixtureSample(
      sticks: sticks, first: first, second: second, noise: noise, mean: mean, logVariance: logVariance,
      epsilon: epsilon, truncation: isTruncated ? Truncation(option: .quantile(75), threshold: 0.9999) : nil)
    let objective = MixtureObjective(
      sample, logLikelihoods: bernoulliLogLikelihood(images: images, logits: logits).reshaped([2, 5, 2]),
      logPriors: sample.logPriorOfPoints(means: graph.constant(0.5, [1, 5, 1, 3])))
    expectFinite(
      "mixture", [objective.loss, objective.logWeights, sample.weights],
      inputs: [
        (first, Self.parameters), (second, Self.parameters), (mean, Self.parameters),
        (logVariance, Self.parameters), (logits, Self.parameters),
      ],
      noise: [
        (images, [0, 0.5, 1]), (epsilon, Self.normals),
        (noise, sticks == .kumaraswamy ? Self.uniforms : Self.normals),
      ])
  }

  @Test func jointLoss() {
    let graph = Graph()
    let terms = (0..<3).map { _ in graph.input([3, 1]) }
    let loss = jointObjective(
      logLikelihood: terms[0], continuousDivergence: terms[1], discreteDivergence: terms[2], gamma: 100,
      continuousCapacity: graph.constant(5, []), discreteCapacity: graph.constant(5, []))
    expectFinite("JointVAE", [loss], inputs: terms.map { ($0, [-1e4, 0, 5, 1e6]) })
  }
}
