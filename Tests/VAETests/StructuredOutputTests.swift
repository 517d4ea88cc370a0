import Differentiation
import Glibc
import Randomness
import Tensors
import TestSupport
import Testing
import VAE

/// Structured output prediction: gradients, rounding, halves, and robustness.
@Suite struct StructuredOutputTests {
  static let relaxations: [StructuredOutputConfiguration.Relaxation] = [.gumbelSoftmax, .igrI, .igrPlanar]

  private func inputs(
    of graph: StructuredOutputGraph, seed: UInt64, size: Double = 1
  ) -> [(node: Node, values: [Double])] {
    var generator = SplitMix64(seed: seed)
    var inputs = [
      (
        node: graph.images,
        values: generator.uniforms(graph.images.shape.count, 0...1).map { $0.rounded() }
      )
    ]
    for noise in graph.noises {
      inputs.append((noise.node, generator.draws(noise.node.shape.count, noise.law)))
    }
    for node in graph.parameters { inputs.append((node, generator.uniforms(node.shape.count, -size...size))) }
    return inputs
  }

  private func configuration(
    _ relaxation: StructuredOutputConfiguration.Relaxation, _ network: StructuredOutputConfiguration.Network,
    temperature: Double = 0.67
  ) -> StructuredOutputConfiguration {
    StructuredOutputConfiguration(
      relaxation: relaxation, network: network, temperature: temperature, units: 4, upperPixels: 5,
      lowerPixels: 3)
  }

  @Test(arguments: relaxations, StructuredOutputConfiguration.Network.allCases)
  func lossGradient(
    relaxation: StructuredOutputConfiguration.Relaxation, network: StructuredOutputConfiguration.Network
  ) {
    for samples in [1, 3] {
      let configuration = configuration(relaxation, network)
      let graph = StructuredOutputGraph(configuration, batch: 2, samples: samples)
      var inputs = inputs(of: graph, seed: 71)
      // A planar layer's curvature grows with 1/w, and with it the error of the central difference.
      let parameters = StructuredOutputGraph.parameters(of: configuration)
      for (index, parameter) in parameters.enumerated() where parameter.name.hasSuffix("/w") {
        let place = inputs.count - parameters.count + index
        inputs[place].values = inputs[place].values.map { $0 < 0 ? $0 - 0.5 : $0 + 0.5 }
      }
      let (error, place) = gradientError(
        of: graph.loss, zip(graph.parameters, graph.gradients).map { (input: $0, gradient: $1) }, at: inputs)
      #expect(error < 1e-8, "\(samples) samples, seed 71: \(place)")
    }
  }

  /// What is handed on is ±1, and what relaxed samples tend to as the temperature falls.
  @Test(arguments: relaxations, StructuredOutputConfiguration.Network.allCases)
  func roundedSamplesAreTheLimitOfLowTemperature(
    relaxation: StructuredOutputConfiguration.Relaxation, network: StructuredOutputConfiguration.Network
  ) {
    let rounded = StructuredOutputGraph(
      configuration(relaxation, network), batch: 3, samples: 4, rounded: true)
    let cold = StructuredOutputGraph(
      configuration(relaxation, network, temperature: 1e-7), batch: 3, samples: 4)
    let values = [rounded, cold].map { graph in
      let inputs = inputs(of: graph, seed: 72)
      let program = Program<Double>(outputs: graph.layerOutputs + [graph.loss] + inputs.map(\.node))
      for (node, values) in inputs { program.set(node, values) }
      program.run()
      return (graph.layerOutputs + [graph.loss]).map { Array(program.values(of: $0)) }
    }
    for layer in values[0].dropLast() {
      #expect(layer.allSatisfy { abs($0) == 1 })
      #expect(Set(layer).count == 2)
    }
    for (a, b) in zip(values[0].joined(), values[1].joined()) { #expect(abs(a - b) < 1e-9) }
  }

  /// The lower pixels reach the loss alone, the upper ones the layers.
  @Test func halvesAreNotMixed() {
    let graph = StructuredOutputGraph(configuration(.igrI, .doubleLinear), batch: 1, samples: 2)
    let slopes =
      graph.graph.gradients(of: graph.logits, withRespectTo: [graph.images])
      + graph.graph.gradients(of: graph.loss, withRespectTo: [graph.images])
    let inputs = inputs(of: graph, seed: 73)
    let program = Program<Double>(outputs: slopes + inputs.map(\.node))
    for (node, values) in inputs { program.set(node, values) }
    program.run()
    let (ofLogits, ofLoss) = (program.values(of: slopes[0]), program.values(of: slopes[1]))
    #expect(ofLogits[..<5].allSatisfy { $0 != 0 } && ofLogits[5...].allSatisfy { $0 == 0 })
    #expect(ofLoss.allSatisfy { $0 != 0 })
  }

  @Test(arguments: relaxations, [0.01, 0.03, 0.1, 0.5, 1, 5])
  func everyNumberIsFinite(relaxation: StructuredOutputConfiguration.Relaxation, temperature: Double) {
    for network in StructuredOutputConfiguration.Network.allCases {
      let graph = StructuredOutputGraph(
        configuration(relaxation, network, temperature: temperature), batch: 8, samples: 5)
      for seed in UInt64(74)...77 {
        let inputs = inputs(of: graph, seed: seed, size: 80)
        let program = Program<Float>(outputs: [graph.loss] + graph.gradients + inputs.map(\.node))
        for (node, values) in inputs { program.set(node, values.map { Float($0) }) }
        program.run()
        for node in [graph.loss] + graph.gradients {
          #expect(program.values(of: node).allSatisfy { $0.isFinite }, "\(network), seed \(seed)")
        }
      }
    }
  }
}
