import Testing
import Trials

/// Each value alone: names, types, ranges.
@Suite struct TrialConfigurationTests {
  /// The shortest configuration of experiment vae.
  static let smallest: [String: HyperparameterValue] = [
    "dataset_name": .string("mnist"), "model_type": .string("GS_Dis"), "temp": .real(0.5),
  ]

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

    /// Checks that `start` with the changes is refused in these words.
    func verify(from start: [String: HyperparameterValue]) {
      var values = start
      for (name, value) in changes { values[name] = value }
      let error = #expect(throws: ConfigurationError.self) { try TrialConfiguration(validating: values) }
      #expect(error?.hyperparameter == name)
      #expect(error?.message == message)
    }
  }

  static let refusals: [Refusal] = [
    Refusal(
      ["tmep": .real(1)], "tmep", "unknown hyperparameter 'tmep'; did you mean 'temp'?"),
    Refusal(["xyzzy": .real(1)], "xyzzy", "unknown hyperparameter 'xyzzy'"),
    Refusal(["temp": nil], "temp", "'temp' is required for GS_Dis, as in temp: 0.5, and not given"),
    Refusal(
      ["dataset_name": nil], "dataset_name",
      "'dataset_name' is required for experiment vae, as in dataset_name: mnist, and not given"),
    Refusal(
      ["model_type": nil], "model_type",
      "'model_type' is required, as in model_type: IGR_I_Dis, and not given"),
    Refusal(["temp": .real(0)], "temp", "'temp': must be finite and above 0, found 0.0"),
    Refusal(["temp": .real(-0.5)], "temp", "'temp': must be finite and above 0, found -0.5"),
    Refusal(["temp": .real(.nan)], "temp", "'temp': must be finite and above 0, found nan"),
    Refusal(["temp": .real(.infinity)], "temp", "'temp': must be finite and above 0, found inf"),
    Refusal(
      ["temp": .real(1e-40)], "temp",
      "'temp': is beyond the numbers that training calculates with (Float32), found 1e-40"),
    Refusal(
      ["learning_rate": .real(1e39)], "learning_rate",
      "'learning_rate': is beyond the numbers that training calculates with (Float32), found 1e+39"),
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
      ["likelihood": .string("bernouli")], "likelihood",
      "'likelihood': unknown 'bernouli'; did you mean 'bernoulli'? (built: bernoulli, gaussian)"),
    Refusal(
      ["precision": .string("float64")], "precision",
      "'precision': 'float64' is not there yet (built: float32)"),
    Refusal(
      ["dataset_name": .string("omnigolt")], "dataset_name",
      "'dataset_name': unknown 'omnigolt'; did you mean 'omniglot'?"
        + " (built: mnist, fmnist, omniglot, celeb_a, cifar, cifar:grey, hdf5:PATH)"),
    Refusal(
      ["dataset_name": .string("hdf5:")], "dataset_name",
      "'dataset_name': unknown 'hdf5:'; did you mean 'hdf5:PATH'?"
        + " (built: mnist, fmnist, omniglot, celeb_a, cifar, cifar:grey, hdf5:PATH)"),
    Refusal(
      ["model_type": .integer(3)], "model_type", "'model_type': a name is needed, found 3 (an integer)"),
    Refusal(
      ["batch_n": .integer(5), "batch_size": .integer(5)], "batch_size",
      "'batch_n' is given twice; its other names are 'batch_size'"),
    Refusal(
      ["dtype": .string("float32"), "precision": .string("float32")], "precision",
      "'precision' is given twice; its other names are 'dtype'"),
    Refusal(
      ["record": .string("gradients")], "record",
      "'record': a list of names is needed, found \"gradients\" (text)"),
    Refusal(
      ["record": .list([.string("gradient")])], "record",
      "'record': unknown 'gradient'; did you mean 'gradients'?"
        + " (known: gradients, vertex_distance, traversals)"),
    Refusal(
      ["record": .list([.string("gradients"), .string("gradients")])], "record",
      "'record': names 'gradients' twice; remove one"),
    Refusal(
      ["prior": .list([.list([.real(1)]), .list([])])], "prior",
      "'prior': 'zeros', {mu: [...], xi: [...]} with one number for each stick, or the trial file of a"
        + " prior_fit is needed, found [[1],[]]"),
    Refusal(
      ["prior": .list([.list([.real(0)]), .list([.real(41)])])], "prior",
      "'prior': xi are log deviations, from -40 to 40, found 41"),
    Refusal(
      ["cont_c_linspace": .list([.real(0), .real(5)])], "cont_c_linspace",
      "'cont_c_linspace': a list of 3 numbers of at least 0 is needed, found [0,5]"),
    Refusal(
      ["toy_targets": .list([])], "toy_targets",
      "'toy_targets': a list of numbers of at least 0 is needed, found []"),
    Refusal(
      ["toy_targets": .list([.real(0.4), .string("1")])], "toy_targets",
      "'toy_targets': a list of numbers of at least 0 is needed, found [0.4,\"1\"]"),
    Refusal(
      ["weight_decay": .real(-1)], "weight_decay",
      "'weight_decay': must be finite and at least 0, found -1.0"),
  ]

  @Test(arguments: refusals) func refusesAndSaysWhatWouldWork(_ refusal: Refusal) {
    refusal.verify(from: Self.smallest)
  }

  /// Engine specification part 13, names in brackets.
  @Test func olderNamesMeanTheSame() throws {
    let names = [
      "batch_size": "batch_n", "truncation_options": "truncation_option", "prior_file": "prior",
      "dtype": "precision",
    ]
    for (older, newer) in names { #expect(Hyperparameter.named(older)?.name == newer, "\(older)") }
    let models = [
      "ExpGS": ModelType.gs, "ExpGSDis": .gsDis, "GSM": .igrI, "GSMDis": .igrIDis,
    ]
    for (older, model) in models {
      var values = Self.smallest
      values["model_type"] = .string(older)
      #expect(try TrialConfiguration(validating: values).modelType == model, "\(older)")
    }
  }

  @Test func aSetOfRecordingsHasOneOrder() throws {
    func configuration(_ names: [String]) throws -> TrialConfiguration {
      var values = Self.smallest
      values["record"] = .list(names.map(HyperparameterValue.string))
      return try TrialConfiguration(validating: values)
    }
    let one = try configuration(["vertex_distance", "gradients"])
    #expect(try configuration(["gradients", "vertex_distance"]) == one)
    #expect(one.record == [.gradients, .vertexDistance])
  }
}
