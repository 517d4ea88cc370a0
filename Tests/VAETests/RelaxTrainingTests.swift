import Differentiation
import Randomness
import Tensors
import TestSupport
import Testing

@testable import VAE

/// What following the three gradients achieves, in Float32 with the project's noise and start.
@Suite struct RelaxTrainingTests {
  static let kinds: [RelaxConfiguration.Kind] = [.categorical, .bernoulli, .igr]

  /// 16 images of 12 pixels, each one of four patterns with a few pixels turned over.
  private static func images(seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    let patterns = (0..<4).map { _ in generator.uniforms(12, 0...1).map { $0.rounded() } }
    return (0..<16).flatMap { image in
      patterns[image % 4].map { Float(generator.uniform(0, 1) < 0.05 ? 1 - $0 : $0) }
    }
  }

  /// A model under training.
  private struct Run {
    let graph: RelaxGraph
    let state: ModelState<Float>
    let program: Program<Float>
    let key: RandomKey
    let second: Node

    init(_ kind: RelaxConfiguration.Kind, samples: Int, seed: UInt64) {
      let configuration = RelaxConfiguration(
        kind: kind, categories: 4, variables: 2,
        networks: .tiny(pixels: 12, encoderUnits: [16], decoderUnits: [16]))
      graph = RelaxGraph(configuration, batch: 16, samples: samples)
      state = ModelState(parameters: RelaxGraph.parameters(of: configuration))
      state.start(key: RandomKey(seed: seed, purpose: .weights))
      key = RandomKey(seed: seed, purpose: .trainingNoise)
      second = graph.reinforce.squared().sum(1).mean(0)
      var external: [Node: Storage<Float>.Slice] = [:]
      for index in state.parameters.indices {
        external[graph.parameters[index]] = state.slice(state.weights, index)
        external[graph.gradients[index]] = state.slice(state.gradient, index)
      }
      program = Program(
        outputs: [graph.loss, graph.varianceObjective, second, graph.images] + graph.gradients
          + graph.noises.map(\.node), external: external)
      program.set(graph.images, RelaxTrainingTests.images(seed: seed))
    }

    func run(step: Int) {
      for (number, noise) in graph.noises.enumerated() {
        key.fill(program.values(of: noise.node), noise.law, step: UInt64(2 * step + number))
      }
      program.run()
    }

    /// Means over steps that no training uses: of the loss, of Σ g² and of the score function's.
    func measure() -> (loss: Float, controlled: Float, score: Float) {
      var sums: (Float, Float, Float) = (0, 0, 0)
      for step in 1_000_000..<1_000_400 {
        run(step: step)
        sums.0 += program.values(of: graph.loss)[0] / 400
        sums.1 += program.values(of: graph.varianceObjective)[0] / 400
        sums.2 += program.values(of: second)[0] / 400
      }
      return sums
    }
  }

  @Test(arguments: kinds, [1, 2]) func trainingLowersTheLoss(kind: RelaxConfiguration.Kind, samples: Int) {
    let run = Run(kind, samples: samples, seed: 81)
    let before = run.measure()
    for step in 0..<600 {
      run.run(step: step)
      run.state.applyAdam(learningRate: 0.01)
    }
    let after = run.measure()
    print("\(kind), \(samples) samples, seed 81: loss \(before.loss) before, \(after.loss) after 600 steps;")
    print("Σ g² \(after.controlled), score function \(after.score)")
    #expect(after.loss < 0.7 * before.loss)
    #expect(after.controlled < after.score)
  }

  /// At fixed encoder and decoder. Both estimators have the same mean, so the smaller Σ g² is the smaller variance.
  @Test(arguments: kinds) func trainedControlVariateLowersTheVariance(kind: RelaxConfiguration.Kind) {
    let run = Run(kind, samples: 1, seed: 82)
    let before = run.measure()
    for step in 0..<1_000 {
      run.run(step: step)
      for (index, parameter) in run.state.parameters.enumerated() where !parameter.name.hasPrefix("control") {
        run.state.values(.gradient, of: index).update(repeating: 0)
      }
      run.state.applyAdam(learningRate: 0.01)
    }
    let after = run.measure()
    print("\(kind), seed 82: Σ g² \(before.controlled) untrained, \(after.controlled) trained,")
    print("score function \(after.score)")
    #expect(after.controlled < after.score)
    #expect(after.controlled < before.controlled)
  }
}
