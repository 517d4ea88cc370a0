import CAllocationCount
import Differentiation
import Randomness
import Tensors
import Testing

@testable import VAE

/// A training step in its steady state takes nothing from the heap: noise, forward, backward, update.
@Suite struct AllocationTests {
  private static let key = RandomKey(seed: 1, purpose: .trainingNoise)

  /// Allocations of the third step.
  private func allocations(_ model: some Model) -> Int {
    let state = ModelState<Float>(parameters: model.parameters)
    state.start(key: RandomKey(seed: 1, purpose: .weights))
    let step = TrainingStep(model.trainingGraph(batch: 4, samples: 2), state: state)
    for index in step.images.indices { step.images[index] = index % 7 == 0 ? 1 : 0 }
    func takeStep() {
      for (index, noise) in step.noises.enumerated() {
        Self.key.fill(noise.values, noise.law, step: UInt64(state.step) ^ UInt64(index) << 56)
      }
      precondition(step.computeGradient().isFinite && state.gradientNorm.isFinite)
      state.applyAdam(learningRate: 1e-3)
    }
    // OpenBLAS takes its buffers in the first product.
    for _ in 0..<2 { takeStep() }
    igr_begin_counting_allocations()
    takeStep()
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
        #expect(allocations(model) == 0, "\(architecture.rawValue), \(divergence)")
      }
    }
  }

  @Test func allOtherModelsAllocateNothing() {
    for kind in [RelaxConfiguration.Kind.categorical, .bernoulli, .igr] {
      let model = RelaxConfiguration(
        kind: kind, categories: 4, variables: 3, networks: Self.networks(.denseRelax))
      #expect(allocations(model) == 0, "\(kind)")
    }
    for truncation in [nil, Truncation(option: .quantile(75), threshold: 0.9)] {
      for sticks in [MixtureConfiguration.Sticks.kumaraswamy, .logitNormal] {
        let model = MixtureConfiguration(
          sticks: sticks, truncation: truncation, components: 4, dimension: 3,
          networks: Self.networks(.dlgmmDense), priorKey: Self.key)
        #expect(allocations(model) == 0, "\(sticks)")
      }
    }
    for relaxation in [StructuredOutputConfiguration.Relaxation.gumbelSoftmax, .igrPlanar] {
      let model = StructuredOutputConfiguration(
        relaxation: relaxation, network: .nonlinear, temperature: 0.5, units: 20)
      #expect(allocations(model) == 0, "\(relaxation)")
    }
  }
}
