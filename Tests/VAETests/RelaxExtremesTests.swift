import Differentiation
import Glibc
import Randomness
import Tensors
import TestSupport
import Testing

@testable import VAE

/// Nothing is infinite or NaN in Float32, at logits of 80 and temperatures from 0.01 to 5.
@Suite struct RelaxExtremesTests {
  static let kinds: [RelaxConfiguration.Kind] = [.categorical, .bernoulli, .igr]

  @Test(arguments: kinds, [0.01, 0.03, 0.1, 0.5, 1, 5])
  func everyNumberIsFinite(kind: RelaxConfiguration.Kind, temperature: Double) {
    let configuration = RelaxConfiguration(
      kind: kind, categories: 6, variables: 3, networks: .tiny(pixels: 8))
    let (batch, samples) = (16, 2)
    let graph = RelaxGraph(configuration, batch: batch, samples: samples)
    let watched =
      graph.gradients + [
        graph.loss, graph.varianceObjective, graph.estimate, graph.reinforce, graph.logPosterior,
      ]
    let program = Program<Float>(
      outputs: watched + [graph.images] + graph.noises.map(\.node) + graph.parameters)
    let parameters = RelaxGraph.parameters(of: configuration)
    for seed in UInt64(41)...48 {
      var generator = SplitMix64(seed: seed)
      program.set(
        graph.images, generator.uniforms(graph.images.shape.count, 0...1).map { Float($0.rounded()) })
      for (number, noise) in graph.noises.enumerated() {
        RandomKey(seed: seed, purpose: .trainingNoise)
          .fill(program.values(of: noise.node), noise.law, step: UInt64(number))
      }
      for (node, parameter) in zip(graph.parameters, parameters) {
        let count = node.shape.count
        let values: [Double] =
          switch parameter.name {
          case "encoder_1/kernel": [Double](repeating: 0, count: count)
          case "encoder_1/bias": (0..<count).map { _ in [-80, -30, 0, 1, 80][Int(generator.next() % 5)] }
          case "control/log_temp": [Double](repeating: log(temperature), count: count)
          default: generator.uniforms(count, -1...1)
          }
        program.set(node, values.map { Float($0) })
      }
      program.run()
      for (number, node) in watched.enumerated() {
        #expect(program.values(of: node).allSatisfy { $0.isFinite }, "output \(number), seed \(seed)")
      }
    }
  }

  /// z̃ rounds to the b that it is conditional on, whatever the logits.
  @Test(arguments: [0.0, 1, 10, 80]) func conditionalNoiseRoundsToItsVertex(size: Double) {
    let graph = Graph()
    let shape: Shape = [50, 5, 4, 3]
    let (logits, b) = (graph.input([50, 5, 1, 3]), graph.input(shape))
    let (gumbel, logistic) = (graph.input(shape), graph.input(shape))
    let categorical = conditionalGumbel(vertex: b.oneHot(1), logAlpha: logits, gumbel: gumbel)
    let bits = conditionalLogistic(bits: b.step(), logit: logits, logistic: logistic)
    let outputs = [b.oneHot(1), b.step(), categorical, categorical.oneHot(1), bits]
    let program = Program<Float>(outputs: outputs + [logits, b, gumbel, logistic])
    var generator = SplitMix64(seed: 51)
    program.set(logits, generator.uniforms(logits.shape.count, -size...size).map { Float($0) })
    for (node, law) in [(b, NoiseLaw.logistic), (gumbel, .gumbel), (logistic, .logistic)] {
      program.set(node, generator.draws(shape.count, law).map { Float($0) })
    }
    program.run()
    let values = outputs.map { Array(program.values(of: $0)) }
    #expect(values[2].allSatisfy { $0.isFinite } && values[4].allSatisfy { $0.isFinite })
    // An impossible vertex leaves all z̃ within rounding of each other: then it is among the largest.
    for item in 0..<50 {
      for place in 0..<12 {
        let entries = (0..<5).map { (item * 5 + $0) * 12 + place }
        let marked = entries.first { values[0][$0] == 1 }!
        #expect(values[2][marked] == entries.map { values[2][$0] }.max())
      }
    }
    for (bit, z) in zip(values[1], values[4]) { #expect(bit == 1 ? z >= 0 : z <= 0) }
  }
}
