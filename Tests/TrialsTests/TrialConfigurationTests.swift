import Testing
import Trials

@Suite struct TrialConfigurationTests {
  static let smallest: [String: HyperparameterValue] = [
    "dataset_name": .string("mnist"), "model_type": .string("GS_Dis"), "temp": .real(0.5),
  ]

  private func error(_ changes: [String: HyperparameterValue?]) -> ConfigurationError? {
    var values = Self.smallest
    for (name, value) in changes { values[name] = value }
    do throws(ConfigurationError) {
      _ = try TrialConfiguration(validating: values)
      return nil
    } catch {
      return error
    }
  }

  @Test func defaultsAreThoseOfTheSpecification() throws {
    let configuration = try TrialConfiguration(validating: Self.smallest)
    #expect(configuration.datasetName == "mnist")
    #expect(configuration.modelType == .gumbelSoftmaxDiscrete)
    #expect(configuration.architecture == .dense)
    #expect(configuration.binarization == .threshold)
    #expect(configuration.likelihood == .bernoulli)
    #expect(configuration.temperature == 0.5)
    #expect(configuration.learningRate == 1e-3)
    #expect(configuration.nRequired == 10)
    #expect(configuration.latentDiscreteN == 10)
    #expect(configuration.numOfDiscreteVar == 20)
    #expect(configuration.numOfDiscreteParam == 1)
    #expect(configuration.sampleSize == 1)
    #expect(configuration.sampleSizeTesting == 100)
    #expect(configuration.seed == 1)
    #expect(configuration.batchN == 100)
    #expect(configuration.epochs == 100)
    #expect(configuration.checkEvery == 1)
    #expect(configuration.validationN == 0)
    #expect(!configuration.runWithSample)
    #expect(configuration.sampleFromDiscKL)
    #expect(!configuration.runClosedFormKL)
    #expect(!configuration.stickTheLanding)
    #expect(!configuration.testWithOneHot)
  }

  @Test func valuesThatFollowFromOthers() throws {
    var values = Self.smallest
    values["model_type"] = .string("IGR_I_Dis")
    values["n_required"] = .integer(9)
    values["dataset_name"] = .string("fmnist")
    values["run_with_sample"] = .boolean(true)
    let configuration = try TrialConfiguration(validating: values)
    #expect(configuration.latentDiscreteN == 10)
    #expect(configuration.numOfDiscreteParam == 2)
    #expect(configuration.likelihood == .gaussian)
    #expect(configuration.binarization == .none)
    #expect(configuration.batchN == 5)
    #expect(configuration.epochs == 10)
    values["batch_n"] = .integer(7)
    #expect(try TrialConfiguration(validating: values).batchN == 7)
  }

  @Test(arguments: [
    ("mnist", true), ("omniglot", true), ("fmnist", false), ("celeb_a", false), ("cifar", false),
    ("cifar:grey", false), ("hdf5:/data/cells.h5", false),
  ]) func likelihoodAndBinarizationFollowFromTheDataSet(name: String, hasStrokes: Bool) throws {
    var values = Self.smallest
    values["dataset_name"] = .string(name)
    let configuration = try TrialConfiguration(validating: values)
    #expect(configuration.datasetName == name)
    #expect(configuration.likelihood == (hasStrokes ? .bernoulli : .gaussian))
    #expect(configuration.binarization == (hasStrokes ? .threshold : .none))
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let changes: [String: HyperparameterValue?]
    let name: String
    let message: String
    var testDescription: String { message }

    init(_ changes: [String: HyperparameterValue?], _ name: String, _ message: String) {
      self.changes = changes
      self.name = name
      self.message = message
    }
  }

  static let refusals: [Refusal] = [
    Refusal(
      ["tmep": .real(1)], "tmep", "unknown hyperparameter 'tmep'; did you mean 'temp'?"),
    Refusal(["xyzzy": .real(1)], "xyzzy", "unknown hyperparameter 'xyzzy'"),
    Refusal(["temp": nil], "temp", "'temp' is required and not given"),
    Refusal(["dataset_name": nil], "dataset_name", "'dataset_name' is required and not given"),
    Refusal(["model_type": nil], "model_type", "'model_type' is required and not given"),
    Refusal(["temp": .real(0)], "temp", "'temp': must be finite and above 0, found 0.0"),
    Refusal(["temp": .real(.nan)], "temp", "'temp': must be finite and above 0, found nan"),
    Refusal(["temp": .real(.infinity)], "temp", "'temp': must be finite and above 0, found inf"),
    Refusal(["temp": .string("warm")], "temp", "'temp': a number is needed, found \"warm\" (text)"),
    Refusal(["temp": .list([.real(1)])], "temp", "'temp': a number is needed, found [1] (a list)"),
    Refusal(["epochs": .integer(0)], "epochs", "'epochs': must be at least 1, found 0"),
    Refusal(["epochs": .real(2.5)], "epochs", "'epochs': an integer is needed, found 2.5 (a number)"),
    Refusal(
      ["seed": .integer(9_007_199_254_740_992)], "seed",
      "'seed': must be at most 9007199254740991, found 9007199254740992"),
    Refusal(
      ["n_required": .integer(.max), "model_type": .string("IGR_I_Dis")], "n_required",
      "'n_required': must be at most 9007199254740991, found 9223372036854775807"),
    Refusal(
      ["stick_the_landing": .integer(1)], "stick_the_landing",
      "'stick_the_landing': true or false is needed, found 1 (an integer)"),
    Refusal(
      ["architecture": .string("dens")], "architecture",
      "'architecture': unknown 'dens'; did you mean 'dense'? (built: dense, dense_nonlinear)"),
    Refusal(
      ["architecture": .string("conv")], "architecture",
      "'architecture': 'conv' is not there yet (built: dense, dense_nonlinear)"),
    Refusal(
      ["dataset_name": .string("hdf5:")], "dataset_name",
      "'dataset_name': unknown 'hdf5:' (built: mnist, fmnist, omniglot, celeb_a, cifar, cifar:grey)"),
    Refusal(
      ["model_type": .integer(3)], "model_type", "'model_type': a name is needed, found 3 (an integer)"),
    Refusal(
      ["model_type": .string("GSM")], "model_type",
      "'model_type': 'IGR_I' is not there yet (built: GS_Dis, IGR_I_Dis)"),
    Refusal(
      ["gamma": .integer(3)], "gamma", "'gamma': is not there yet; this version accepts only 100"),
    Refusal(["width_height": .integer(3)], "width_height", "'width_height': is not there yet"),
    Refusal(
      ["batch_n": .integer(5), "batch_size": .integer(5)], "batch_size",
      "'batch_n' is given twice; its other names are 'batch_size'"),
    Refusal(
      ["dtype": .string("float32"), "precision": .string("float32")], "precision",
      "'precision' is given twice; its other names are 'dtype'"),
    Refusal(
      ["run_closed_form_kl": .boolean(false)], "run_closed_form_kl",
      "'run_closed_form_kl' does not apply to GS_Dis; leave it out of this model's case"),
    Refusal(
      ["latent_discrete_n": .integer(7)], "latent_discrete_n",
      "'latent_discrete_n': is 10 for GS_Dis with n_required 10, found 7; leave it out"),
    Refusal(
      ["num_of_discrete_param": .integer(2)], "num_of_discrete_param",
      "'num_of_discrete_param': is 1 for GS_Dis with n_required 10, found 2; leave it out"),
    Refusal(
      ["n_required": .integer(1)], "n_required", "'n_required': GS needs at least 2 categories, found 1"),
    Refusal(
      [
        "model_type": .string("IGR_I_Dis"), "run_closed_form_kl": .boolean(true),
        "sample_from_disc_kl": .boolean(false),
      ], "run_closed_form_kl",
      "'run_closed_form_kl: true' and 'sample_from_disc_kl: false' name two different KL terms; give one"),
    Refusal(
      ["binarization": .string("none")], "binarization",
      "'binarization: none' keeps grey values, which 'likelihood: bernoulli' cannot describe;"
        + " use threshold or stochastic, or likelihood: gaussian"),
    Refusal(
      ["validation_n": .integer(60_000)], "validation_n",
      "'validation_n': must leave images to train on; found 60000 of 60000"),
    Refusal(
      ["validation_n": .integer(60), "run_with_sample": .boolean(true)], "validation_n",
      "'validation_n': must leave images to train on; found 60 of 60"),
  ]

  @Test(arguments: refusals) func refusesAndSaysWhatWouldWork(_ refusal: Refusal) {
    let found = error(refusal.changes)
    #expect(found?.hyperparameter == refusal.name)
    #expect(found?.message == refusal.message)
  }

  @Test func namesThatAreNotThereYetPassAtTheirDefault() throws {
    var values = Self.smallest
    for hyperparameter in Hyperparameter.all {
      if case .planned = hyperparameter.kind { values[hyperparameter.name] = hyperparameter.defaultValue }
    }
    #expect(try TrialConfiguration(validating: values) == TrialConfiguration(validating: Self.smallest))
  }
}
