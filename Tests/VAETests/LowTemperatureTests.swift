import Differentiation
import Randomness
import Tensors
import TestSupport
import Testing

@testable import VAE

/// Nothing that training or measuring computes of a model is NaN or infinite in Float32, for temperatures from 0.01 to
/// 5 where the encoder gives ±80 (log deviations: ±40).
@Suite struct LowTemperatureTests {
  static let temperatures = [0.01, 0.03, 0.1, 0.5, 1, 5]
  static let extremes: [Float] = [-80, -30, 0, 1, 80]
  static let widths: [Float] = [-40, -5, 0, 5, 40]

  /// A linear encoder that gives its bias, whatever the image; all else moderate.
  ///
  /// - Parameter choices: of each of the encoder's blocks.
  private func setWeights(
    _ state: ModelState<Float>, blocks: [(rows: Int, variables: Int)], choices: [[Float]], seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    for (index, parameter) in state.parameters.enumerated() {
      let weights = state.values(.weights, of: index)
      switch parameter.name {
      case "encoder_1/kernel": weights.update(repeating: 0)
      case "encoder_1/bias":
        let values = zip(blocks, choices).flatMap { block, choices in
          (0..<block.rows * block.variables).map { _ in choices.randomElement(using: &generator) ?? 0 }
        }
        _ = weights.update(fromContentsOf: values)
      default:
        _ = weights.update(fromContentsOf: generator.uniforms(weights.count, -1...1).map { Float($0) })
      }
    }
  }

  private func setImages(_ images: UnsafeMutableBufferPointer<Float>, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    _ = images.update(fromContentsOf: generator.uniforms(images.count, 0...1).map { Float($0.rounded()) })
  }

  private func fill(_ noises: [(values: UnsafeMutableBufferPointer<Float>, law: NoiseLaw)], seed: UInt64) {
    let key = RandomKey(seed: seed, purpose: .trainingNoise)
    for (number, noise) in noises.enumerated() { key.fill(noise.values, noise.law, step: UInt64(number)) }
  }

  /// Loss, gradient, ELBOs and the bound on the likelihood of a model for some draws of its weights.
  private func expectFinite(
    _ model: some Model, blocks: [(rows: Int, variables: Int)], choices: [[Float]], _ what: String
  ) {
    let (batch, samples, seeds) = (4, 2, UInt64(1)...4)
    let state = ModelState<Float>(parameters: model.parameters)
    let training = model.trainingGraph(batch: batch, samples: samples)
    let step = TrainingStep<Float>(training, state: state, recordsDiscreteGradient: true)
    let elbo = ELBOEvaluation(
      model.evaluationGraph(batch: batch, samples: samples, atVertex: false), measuresDiscrete: true,
      state: state)
    let likelihood = LikelihoodEvaluation(
      model.evaluationGraph(batch: batch, samples: samples, atVertex: true), state: state)
    let distance = VertexDistance(
      model.evaluationGraph(batch: batch, samples: samples, atVertex: false), state: state)
    let hasDiscreteKL = model.evaluationGraph(batch: 1, samples: 1, atVertex: true).elboOfDiscrete != nil
    for seed in seeds {
      let place = "\(what), seed \(seed)"
      setWeights(state, blocks: blocks, choices: choices, seed: seed)
      setImages(step.images, seed: seed)
      fill(step.noises, seed: seed)
      #expect(step.computeGradient().isFinite, "loss of \(place): \(step.terms)")
      for (index, parameter) in state.parameters.enumerated() {
        let gradient = state.values(.gradient, of: index)
        #expect(gradient.allSatisfy { $0.isFinite }, "gradient of \(parameter.name), \(place)")
      }
      #expect(state.gradientNorm.isFinite, "\(place)")
      #expect(step.discreteGradients.allSatisfy { $0.allSatisfy { $0.isFinite } }, "\(place)")

      setImages(elbo.evaluation.images, seed: seed)
      fill(elbo.evaluation.noises, seed: seed)
      let sums = elbo.run()
      #expect(sums.elbo.isFinite, "ELBO of \(place)")
      #expect(
        sums.elboOfDiscrete.map(\.isFinite) == (hasDiscreteKL ? true : nil),
        "ELBO with the discrete KL of \(place)")
      setImages(likelihood.evaluation.images, seed: seed)
      fill(likelihood.evaluation.noises, seed: seed)
      let bound = likelihood.run()
      #expect(bound.bound.isFinite && bound.variance.isFinite, "bound of \(place)")
      #expect(bound.published.isFinite == hasDiscreteKL, "published figure of \(place)")
      if let distance {
        setImages(distance.evaluation.images, seed: seed)
        fill(distance.evaluation.noises, seed: seed)
        #expect(distance.run().allSatisfy { $0.isFinite }, "distance of \(place)")
      }
    }
  }

  @Test(arguments: ModelKind.all, temperatures) func relaxations(kind: ModelKind, temperature: Double) {
    for divergence in kind.divergences {
      for normal in kind.normalDivergences {
        for stickTheLanding in [false, true] {
          let model = kind.configuration(
            temperature: temperature, categories: 6, variables: 3, divergence: divergence, normal: normal,
            stickTheLanding: stickTheLanding, networks: .tiny(pixels: 8))
          let isGumbel = model.relaxation == .gumbelSoftmax
          let choices =
            (normal == nil ? [] : [Self.extremes, Self.extremes])
            + (isGumbel ? [Self.extremes] : [Self.extremes, Self.widths])
          expectFinite(
            model, blocks: model.posteriorBlocks, choices: choices,
            "KL \(divergence), normal part \(normal.map { "\($0)" } ?? "none"), stl \(stickTheLanding)")
        }
      }
    }
  }

  @Test(arguments: RelaxExtremesTests.kinds) func estimators(kind: RelaxConfiguration.Kind) {
    let model = RelaxConfiguration(kind: kind, categories: 6, variables: 3, networks: .tiny(pixels: 8))
    expectFinite(
      model, blocks: model.posteriorBlocks, choices: [Self.extremes, Self.extremes], "\(kind)")
  }

  @Test(arguments: MixtureGraphTests.models) func mixtures(_ kind: MixtureGraphTests.Model) {
    let model = MixtureConfiguration(
      sticks: kind.sticks, truncation: kind.truncation, components: 5, dimension: 3,
      networks: .tiny(pixels: 8), priorKey: RandomKey(seed: 1, purpose: .mixturePrior))
    let width = kind.sticks == .kumaraswamy ? Self.extremes : Self.widths
    expectFinite(
      model, blocks: model.posteriorBlocks, choices: [Self.extremes, Self.extremes, Self.extremes, width],
      kind.name)
  }
}
