import Differentiation
import Glibc
import Randomness
import Tensors
import TestSupport
import Testing
import VAE

/// Whole mixtures: value and gradient of the loss against the specification's formulas written out, truncation, and
/// the prior's means.
@Suite struct MixtureGraphTests {
  struct Model: CustomTestStringConvertible, Sendable {
    let name: String
    let sticks: MixtureConfiguration.Sticks
    let truncation: Truncation?
    var testDescription: String { name }

    func configuration(
      components: Int = 5, dimension: Int = 2, likelihood: ImageNetworks.Likelihood = .bernoulli
    ) -> MixtureConfiguration {
      MixtureConfiguration(
        sticks: sticks, truncation: truncation, components: components, dimension: dimension,
        networks: .tiny(pixels: 6, encoderUnits: [5], decoderUnits: [4], likelihood: likelihood),
        priorKey: RandomKey(seed: 3, purpose: .mixturePrior))
    }
  }

  static let models: [Model] = [
    Model(name: "DLGMM", sticks: .kumaraswamy, truncation: nil),
    Model(name: "DLGMM_Var", sticks: .kumaraswamy, truncation: truncation(0.95)),
    Model(name: "DLGMM_IGR", sticks: .logitNormal, truncation: nil),
    Model(name: "DLGMM_IGR_SB", sticks: .logitNormal, truncation: truncation(0.8)),
  ]
  /// Thresholds at which some components are dropped and some kept.
  private static func truncation(_ threshold: Double) -> Truncation {
    Truncation(option: .quantile(75), threshold: threshold)
  }
  static let seed: UInt64 = 977

  /// Values of images, noises and weights of moderate size.
  private func inputs(of graph: MixtureGraph, scale: Double = 0.7) -> [(node: Node, values: [Double])] {
    var generator = SplitMix64(seed: Self.seed)
    func draws(_ node: Node, _ lower: Double, _ upper: Double) -> (Node, [Double]) {
      (node, (0..<node.shape.count).map { _ in generator.uniform(lower, upper) })
    }
    return [draws(graph.images, 0, 1)]
      + graph.noises.map { $0.law == .uniform ? draws($0.node, 0.02, 0.98) : draws($0.node, -1.5, 1.5) }
      + graph.parameters.map { draws($0, -scale, scale) }
  }

  /// The loss from its formulas: weights piece by piece, densities at v and z with parameters of their own.
  ///
  /// - Parameter kept: how many components stay.
  private func lossByFormulas(_ graph: MixtureGraph, fixed: [Node], kept: Int) -> Node {
    let (v, z) = (graph.sample.fractions, graph.sample.points)
    let (batch, components, samples, dimension) = (z.shape[0], z.shape[1], z.shape[2], z.shape[3])
    var rest = graph.graph.constant(1, [batch, 1, samples, 1])
    var pieces: [Node] = []
    for k in 0..<kept - 1 {
      let fraction = v.slice(axis: 1, k..<k + 1)
      pieces.append(fraction * rest)
      rest = rest * (1 - fraction)
    }
    pieces = (pieces + [rest]).map { $0.atLeast(1e-4).atMost(0.9999) }

    let densities =
      graph.configuration.sticks == .kumaraswamy
      ? logDensityKumaraswamy(v, logA: fixed[2], logB: fixed[3])
      : logDensityLogitNormal(v, mu: fixed[2], xi: fixed[3])
    var logQWeights = graph.graph.constant(0, [batch, 1, samples, 1])
    for k in 0..<kept - 1 { logQWeights = logQWeights + densities.slice(axis: 1, k..<k + 1) }

    func logNormal(_ x: Node, mean: Node, logVariance: Node) -> Node {
      (-0.5 * (logVariance + logTwoPi + (x - mean).squared() / logVariance.exp())).sum(3)
    }
    let ofPoints = logNormal(z, mean: fixed[0], logVariance: fixed[1])
    var mixture = graph.graph.constant(0, [batch, 1, samples, 1])
    for k in 0..<kept { mixture = mixture + pieces[k] * ofPoints.slice(axis: 1, k..<k + 1).exp() }

    let means = graph.graph.constant(graph.configuration.priorMeans, [1, components, 1, dimension])
    let ofPrior = logNormal(
      z, mean: means, logVariance: graph.graph.constant(0, [batch, components, samples, dimension]))
    let x = graph.images.reshaped([batch, 1, graph.images.shape[1]])
    let ofImages = bernoulliLogLikelihood(images: x, logits: graph.decoderOutput)
      .reshaped([batch, components, samples, 1])
    var weighed = graph.graph.constant(0, [batch, 1, 1, 1])
    for k in 0..<kept {
      let both = [ofPrior, ofImages].map { $0.slice(axis: 1, k..<k + 1).mean(2) }
      weighed = weighed + pieces[k].mean(2) * (both[0] + both[1])
    }
    return (logQWeights.mean(2) + mixture.log().mean(2) - weighed).mean(0).reshaped([])
  }

  private func mixture(_ configuration: MixtureConfiguration, samples: Int = 2) -> MixtureGraph {
    MixtureGraph(configuration, batch: 3, samples: samples)
  }

  @Test(arguments: models) func lossAndGradientAgainstTheFormulas(_ model: Model) throws {
    let graph = mixture(model.configuration())
    let components = graph.configuration.components
    let values = inputs(of: graph)

    let first = Program<Double>(
      outputs: graph.posterior + [graph.loss] + (graph.sample.required.map { [$0] } ?? [])
        + values.map(\.node))
    for (node, values) in values { first.set(node, values) }
    first.run()
    let kept = graph.sample.required.map { Int(first.values(of: $0)[0]) } ?? components
    #expect(model.truncation == nil || (2..<components - 1).contains(kept), "\(kept) kept, seed \(Self.seed)")

    // The densities' own parameters stay where they are while the weights move.
    let fixed = graph.posterior.map { graph.graph.input($0.shape) }
    let reference = lossByFormulas(graph, fixed: fixed, kept: kept)
    let program = Program<Double>(
      outputs: [reference, graph.loss] + graph.gradients + values.map(\.node) + fixed)
    for (node, values) in values { program.set(node, values) }
    for (node, source) in zip(fixed, graph.posterior) { program.set(node, first.values(of: source)) }
    program.run()
    let loss = program.values(of: graph.loss)[0]
    #expect(abs(program.values(of: reference)[0] - loss) <= 1e-10 * abs(loss))

    let step = 1e-6
    for (number, (parameter, gradient)) in zip(graph.parameters, graph.gradients).enumerated() {
      program.run()
      let analytic = Array(program.values(of: gradient))
      #expect(analytic.contains { $0 != 0 }, "parameter \(number) moves nothing")
      let memory = program.values(of: parameter)
      for element in memory.indices {
        let original = memory[element]
        var sides: [Double] = []
        for offset in [step, -step] {
          memory[element] = original + offset
          program.run()
          sides.append(program.values(of: reference)[0])
        }
        memory[element] = original
        let numerical = (sides[0] - sides[1]) / (2 * step)
        #expect(
          abs(analytic[element] - numerical) <= 1e-7 * max(1, abs(numerical)),
          "parameter \(number), element \(element), seed \(Self.seed)")
      }
    }
  }

  /// With one sample the mean weights are the sample's own, so that the bound of one sample is minus the loss.
  @Test(arguments: models) func boundOfOneSampleIsMinusTheLoss(_ model: Model) {
    let graph = mixture(model.configuration(likelihood: .gaussian), samples: 1)
    let bound = importanceWeightedBound(logWeights: graph.objective.logWeights).mean(0, 1)
    let values = inputs(of: graph)
    let program = Program<Double>(
      outputs: [bound, graph.loss] + graph.terms.map(\.node) + values.map(\.node))
    for (node, values) in values { program.set(node, values) }
    program.run()
    let loss = program.values(of: graph.loss)[0]
    #expect(abs(program.values(of: bound)[0] + loss) <= 1e-12 * abs(loss))
    let terms = graph.terms.map { program.values(of: $0.node)[0] }
    #expect(abs(terms[0] + terms[1] - terms[2] - terms[3] - loss) <= 1e-12 * abs(loss))
  }

  /// What is dropped has weight exactly 0 and decides nothing: neither the loss nor the gradient of what is kept.
  @Test(arguments: models.filter { $0.truncation != nil }) func droppedComponentsDecideNothing(_ model: Model)
    throws
  {
    let graph = mixture(model.configuration())
    let count = try #require(graph.sample.required)
    let values = inputs(of: graph)
    let fractions = graph.sample.fractions
    let program = Program<Double>(
      outputs: [count, graph.loss, graph.sample.weights, graph.objective.logWeights, graph.reconstruction]
        + graph.gradients + values.map(\.node))
    for (node, values) in values { program.set(node, values) }
    program.run()
    let kept = Int(program.values(of: count)[0])
    let weights = Array(program.values(of: graph.sample.weights))
    let perComponent = fractions.shape[2]
    let components = graph.configuration.components
    for (place, weight) in weights.enumerated() {
      let component = place / perComponent % components
      #expect(component < kept ? (1e-4...0.9999).contains(weight) : weight == 0)
    }
    let before =
      Array(program.values(of: graph.loss)) + graph.gradients.flatMap { Array(program.values(of: $0)) }
    // Other noise in dropped components and in sticks from the last kept one on; there by so little that as many are
    // kept.
    for noise in graph.noises {
      let memory = program.values(of: noise.node)
      let perRow = noise.node.shape[2] * noise.node.shape[3]
      let rows = noise.node.shape[1]
      let firstFree = noise.node == graph.noises[0].node ? kept - 1 : kept
      let shift = noise.node == graph.noises[0].node ? 1e-6 : 0.25
      for place in memory.indices where place / perRow % rows >= firstFree { memory[place] += shift }
    }
    program.run()
    try #require(Int(program.values(of: count)[0]) == kept, "seed \(Self.seed)")
    let after =
      Array(program.values(of: graph.loss)) + graph.gradients.flatMap { Array(program.values(of: $0)) }
    #expect(before == after)
  }

  /// The share of samples whose pieces do not reach the threshold is told.
  @Test func unmetThresholdIsTold() throws {
    let model = Model(
      name: "", sticks: .logitNormal, truncation: Truncation(option: .maximum, threshold: 0.999_999))
    let graph = mixture(model.configuration())
    let share = try #require(graph.sample.unmetShare)
    let count = try #require(graph.sample.required)
    let values = inputs(of: graph)
    let program = Program<Float>(outputs: [share, count, graph.loss] + values.map(\.node))
    for (node, values) in values { program.set(node, values.map { Float($0) }) }
    program.run()
    #expect(program.values(of: share)[0] == 1)
    #expect(program.values(of: count)[0] == Float(graph.configuration.components - 1))
    #expect(program.values(of: graph.loss)[0].isFinite)
  }

  @Test func priorMeansAreSignsOfTheSeed() {
    func means(_ seed: UInt64) -> [Double] {
      MixtureConfiguration(
        sticks: .kumaraswamy, components: 4, dimension: 25, networks: .tiny(pixels: 4),
        priorKey: RandomKey(seed: seed, purpose: .mixturePrior)
      ).priorMeans
    }
    let drawn = means(1)
    #expect(drawn.count == 100 && drawn[..<25].allSatisfy { $0 == 0 })
    #expect(Set(drawn[25...]) == [0.2, -0.2])
    #expect(drawn == means(1) && drawn != means(2))
  }

  @Test func layoutOfTheEncodersOutput() {
    let configuration = Self.models[0].configuration()
    let parameters = MixtureGraph.parameters(of: configuration)
    #expect(parameters.map(\.name).contains("encoder_2/bias"))
    #expect(parameters[3].shape == [2 * 5 * 2 + 2 * 4])
    let graph = mixture(configuration)
    #expect(graph.posterior.map(\.shape) == [[3, 5, 1, 2], [3, 5, 1, 2], [3, 4, 1, 1], [3, 4, 1, 1]])
    // The bias of the encoder's last layer shows what goes where when all else is zero.
    let bias = graph.parameters[3]
    let program = Program<Double>(outputs: graph.posterior + [graph.images] + graph.parameters)
    program.set(bias, (0..<bias.shape.count).map(Double.init))
    program.run()
    let got = graph.posterior.map { Array(program.values(of: $0).prefix($0.shape.count / 3)) }
    #expect(got.flatMap { $0 } == (0..<28).map(Double.init))
  }
}
