import Differentiation
import Randomness
import Tensors
import TestSupport
import Testing

@testable import VAE

/// The gradients that the three RELAX models train by, against central differences in Float64.
@Suite struct RelaxGradientTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let configuration: RelaxConfiguration
    let samples: Int
    var testDescription: String {
      "\(configuration.kind), \(configuration.networks.likelihood), \(samples) samples"
    }
  }

  static let cases: [Case] = [
    Case(
      configuration: RelaxConfiguration(
        kind: .categorical, categories: 4, variables: 2, networks: .tiny(pixels: 5)),
      samples: 1),
    Case(
      configuration: RelaxConfiguration(
        kind: .categorical, categories: 3, variables: 2,
        networks: .tiny(
          pixels: 6, channels: 3, encoderUnits: [4], decoderUnits: [5], likelihood: .gaussian,
          outputActivation: .elu)), samples: 3),
    Case(
      configuration: RelaxConfiguration(
        kind: .bernoulli, categories: 5, variables: 1, networks: .tiny(pixels: 5)), samples: 1),
    Case(
      configuration: RelaxConfiguration(
        kind: .bernoulli, categories: 3, variables: 2, networks: .tiny(pixels: 4, decoderUnits: [4])),
      samples: 2),
    Case(
      configuration: RelaxConfiguration(kind: .igr, categories: 4, variables: 2, networks: .tiny(pixels: 5)),
      samples: 1),
    Case(
      configuration: RelaxConfiguration(
        kind: .igr, categories: 3, variables: 2,
        networks: .tiny(
          pixels: 6, channels: 3, decoderUnits: [5], likelihood: .gaussian, outputActivation: .elu)),
      samples: 2),
  ]

  /// Values for all inputs of a graph; temperatures near their start, everything else near 1.
  static func inputs(
    of graph: RelaxGraph, _ configuration: RelaxConfiguration, seed: UInt64
  ) -> [(node: Node, values: [Double])] {
    var generator = SplitMix64(seed: seed)
    var inputs = [(node: graph.images, values: generator.uniforms(graph.images.shape.count, 0...1))]
    for noise in graph.noises {
      inputs.append((noise.node, generator.draws(noise.node.shape.count, noise.law)))
    }
    for (node, parameter) in zip(graph.parameters, RelaxGraph.parameters(of: configuration)) {
      var center = 0.0
      if case .constant(let value) = parameter.start { center = value }
      inputs.append((node, generator.uniforms(node.shape.count, center - 0.8...center + 0.8)))
    }
    return inputs
  }

  /// Both gradients of gradients: with respect to the network's weights, its scale, and every temperature.
  @Test(arguments: cases) func controlVariateFollowsTheVarianceObjective(_ test: Case) {
    let graph = RelaxGraph(test.configuration, batch: 2, samples: test.samples)
    let pairs = zip(RelaxGraph.parameters(of: test.configuration), zip(graph.parameters, graph.gradients))
      .filter { $0.0.name.hasPrefix("control") }
      .map { (input: $0.1.0, gradient: $0.1.1) }
    #expect(pairs.count == 6)
    let (error, place) = gradientError(
      of: graph.varianceObjective, pairs, at: Self.inputs(of: graph, test.configuration, seed: 21))
    #expect(error < 1e-6, "\(place)")
  }

  @Test(arguments: cases) func decoderFollowsTheLossAtTheVertex(_ test: Case) {
    let graph = RelaxGraph(test.configuration, batch: 2, samples: test.samples)
    let pairs = zip(RelaxGraph.parameters(of: test.configuration), zip(graph.parameters, graph.gradients))
      .filter { $0.0.name.hasPrefix("decoder") }
      .map { (input: $0.1.0, gradient: $0.1.1) }
    let (error, place) = gradientError(
      of: graph.loss, pairs, at: Self.inputs(of: graph, test.configuration, seed: 22))
    #expect(error < 1e-7, "\(place)")
  }

  /// The encoder's gradient is the estimate, sent back through the encoder: that of Σ encoded·g/B with g held still.
  @Test(arguments: cases) func encoderFollowsTheEstimate(_ test: Case) {
    let graph = RelaxGraph(test.configuration, batch: 2, samples: test.samples)
    let parameters = RelaxGraph.parameters(of: test.configuration)
    let count = parameters.filter { $0.name.hasPrefix("encoder") }.count
    let inputs = Self.inputs(of: graph, test.configuration, seed: 23)
    let program = Program<Double>(outputs: [graph.estimate] + inputs.map(\.node))
    for (node, values) in inputs { program.set(node, values) }
    program.run()
    let estimate = graph.graph.input(graph.estimate.shape)
    let pairs = (0..<count).map { (input: graph.parameters[$0], gradient: graph.gradients[$0]) }
    let (error, place) = gradientError(
      of: (graph.encoded * estimate / 2).total, pairs,
      at: inputs + [(estimate, Array(program.values(of: graph.estimate)))])
    #expect(error < 1e-7, "\(place)")
  }
}
