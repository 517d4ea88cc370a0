import Randomness
import TestSupport
import Testing
import Trials
import VAE

@testable import Training

/// Every combination of a model, a network and the settings of its objective either takes one training step and one
/// measurement with finite numbers, or is refused with a reason. Nothing in between: no trap, no NaN.
@Suite struct EveryCombinationTests {
  private typealias Values = [String: HyperparameterValue]

  /// What decides the objective, each alone and each with each.
  private static let objectives: [Values] = [
    ["sample_from_disc_kl": .boolean(false)], ["sample_from_cont_kl": .boolean(false)],
    ["run_closed_form_kl": .boolean(true)], ["stick_the_landing": .boolean(true)],
    ["latent_norm_n": .integer(2)], ["run_jv": .boolean(true)],
    ["prior": .list([.list(zeros), .list(zeros)])],
  ]
  /// What else a trial may set, each alone.
  private static let settings: [Values] = [
    ["test_with_one_hot": .boolean(true)], ["sample_size": .integer(3)],
    ["truncation_option": .string("max")], ["record": .list([.string("gradients")])],
    ["record": .list([.string("vertex_distance")])], ["record": .list([.string("traversals")])],
  ]
  /// What reaches into the networks, on every one of them.
  private static let shapes: [Values] = [["likelihood": .string("gaussian")], ["latent_norm_n": .integer(2)]]
  private static let zeros = [HyperparameterValue](repeating: .real(0), count: 3)

  /// Models by the networks that take them; all others are refused.
  private static let networks: [[ModelType]: [String]] = [
    [
      .vae, .gs, .gsDis, .igrI, .igrIDis, .igrPlanar, .igrPlanarDis, .igrSB, .igrSBDis, .igrSBFinite,
      .igrSBFiniteDis, .relaxGSDis, .relaxBerDis, .relaxIGR,
    ]: ["dense", "dense_nonlinear", "dense_relax", "conv", "conv_jointvae"],
    [.dlgmm, .dlgmmVar, .dlgmmIGR, .dlgmmIGRSB]: ["dlgmm_dense", "dlgmm_conv"],
  ]

  private static func smallest(_ type: ModelType, _ network: String) -> Values {
    var values: Values = [
      "dataset_name": .string("mnist"), "model_type": .string(type.rawValue),
      "architecture": .string(network),
    ]
    if type.isRelaxation { values["temp"] = .real(0.5) }
    if type == .vae {
      values["latent_norm_n"] = .integer(2)
    } else {
      values.merge(["n_required": .integer(3), "num_of_discrete_var": .integer(2)]) { $1 }
    }
    return values
  }

  @Test(arguments: ModelType.allCases) func runsOrIsRefusedWithAReason(_ type: ModelType) throws {
    let own = try #require(Self.networks.first { $0.key.contains(type) }?.value)
    for network in TrialConfiguration.Architecture.allCases.map(\.rawValue) {
      let plain = Self.smallest(type, network)
      guard own.contains(network) else {
        let error = #expect(throws: ConfigurationError.self, "\(type.rawValue) \(network)") {
          try TrialConfiguration(validating: plain)
        }
        #expect(error?.hyperparameter == "architecture" && error?.message.contains(network) == true)
        continue
      }
      try step(plain)
      var combinations = Self.shapes
      if network == own[0] {
        combinations += Self.settings
        for (index, setting) in Self.objectives.enumerated() {
          combinations += Self.objectives[index...].map { setting.merging($0) { $1 } }
        }
      }
      let ran = try combinations.filter { try run(plain, $0) }.count
      #expect(ran >= 1, "\(type.rawValue) \(network): nothing but the defaults")
    }
  }

  @Test(arguments: Experiment.sop.models) func structuredOutputRunsOnItsOwnNetworks(_ type: ModelType) throws
  {
    for network in TrialConfiguration.Architecture.allCases.map(\.rawValue) {
      let values: Values = [
        "dataset_name": .string("mnist"), "experiment": .string("sop"), "model_type": .string(type.rawValue),
        "temp": .real(0.5), "architecture": .string(network), "sample_size": .integer(2),
      ]
      if ["double_linear", "triple_linear", "nonlinear"].contains(network) {
        try step(values)
      } else {
        #expect(throws: ConfigurationError.self, "\(network)") { try TrialConfiguration(validating: values) }
      }
    }
  }

  /// - Returns: false where the combination is refused.
  private func run(_ plain: Values, _ settings: Values) throws -> Bool {
    let values = plain.merging(settings) { $1 }
    do {
      try step(values)
      return true
    } catch let error as ConfigurationError {
      // The reason begins with one of the names that were given, and says more.
      #expect(settings[error.hyperparameter] != nil, "\(settings): \(error)")
      #expect(error.message.hasPrefix("'\(error.hyperparameter)") && error.message.count > 40, "\(error)")
      return false
    }
  }

  /// One step on two random images, then the measurements of one image.
  private func step(_ values: Values) throws {
    let configuration = try TrialConfiguration(validating: values)
    let side = configuration.architecture == .convJointVAE ? 32 : 28
    let model = try modelOfTrial(configuration, image: ImageShape(height: side, width: side, channels: 1))
    let state = ModelState<Float>(parameters: model.parameters)
    state.start(key: RandomKey(seed: 1, purpose: .weights))
    let recordsGradients = configuration.record.contains(.gradients)
    let step = TrainingStep(
      model.trainingGraph(batch: 2, samples: configuration.sampleSize), state: state,
      recordsDiscreteGradient: recordsGradients)
    Self.fill(step.images)
    fillNoise(step.noises, key: RandomKey(seed: 1, purpose: .trainingNoise), step: 0)
    let loss = step.computeGradient()
    #expect(loss.isFinite && state.gradientNorm.isFinite && state.gradientNorm > 0, "\(values)")
    #expect(!recordsGradients || !step.discreteGradients.isEmpty, "\(values)")
    state.applyAdam(learningRate: configuration.learningRate)
    #expect(state.firstArrayNotFinite(of: .weights) == nil, "\(values)")

    let elbo = ELBOEvaluation(
      model.evaluationGraph(
        batch: 1, samples: configuration.sampleSize, atVertex: configuration.testWithOneHot),
      measuresDiscrete: true, state: state)
    Self.fill(elbo.evaluation.images)
    fillNoise(elbo.evaluation.noises, key: RandomKey(seed: 1, purpose: .evaluationNoise), step: 0)
    let sums = elbo.run()
    #expect(sums.elbo.isFinite && (sums.elboOfDiscrete ?? 0).isFinite, "\(values)")
    let likelihood = LikelihoodEvaluation(
      model.evaluationGraph(batch: 1, samples: 4, atVertex: true), state: state)
    Self.fill(likelihood.evaluation.images)
    fillNoise(likelihood.evaluation.noises, key: RandomKey(seed: 1, purpose: .finalNoise), step: 0)
    #expect(likelihood.run().bound.isFinite, "\(values)")
  }

  private static func fill(_ images: UnsafeMutableBufferPointer<Float>) {
    RandomKey(seed: 2, purpose: .binarization).fill(images, .uniform, step: 0)
    for index in images.indices { images[index] = images[index] < 0.2 ? 1 : 0 }
  }
}
