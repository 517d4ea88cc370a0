import Testing
import Trials

@testable import Training

/// Every model and every experiment as a whole trial: its numbers are finite, named and shaped as its configuration
/// promises, the same when it is run again, and the same when it is interrupted.
@Suite struct EveryExperimentTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let values: [String: HyperparameterValue]
    var testDescription: String { name }

    func trial() throws -> Trial {
      if values["dataset_name"] == .string("none") {
        let given = values.filter { $0.key != "dataset_name" }
        return Trial(
          configuration: try TrialConfiguration(validating: given), dataDigest: "", threads: 1)
      }
      return try SampleTrial.ofImages(values)
    }
  }

  /// A model of images, shrunken; where it is a relaxation at τ = 0.4.
  private static func model(
    _ type: ModelType, _ note: String = "", _ more: [String: HyperparameterValue] = [:]
  ) -> Case {
    var values: [String: HyperparameterValue] = [
      "model_type": .string(type.rawValue), "epochs": .integer(2), "batch_n": .integer(25),
      "sample_size_testing": .integer(6),
    ]
    if type.isRelaxation { values["temp"] = .real(0.4) }
    if type != .vae { values.merge(["n_required": .integer(5), "num_of_discrete_var": .integer(4)]) { $1 } }
    return Case(
      name: type.rawValue + (note.isEmpty ? "" : ", " + note), values: values.merging(more) { $1 })
  }

  private static let normal: [String: HyperparameterValue] = [
    "latent_norm_n": .integer(3), "num_of_norm_var": .integer(2),
  ]
  private static func with(_ more: [String: HyperparameterValue]) -> [String: HyperparameterValue] {
    normal.merging(more) { $1 }
  }

  static let plainModels: [Case] = [
    model(.vae, "", normal), model(.gs, "", normal), model(.gsDis), model(.igrI, "", normal), model(.igrIDis),
    model(.igrPlanar, "", normal), model(.igrPlanarDis), model(.igrSB, "", normal), model(.igrSBDis),
    model(.igrSBFinite, "", normal), model(.igrSBFiniteDis), model(.relaxGSDis), model(.relaxBerDis),
    model(.relaxIGR), model(.dlgmm), model(.dlgmmVar), model(.dlgmmIGR), model(.dlgmmIGRSB),
  ]

  static let settings: [Case] = [
    model(
      .vae, "closed KL", with(["sample_from_cont_kl": .boolean(false)])),
    model(.igrIDis, "conv_jointvae, resized", ["architecture": .string("conv_jointvae")]),
    model(
      .igrSBFinite, "JointVAE", with(["run_jv": .boolean(true), "gamma": .real(30)])),
    model(
      .gsDis, "closed KL, stochastic pixels, two samples",
      [
        "sample_from_disc_kl": .boolean(false), "binarization": .string("stochastic"),
        "sample_size": .integer(2), "validation_n": .integer(7),
      ]),
    model(
      .igrIDis, "KL by quadrature, dense_nonlinear",
      ["sample_from_disc_kl": .boolean(false), "architecture": .string("dense_nonlinear")]),
    model(
      .igrI, "closed KL between Gaussians, given prior, grey pixels",
      with([
        "run_closed_form_kl": .boolean(true), "likelihood": .string("gaussian"),
        "binarization": .string("none"),
        "prior": .list([
          .list([-0.2, -0.1, 0, 0.1, 0.2].map { .real($0) }), .list([0, 0.1, 0.2, 0.1, 0].map { .real($0) }),
        ]),
      ])),
    model(
      .igrSBFinite, "all recordings, kept weights",
      with([
        "record": .list(
          ["gradients", "vertex_distance", "traversals"].map { .string($0) }),
        "save_every": .integer(1), "epochs": .integer(3), "stick_the_landing": .boolean(true),
      ])),
    model(
      .igrSBDis, "most sticks, vertices in tests",
      [
        "truncation_option": .string("max"), "threshold": .real(0.9), "test_with_one_hot": .boolean(true),
        "n_required": .integer(20), "record": .list([.string("gradients")]),
      ]),
    model(
      .gs, "JointVAE",
      with([
        "run_jv": .boolean(true), "gamma": .real(30), "architecture": .string("dense_nonlinear"),
        "cont_c_linspace": .list([.real(0), .real(5), .integer(4)]),
        "disc_c_linspace": .list([.real(0), .real(5), .integer(4)]),
      ])),
    model(.gsDis, "conv", ["architecture": .string("conv"), "epochs": .integer(1)]),
    model(.relaxGSDis, "dense_relax", ["architecture": .string("dense_relax"), "sample_size": .integer(2)]),
    model(
      .relaxIGR, "gradients recorded", ["record": .list([.string("gradients")]), "save_every": .integer(1)]),
    model(
      .dlgmmVar, "dlgmm_conv",
      ["architecture": .string("dlgmm_conv"), "epochs": .integer(1), "n_required": .integer(3)]),
  ]

  static let structuredOutput: [Case] = zip(
    Experiment.sop.models,
    ["double_linear", "triple_linear", "nonlinear", "double_linear", "triple_linear"]
  ).map { type, network in
    Case(
      name: "sop, \(type.rawValue), \(network)",
      values: [
        "experiment": .string("sop"), "model_type": .string(type.rawValue), "temp": .real(0.67),
        "architecture": .string(network), "units_per_layer": .integer(20), "sample_size": .integer(3),
        "test_sample_size": .integer(10), "epochs": .integer(2), "batch_n": .integer(25),
      ])
  }

  /// An experiment without images.
  private static func fit(
    _ experiment: Experiment, _ type: ModelType, _ more: [String: HyperparameterValue] = [:]
  ) -> Case {
    var values: [String: HyperparameterValue] = [
      "dataset_name": .string("none"), "experiment": .string(experiment.rawValue),
      "model_type": .string(type.rawValue), "epochs": .integer(6), "iter_per_epoch": .integer(3),
      "sample_size": .integer(100), "seed": .integer(9),
    ]
    if type.isRelaxation { values.merge(["temp": .real(0.2), "n_required": .integer(12)]) { $1 } }
    let notes = more.keys.sorted().map { more[$0]?.displayText ?? "" }.joined(separator: ", ")
    return Case(
      name: "\(experiment.rawValue), \(type.rawValue), \(notes)", values: values.merging(more) { $1 })
  }

  static let fits: [Case] =
    zip(Experiment.approximation.models.cycled(7), TrialConfiguration.Target.allCases).map { type, target in
      fit(.approximation, type, ["target": .string(target.rawValue)])
    }
    + Experiment.approximation.models.map {
      fit(.approximation, $0, ["target": .string("poisson"), "fit_loss": .string("squared")])
    } + Experiment.priorFit.models.map { fit(.priorFit, $0) }
    + Experiment.simplexProximity.models.map { fit(.simplexProximity, $0) }
    + ["reinforce", "rebar", "relax"].map { fit(.relaxToy, .relaxBerDis, ["estimator": .string($0)]) } + [
      fit(.relaxToy, .relaxBerDis, ["toy_targets": .list([.real(1), .real(0.4), .real(0)])])
    ]

  @Test(arguments: plainModels) func models(_ test: Case) throws { try expectSound(test) }
  @Test(arguments: settings) func modelsInOtherSettings(_ test: Case) throws { try expectSound(test) }
  @Test(arguments: structuredOutput) func structuredOutputPrediction(_ test: Case) throws {
    try expectSound(test)
  }
  @Test(arguments: fits) func experimentsWithoutImages(_ test: Case) throws { try expectSound(test) }

  @Test func everyModelTypeIsAmongThem() {
    let types = Set(Self.plainModels.compactMap { $0.values["model_type"]?.displayText })
    #expect(types == Set(ModelType.allCases.map(\.rawValue)))
  }

  private func expectSound(_ test: Case) throws {
    let trial = try test.trial()
    var events = 0
    let result = try SampleTrial.finish(SampleTrial.session(trial), counting: &events)
    expectNumbers(result, trial.configuration)
    expectTensors(result, trial.configuration)
    // The last event is one of the final measurements.
    for places in [[], [events * 2 / 5], [events / 4, events / 3], [events - 1]] {
      let again = try SampleTrial.finish(trial, interruptedAt: places)
      #expect(again.hasSameBytes(as: result), "interrupted at \(places) of \(events) events")
    }
  }

  private func expectNumbers(_ result: TrainingResult, _ configuration: TrialConfiguration) {
    let hasDiscreteVariables = ![.vae, .mixture].contains(configuration.modelType.family)
    #expect(result.metrics.names == configuration.metricsPerEpoch.map(\.name))
    #expect(result.metrics.epochs == (0...Int32(configuration.epochs)).map { $0 })
    for (name, column) in zip(result.metrics.names, result.metrics.columns) {
      for (epoch, value) in column.enumerated() {
        let isMissing: Bool
        switch name {
        // What steps measure is missing before the first, but for fits, which measure their start.
        case "train_loss", "vanished_gradients", "gradient_norm": isMissing = epoch == 0
        case "gradient_variance": isMissing = epoch == 0 && configuration.experiment == .vae
        case "val_elbo": isMissing = configuration.validationN == 0
        case "test_elbo_discrete_kl": isMissing = !hasDiscreteVariables
        default: isMissing = false
        }
        #expect(isMissing ? value.isNaN : value.isFinite, "\(name) of epoch \(epoch)")
      }
    }
    #expect(result.finals.map(\.name) == configuration.metricsAtEnd.map(\.name))
    for (name, value) in result.finals {
      let isMissing = name == "test_log_likelihood_published" && !hasDiscreteVariables
      #expect(isMissing ? value.isNaN : value.isFinite, "\(name)")
    }
    #expect(result.timing.epochs == result.metrics.epochs)
  }

  private func expectTensors(_ result: TrainingResult, _ configuration: TrialConfiguration) {
    let names = result.tensors.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(result.tensors.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
    let weights = names.filter { $0.hasPrefix("weights/") }
    #expect(!weights.isEmpty)
    // The last epoch's weights are the trial's own.
    let kept = Set(names.filter { $0.hasPrefix("weights_of_epoch_") }.map { $0.split(separator: "/")[0] })
    let wanted =
      configuration.saveEvery == 0
      ? [] : stride(from: 0, to: configuration.epochs, by: configuration.saveEvery).map(String.init)
    #expect(kept.map { $0.dropFirst("weights_of_epoch_".count) }.sorted() == wanted.map { $0[...] })
    guard configuration.experiment.usesImages else { return }
    let side = configuration.resize > 0 ? configuration.resize : 28
    for tensor in result.tensors where tensor.name.hasPrefix("images/") {
      #expect(Array(tensor.shape.dropFirst()) == [side, side, 1])
      #expect(tensor.values.allSatisfy { (0...1).contains($0) }, "\(tensor.name)")
      var pictures = 10
      if tensor.name == "images/traversals" {
        pictures =
          configuration.latentDiscreteN * configuration.numOfDiscreteVar
          + 7 * configuration.latentNormN * configuration.numOfNormVar
      }
      #expect(tensor.shape[0] == pictures, "\(tensor.name)")
    }
    #expect(names.contains("images/originals") && names.contains("images/reconstructions"))
    #expect(names.contains("images/traversals") == configuration.record.contains(.traversals))
  }
}

extension Array {
  /// The first `count` elements of the array repeated for ever.
  fileprivate func cycled(_ count: Int) -> [Element] { (0..<count).map { self[$0 % self.count] } }
}
