import Differentiation
import Glibc
import Randomness
import Tensors
import TestSupport
import Testing

@testable import VAE

/// The loss of every model as a whole against central differences in Float64, every trained array.
@Suite struct ModelGradientTests {
  struct Case: Sendable {
    let name: String
    let configuration: VAEConfiguration
  }

  static let seed: UInt64 = 2_024

  /// Every relaxation × KL × normal part × stick-the-landing × likelihood; a given prior wherever there are normal
  /// variables beside an IGR.
  private static func cases(of kind: ModelKind) -> [Case] {
    kind.divergences.flatMap { divergence in
      kind.normalDivergences.flatMap { normal in
        [false, true].flatMap { stickTheLanding in
          [ImageNetworks.Likelihood.bernoulli, .gaussian].map { likelihood in
            let isGaussian = likelihood == .gaussian
            var configuration = kind.configuration(
              temperature: 0.6, categories: 4, variables: 2, divergence: divergence, normal: normal,
              stickTheLanding: stickTheLanding,
              networks: .tiny(
                pixels: 6, channels: isGaussian ? 3 : 1, encoderUnits: [5], decoderUnits: [4],
                likelihood: likelihood, outputActivation: isGaussian ? .elu : .linear))
            if normal != nil, kind.name.hasPrefix("IGR") {
              configuration.prior = VAEConfiguration.Prior(mu: [0.3, -0.2, 0.1], xi: [0.2, -0.3, 0.1])
            }
            let normalName = normal.map { "\($0) normal part" } ?? "no normal part"
            return Case(
              name: "\(kind.name), KL \(divergence), \(normalName), \(likelihood)"
                + (stickTheLanding ? ", stick the landing" : ""),
              configuration: configuration)
          }
        }
      }
    }
  }

  /// Values for all inputs but the scheduled ones.
  private static func inputs(
    of graph: VAEGraph, weights: Double
  ) -> [(node: Node, values: [Double])] {
    var generator = SplitMix64(seed: seed)
    var inputs = [(node: graph.images, values: generator.uniforms(graph.images.shape.count, 0...1))]
    for noise in graph.noises {
      inputs.append((noise.node, generator.draws(noise.node.shape.count, noise.law)))
    }
    for node in graph.parameters {
      inputs.append((node, generator.uniforms(node.shape.count, -weights...weights)))
    }
    return inputs
  }

  @Test(arguments: ModelKind.all) func gradientIsTheLimitOfDifferences(_ kind: ModelKind) {
    for test in Self.cases(of: kind) {
      let graph = VAEGraph(test.configuration, batch: 2, samples: 2)
      var inputs = Self.inputs(of: graph, weights: 0.7)
      let pairs = zip(graph.parameters, graph.gradients).map { (input: $0, gradient: $1) }
      var loss = graph.loss
      if test.configuration.stickTheLanding {
        // Differences move what is constant for the gradient too, unless it is given from outside.
        let posterior =
          [graph.normal?.mean, graph.normal?.logVariance].compactMap(\.self)
          + (graph.discrete?.posterior ?? [])
        let program = Program<Double>(outputs: [graph.loss] + posterior + inputs.map(\.node))
        for (node, values) in inputs { program.set(node, values) }
        program.run()
        let held = posterior.map { graph.graph.input($0.shape) }
        inputs += zip(held, posterior).map { ($0, Array(program.values(of: $1))) }
        loss = lossByFormulas(graph, held: held)
        let both = Program<Double>(outputs: [graph.loss, loss] + inputs.map(\.node))
        for (node, values) in inputs { both.set(node, values) }
        both.run()
        let (got, want) = (both.values(of: graph.loss)[0], both.values(of: loss)[0])
        #expect(abs(got - want) <= 1e-11 * abs(want), "\(test.name), seed \(Self.seed)")
      }
      let (error, place) = gradientError(of: loss, pairs, at: inputs, steps: [1e-5, 1e-6])
      #expect(error < 1e-7, "\(test.name), seed \(Self.seed): \(place)")
    }
  }

  /// The loss from the densities' formulas, the parameters inside log q given from outside.
  private func lossByFormulas(_ graph: VAEGraph, held: [Node]) -> Node {
    let configuration = graph.configuration
    var held = held
    var divergences: [Node] = []
    func logNormal(_ x: Node, mean: Node, logDeviation: Node) -> Node {
      -0.5 * ((x - mean) / logDeviation.exp()).squared() - logDeviation
    }
    if let part = graph.normal {
      let q = logNormal(part.sample, mean: held.removeFirst(), logDeviation: 0.5 * held.removeFirst())
      let sampled = (q + 0.5 * part.sample.squared()).sum(1, 3).asBatchBySample
      divergences.append(configuration.normalDivergence == .sampled ? sampled : part.closedDivergence)
    }
    if let part = graph.discrete {
      if configuration.divergence != .sampled {
        divergences.append(part.divergence(configuration.divergence))
      } else if let kappa = part.kappa, let lambda = part.lambda {
        let prior = configuration.prior ?? .init(mu: [0, 0, 0], xi: [0, 0, 0])
        let isPlanar = configuration.relaxation == .igrPlanar
        let p = logNormal(
          isPlanar ? lambda : kappa, mean: graph.graph.constant(prior.mu, [1, 3, 1, 1]),
          logDeviation: graph.graph.constant(prior.xi, [1, 3, 1, 1]))
        var divergence = (logNormal(kappa, mean: held[0], logDeviation: held[1]) - p).sum(1, 3)
          .asBatchBySample
        if isPlanar {
          let flow = PlanarFlow(graph.parameters.suffix(configuration.flowParameters.count))
          divergence = divergence - flow(kappa).logDeterminant.sum(2).reshaped(divergence.shape)
        }
        divergences.append(divergence)
      } else {
        let uniform = graph.graph.constant(-log(Double(configuration.categories)), [1, 1, 1, 1])
        let q = logDensityExpConcrete(
          logPsi: part.logPsi, logAlpha: held[0], temperature: configuration.temperature)
        let p = logDensityExpConcrete(
          logPsi: part.logPsi, logAlpha: uniform, temperature: priorTemperature)
        divergences.append((q - p).sum(3).asBatchBySample)
      }
    }
    return divergences.reduce(-graph.logLikelihood.mean(0, 1).reshaped([])) {
      $0 + $1.mean(0, 1).reshaped([])
    }
  }

  /// JointVAE at a step in the middle of both schedules.
  @Test(arguments: ModelKind.all) func jointObjective(_ kind: ModelKind) {
    for divergence in kind.divergences {
      for normal in [VAEConfiguration.NormalDivergence.sampled, .closed] {
        var configuration = kind.configuration(
          temperature: 0.6, categories: 4, variables: 2, divergence: divergence, normal: normal,
          stickTheLanding: false, networks: .tiny(pixels: 6, encoderUnits: [5], decoderUnits: [4]))
        configuration.joint = JointObjective(
          gamma: 3, continuous: CapacitySchedule(from: 0, to: 5, over: 10),
          discrete: CapacitySchedule(from: 0.5, to: 4, over: 8, variables: 2, categories: 4))
        let graph = VAEGraph(configuration, batch: 2, samples: 2)
        let inputs =
          Self.inputs(of: graph, weights: 0.7) + graph.scheduled.map { ($0.node, [$0.value(4)]) }
        #expect(graph.scheduled.map { $0.value(4) } == [2, 2.25])
        let (error, place) = gradientError(
          of: graph.loss, zip(graph.parameters, graph.gradients).map { (input: $0, gradient: $1) },
          at: inputs, steps: [1e-5, 1e-6])
        #expect(error < 1e-7, "\(kind.name), KL \(divergence), \(normal), seed \(Self.seed): \(place)")
      }
    }
  }

  struct Convolutional: CustomTestStringConvertible, Sendable {
    let kind: ModelKind
    let architecture: Architecture
    let image: ImageShape
    let likelihood: ImageNetworks.Likelihood
    var testDescription: String { "\(architecture.rawValue) \(image) \(kind.name)" }
  }

  static let convolutional = [
    Convolutional(
      kind: ModelKind.all[2], architecture: .conv, image: ImageShape(height: 28, width: 28, channels: 1),
      likelihood: .bernoulli),
    Convolutional(
      kind: ModelKind.all[1], architecture: .convJointVAE,
      image: ImageShape(height: 32, width: 32, channels: 3), likelihood: .gaussian),
  ]

  @Test(arguments: convolutional) func gradientThroughConvolutions(_ test: Convolutional) {
    let configuration = test.kind.configuration(
      temperature: 0.6, categories: 4, variables: 2, divergence: .sampled, normal: .sampled,
      stickTheLanding: false,
      networks: ImageNetworks(
        image: test.image, architecture: test.architecture, likelihood: test.likelihood))
    let graph = VAEGraph(configuration, batch: 1, samples: 1)
    // Relative to the loss, a sum over all pixels: differences are as exact as that is.
    let scale = Double(test.image.count)
    let gradients = graph.graph.gradients(of: graph.loss / scale, withRespectTo: graph.parameters)
    let (error, place) = gradientError(
      of: graph.loss / scale, zip(graph.parameters, gradients).map { (input: $0, gradient: $1) },
      at: Self.inputs(of: graph, weights: 0.08), entries: 2, steps: [1e-4, 1e-5, 1e-6])
    #expect(error < 1e-8, "seed \(Self.seed): \(place)")
  }
}
