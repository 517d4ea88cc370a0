import Testing
import Trials

/// What every experiment and model fills in, and where each name applies.
@Suite struct TrialDefaultsTests {
  /// The shortest configuration of an experiment and a model.
  static func smallest(_ experiment: Experiment, _ model: ModelType) -> [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = ["model_type": .string(model.rawValue)]
    if experiment != .vae { values["experiment"] = .string(experiment.rawValue) }
    if experiment.usesImages { values["dataset_name"] = .string("mnist") }
    if model.isRelaxation { values["temp"] = .real(0.5) }
    if experiment == .vae, model == .vae { values["latent_norm_n"] = .integer(10) }
    if experiment == .approximation { values["target"] = .string("poisson") }
    return values
  }

  static let kinds = Experiment.allCases.flatMap { experiment in
    experiment.models.map { (experiment, $0) }
  }

  static let wholes: [([String: HyperparameterValue], String)] = [
    (
      smallest(.vae, .gsDis),
      """
      {"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":1,"dataset_name":"mnist",\
      "epochs":100,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.001,"likelihood":"bernoulli",\
      "model_type":"GS_Dis","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,\
      "precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_from_disc_kl":true,\
      "sample_size":1,"sample_size_testing":100,"save_every":0,"seed":1,"stick_the_landing":false,"temp":0.5,\
      "test_with_one_hot":false,"validation_n":0}
      """
    ),
    (
      smallest(.vae, .igrSB).merging([
        "dataset_name": .string("celeb_a"), "architecture": .string("conv_jointvae"),
        "latent_norm_n": .integer(32), "run_jv": .boolean(true), "latent_discrete_n": .integer(50),
      ]) { $1 },
      """
      {"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,\
      "cont_c_linspace":[0,5,25000],"dataset_name":"celeb_a","disc_c_linspace":[0,5,25000],"epochs":100,\
      "experiment":"vae","gamma":100,"latent_discrete_n":50,"latent_norm_n":32,"learning_rate":0.001,\
      "likelihood":"gaussian","model_type":"IGR_SB","n_required":49,"num_of_discrete_param":2,\
      "num_of_discrete_var":20,"num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32",\
      "prior":"zeros","quantile":50,"record":[],"resize":0,"run_closed_form_kl":false,"run_jv":true,\
      "run_with_sample":false,"sample_from_cont_kl":true,"sample_from_disc_kl":true,"sample_size":1,\
      "sample_size_testing":100,"save_every":0,"seed":1,"stick_the_landing":false,"temp":0.5,\
      "test_with_one_hot":false,"threshold":0.99,"truncation_option":"quantile","validation_n":0}
      """
    ),
    (
      smallest(.vae, .dlgmmVar),
      """
      {"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":1,\
      "dataset_name":"mnist","epochs":100,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.001,\
      "likelihood":"bernoulli","model_type":"DLGMM_Var","n_required":20,"num_of_discrete_param":4,\
      "num_of_discrete_var":50,"precision":"float32","quantile":75,"record":[],"resize":0,\
      "run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":1,\
      "threshold":0.9999,"truncation_option":"quantile","validation_n":0}
      """
    ),
    (
      smallest(.sop, .igrPlanar),
      """
      {"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":1,\
      "dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,\
      "min_learning_rate":0.0001,"model_type":"IGR_Planar","precision":"float32","resize":0,\
      "run_with_sample":false,"sample_size":1,"save_every":0,"seed":1,"temp":0.5,"test_sample_size":100,\
      "units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}
      """
    ),
    (
      smallest(.approximation, .igrSBFinite),
      """
      {"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":11,\
      "learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":10,"num_of_discrete_param":2,\
      "num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,\
      "target":"poisson","temp":0.5}
      """
    ),
    (
      smallest(.priorFit, .igrSB),
      """
      {"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":11,\
      "learning_rate":0.01,"model_type":"IGR_SB","n_required":10,"num_of_discrete_param":2,\
      "num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,\
      "temp":0.5,"threshold":0.99,"truncation_option":"quantile"}
      """
    ),
    (
      smallest(.simplexProximity, .gs),
      """
      {"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,\
      "latent_discrete_n":10,"learning_rate":0.01,"model_type":"GS","n_required":10,\
      "num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,\
      "save_every":0,"seed":1,"temp":0.5}
      """
    ),
    (
      ["experiment": .string("relax_toy")],
      """
      {"epochs":100,"estimator":"relax","experiment":"relax_toy","iter_per_epoch":100,"learning_rate":0.01,\
      "model_type":"Relax_Ber_Dis","precision":"float32","sample_size":100,"save_every":0,"seed":1,\
      "toy_targets":[0.4]}
      """
    ),
  ]

  @Test(arguments: wholes) func isCompleteAndCanonical(_ given: [String: HyperparameterValue], _ json: String)
    throws
  {
    #expect(try TrialConfiguration(validating: given).canonicalJSON == json)
  }

  /// n_required, latent_discrete_n, num_of_discrete_param, num_of_discrete_var.
  static let sizes: [(ModelType, [Int])] = [
    (.gs, [10, 10, 1, 20]), (.gsDis, [10, 10, 1, 20]), (.igrI, [10, 11, 2, 20]), (.igrIDis, [10, 11, 2, 20]),
    (.igrPlanar, [10, 11, 2, 20]), (.igrPlanarDis, [10, 11, 2, 20]), (.igrSB, [10, 11, 2, 20]),
    (.igrSBDis, [10, 11, 2, 20]), (.igrSBFinite, [10, 11, 2, 20]), (.igrSBFiniteDis, [10, 11, 2, 20]),
    (.relaxGSDis, [10, 10, 1, 20]), (.relaxBerDis, [10, 10, 1, 20]), (.relaxIGR, [10, 11, 2, 20]),
    (.dlgmm, [20, 20, 4, 50]), (.dlgmmVar, [20, 20, 4, 50]), (.dlgmmIGR, [20, 20, 4, 50]),
    (.dlgmmIGRSB, [20, 20, 4, 50]),
  ]

  @Test(arguments: sizes) func sizesOfTheDiscretePart(_ model: ModelType, _ expected: [Int]) throws {
    let values = try TrialConfiguration(validating: Self.smallest(.vae, model)).values
    let names = ["n_required", "latent_discrete_n", "num_of_discrete_param", "num_of_discrete_var"]
    #expect(names.map { values[$0] } == expected.map { .integer($0) })
  }

  @Test func everyModelHasItsSizes() {
    #expect(Self.sizes.map(\.0) + [.vae] == ModelType.allCases.filter { $0 != .vae } + [.vae])
  }

  static let pixels: [(String, String, String)] = [
    ("mnist", "bernoulli", "threshold"), ("omniglot", "bernoulli", "threshold"),
    ("fmnist", "gaussian", "none"), ("celeb_a", "gaussian", "none"), ("cifar", "gaussian", "none"),
    ("cifar:grey", "gaussian", "none"), ("hdf5:faces.h5", "gaussian", "none"),
  ]

  @Test(arguments: pixels)
  func pixelsFollowFromTheDataSet(_ dataset: String, _ likelihood: String, _ binarization: String) throws {
    var values = Self.smallest(.vae, .igrI)
    values["dataset_name"] = .string(dataset)
    let configuration = try TrialConfiguration(validating: values)
    #expect(configuration.datasetName == dataset)
    #expect(configuration.likelihood.rawValue == likelihood)
    #expect(configuration.binarization.rawValue == binarization)
  }

  @Test(arguments: ["mnist", "fmnist", "omniglot", "cifar", "cifar:grey", "celeb_a", "hdf5:x.h5"])
  func convJointVAEEnlargesSmallImages(_ dataset: String) throws {
    var values = Self.smallest(.vae, .igrI)
    values["dataset_name"] = .string(dataset)
    values["architecture"] = .string("conv_jointvae")
    let isSmall = ["mnist", "fmnist", "omniglot"].contains(dataset)
    #expect(try TrialConfiguration(validating: values).resize == (isSmall ? 32 : 0))
  }

  @Test func theStoredSizeIsNoResizing() throws {
    var values = TrialConfigurationTests.smallest
    values["resize"] = .integer(28)
    #expect(try TrialConfiguration(validating: values) == .init(validating: TrialConfigurationTests.smallest))
  }

  @Test func aSampleOfTheDataHasDefaultsOfItsOwn() throws {
    var values = TrialConfigurationTests.smallest
    values["run_with_sample"] = .boolean(true)
    let configuration = try TrialConfiguration(validating: values)
    #expect(configuration.batchN == 5)
    #expect(configuration.epochs == 10)
    #expect(configuration.optimizerSteps == 120)
    values["batch_n"] = .integer(7)
    #expect(try TrialConfiguration(validating: values).batchN == 7)
  }

  /// For every experiment and model: giving a name its own value changes nothing, a name without one is refused and
  /// named, and the canonical text reads back.
  @Test(arguments: kinds) func everyNameAppliesOrIsRefused(_ experiment: Experiment, _ model: ModelType)
    throws
  {
    let given = Self.smallest(experiment, model)
    let configuration = try TrialConfiguration(validating: given)
    #expect(try TrialConfiguration(canonicalJSON: configuration.canonicalJSON) == configuration)
    for hyperparameter in Hyperparameter.all {
      var values = given
      if let own = configuration.values[hyperparameter.name] {
        values[hyperparameter.name] = own
        #expect(try TrialConfiguration(validating: values) == configuration, "\(hyperparameter.name)")
      } else {
        values[hyperparameter.name] = Self.example(of: hyperparameter)
        let error = #expect(throws: ConfigurationError.self, "\(hyperparameter.name)") {
          try TrialConfiguration(validating: values)
        }
        #expect(error?.hyperparameter == hyperparameter.name)
        #expect(error?.message.contains(": ") == true, "a reason for \(hyperparameter.name)")
      }
    }
  }

  /// A value that is right alone.
  private static func example(of hyperparameter: Hyperparameter) -> HyperparameterValue {
    if let value = hyperparameter.defaultValue { return value }
    switch hyperparameter.kind {
    case .integer(let least): return .integer(max(1, least))
    case .real: return .real(0.5)
    case .boolean: return .boolean(true)
    case .choice(let built, _): return .string(built[0])
    case .dataset(let names): return .string(names[0])
    case .names, .prior: return .string("zeros")
    case .numbers(let count, _): return .list(Array(repeating: .real(1), count: count ?? 1))
    }
  }

  /// Every typed accessor that an experiment and a model need has a value to read.
  @Test(arguments: kinds) func accessorsRead(_ experiment: Experiment, _ model: ModelType) throws {
    var values = Self.smallest(experiment, model)
    if experiment == .vae, model.mayHaveNormalPart {
      values["latent_norm_n"] = .integer(3)
      values["run_jv"] = .boolean(true)
    }
    let trial = try TrialConfiguration(validating: values)
    #expect(trial.experiment == experiment && trial.modelType == model)
    #expect(trial.seed == 1 && trial.sampleSize > 0 && trial.epochs > 0 && trial.learningRate > 0)
    #expect(trial.saveEvery == 0 && trial.temperature == (model.isRelaxation ? 0.5 : 1))
    #expect(trial.optimizerSteps ?? 0 > 0)
    if experiment.usesImages {
      #expect(trial.datasetName == "mnist" && trial.batchN == 100 && trial.checkEvery == 1)
      #expect(trial.binarization == .threshold && trial.resize == 0 && !trial.runWithSample)
      let isMixture = model.family == .mixture
      #expect(trial.architecture == (experiment == .sop ? .doubleLinear : isMixture ? .dlgmmDense : .dense))
    } else {
      #expect(trial.datasetName == nil && trial.iterPerEpoch > 0 && trial.validationN == 0)
    }
    switch experiment {
    case .vae:
      #expect(trial.likelihood == .bernoulli && trial.sampleSizeTesting == 100 && trial.validationN == 0)
      #expect(trial.sampleFromDiscKL && trial.sampleFromContKL && !trial.runClosedFormKL)
      #expect(!trial.stickTheLanding && !trial.testWithOneHot && trial.prior == nil && trial.record.isEmpty)
      if trial.runJV {
        #expect(trial.gamma == 100 && trial.latentNormN == 3 && trial.numOfNormVar == 1)
        #expect(trial.contCLinspace == [0, 5, 25_000])
        #expect(trial.discCLinspace == (model == .vae ? [] : [0, 5, 25_000]))
      }
    case .sop:
      #expect(trial.unitsPerLayer == 240 && trial.weightDecay == 1e-3 && trial.minLearningRate == 1e-4)
      #expect(trial.testSampleSize == 100)
    case .approximation: #expect(trial.target == .poisson && trial.fitLoss == .kl)
    case .priorFit, .simplexProximity: #expect(trial.fitLoss == .kl)
    case .relaxToy: #expect(trial.estimator == .relax && trial.toyTargets == [0.4])
    }
    if model.isTruncated, experiment != .sop {
      let isMixture = model.family == .mixture
      #expect(trial.truncationOption == .quantile && trial.quantile == (isMixture ? 75 : 50))
      #expect(trial.threshold == (isMixture ? 0.9999 : 0.99))
    }
    let selectable = trial.selectableMetrics
    #expect(selectable.contains(trial.selectionMetric))
    #expect(selectable.allSatisfy { !$0.isMeasuredOnTestImages })
  }

  static let steps: [([String: HyperparameterValue], Int?)] = [
    ([:], 60_000), (["batch_n": .integer(64), "epochs": .integer(3)], 3 * 938),
    (["validation_n": .integer(5_050)], 55_000), (["dataset_name": .string("omniglot")], nil),
    (["dataset_name": .string("cifar"), "epochs": .integer(1)], 500),
  ]

  @Test(arguments: steps)
  func stepsAreCountedWithThePartialBatch(_ changes: [String: HyperparameterValue], _ steps: Int?) throws {
    let values = TrialConfigurationTests.smallest.merging(changes) { $1 }
    #expect(try TrialConfiguration(validating: values).optimizerSteps == steps)
  }

  @Test func aSweepIsChosenByWhatItsTrialsMeasure() throws {
    func sweep(_ changes: [[String: HyperparameterValue]]) throws -> Sweep {
      let trials = try changes.map { change in
        Trial(
          configuration: try TrialConfiguration(
            validating: TrialConfigurationTests.smallest.merging(change) { $1 }), dataDigest: "d", threads: 1)
      }
      return Sweep(name: "s", summary: "", trials: trials, objective: nil)
    }
    #expect(try sweep([[:]]).selection == Objective(metric: .trainLoss, direction: .minimize))
    let held: [String: HyperparameterValue] = ["validation_n": .integer(100)]
    #expect(try sweep([held]).selection == Objective(metric: .valELBO, direction: .maximize))
    #expect(try sweep([[:], held]).selection == Objective(metric: .trainLoss, direction: .minimize))
    #expect(try sweep([]).selection == nil)
  }
}
