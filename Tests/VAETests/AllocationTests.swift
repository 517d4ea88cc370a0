import CAllocationCount
import Differentiation
import Randomness
import Tensors
import Testing

@testable import VAE

/// A training step in its steady state takes nothing from the heap: noise, forward, backward, update.
@Suite struct AllocationTests {
  private static let key = RandomKey(seed: 1, purpose: .trainingNoise)

  /// Allocations of each part of the third step.
  private func allocations(_ model: some Model) -> [String: Int] {
    let state = ModelState<Float>(parameters: model.parameters)
    state.start(key: RandomKey(seed: 1, purpose: .weights))
    let step = TrainingStep(model.trainingGraph(batch: 4, samples: 2), state: state)
    for index in step.images.indices { step.images[index] = index % 7 == 0 ? 1 : 0 }
    func fill() {
      for index in step.noises.indices {
        Self.key.fill(
          step.noises[index].values, step.noises[index].law, step: UInt64(state.step) ^ UInt64(index) << 56)
      }
    }
    // OpenBLAS takes its buffers in the first products.
    for _ in 0..<2 {
      fill()
      precondition(step.computeGradient().isFinite)
      state.applyAdam(learningRate: 1e-3)
    }
    return [
      "noise": counting(fill), "gradient": counting { _ = step.computeGradient() },
      "norm": counting { _ = state.gradientNorm },
      "update": counting { state.applyAdam(learningRate: 1e-3) },
    ].filter { $0.value > 0 }
  }

  private func counting(_ work: () -> Void) -> Int {
    igr_begin_counting_allocations()
    work()
    return igr_end_counting_allocations()
  }

  private static func networks(_ architecture: Architecture) -> ImageNetworks {
    ImageNetworks(image: ImageShape(height: 28, width: 28, channels: 1), architecture: architecture)
  }

  @Test func theCountCounts() {
    igr_begin_counting_allocations()
    let storage = Storage<Float>(count: 1_000)
    #expect(igr_end_counting_allocations() >= 1)
    #expect(storage.count == 1_000)
  }

  @Test(arguments: ModelKind.all) func aRelaxationAllocatesNothing(_ kind: ModelKind) {
    for architecture in [Architecture.dense, .denseNonlinear, .conv] {
      for divergence in kind.divergences {
        let model = kind.configuration(
          temperature: 0.5, categories: 5, variables: 3, divergence: divergence,
          normal: kind.relaxation == .none ? .sampled : nil, stickTheLanding: false,
          networks: Self.networks(architecture))
        #expect(allocations(model) == [:], "\(architecture.rawValue), \(divergence)")
      }
    }
  }

  @Test func allOtherModelsAllocateNothing() {
    for kind in [RelaxConfiguration.Kind.categorical, .bernoulli, .igr] {
      let model = RelaxConfiguration(
        kind: kind, categories: 4, variables: 3, networks: Self.networks(.denseRelax))
      #expect(allocations(model) == [:], "\(kind)")
    }
    for truncation in [nil, Truncation(option: .quantile(75), threshold: 0.9)] {
      for sticks in [MixtureConfiguration.Sticks.kumaraswamy, .logitNormal] {
        let model = MixtureConfiguration(
          sticks: sticks, truncation: truncation, components: 4, dimension: 3,
          networks: Self.networks(.dlgmmDense), priorKey: Self.key)
        #expect(allocations(model) == [:], "\(sticks)")
      }
    }
    for relaxation in [StructuredOutputConfiguration.Relaxation.gumbelSoftmax, .igrPlanar] {
      let model = StructuredOutputConfiguration(
        relaxation: relaxation, network: .nonlinear, temperature: 0.5, units: 20)
      #expect(allocations(model) == [:], "\(relaxation)")
    }
  }
}
