import FoundationEssentials

/// Why a set of hyperparameters is no trial. `hyperparameter` says which name is at fault, so that the sweep file's
/// reader can add file, line and column.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  public let hyperparameter: String
  /// What is wrong and what would work.
  public let message: String

  public init(hyperparameter: String, message: String) {
    self.hyperparameter = hyperparameter
    self.message = message
  }

  public var description: String { message }
}

/// The hyperparameters of one trial: checked, complete (defaults filled in) and canonical.
///
/// Holds exactly the names that apply to the trial's model, so that equal trials have equal configurations.
public struct TrialConfiguration: Hashable, Sendable {
  /// Every applicable hyperparameter by its canonical name.
  public let values: [String: HyperparameterValue]

  /// Checks `given` (by name or alias), derives what depends on other values and fills in defaults.
  ///
  /// - Throws: `ConfigurationError` for an unknown name (with the nearest known one), a wrong type or range, a name
  ///   that is not there yet or does not apply to the model, and an impossible combination.
  public init(validating given: [String: HyperparameterValue]) throws(ConfigurationError) {
    var values: [String: HyperparameterValue] = [:]
    // Sorted, so that of several faults the same one is always told.
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let hyperparameter = Hyperparameter.named(name) else {
        let nearest = nearestName(to: name, among: Hyperparameter.everyName)
        throw ConfigurationError(
          hyperparameter: name,
          message: "unknown hyperparameter '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
      }
      if values[hyperparameter.name] != nil {
        throw ConfigurationError(
          hyperparameter: name,
          message: "'\(hyperparameter.name)' is given twice; its other names are "
            + hyperparameter.aliases.map { "'\($0)'" }.joined(separator: ", "))
      }
      values[hyperparameter.name] = try Self.checked(value, for: hyperparameter)
    }
    for required in ["dataset_name", "model_type", "temp"] where values[required] == nil {
      throw ConfigurationError(hyperparameter: required, message: "'\(required)' is required and not given")
    }
    try Self.refuseInapplicable(values)
    try Self.derive(&values)
    for hyperparameter in Hyperparameter.all where values[hyperparameter.name] == nil {
      if case .planned = hyperparameter.kind { continue }
      guard let value = hyperparameter.defaultValue else { continue }
      if Self.applies(hyperparameter.name, to: values) { values[hyperparameter.name] = value }
    }
    self.values = values.filter { entry in
      if case .planned? = Hyperparameter.named(entry.key)?.kind { return false }
      return true
    }
    try checkCombinations()
  }

  /// Reads what `canonicalJSON` wrote and checks it anew.
  ///
  /// - Throws: `ConfigurationError`, with the hyperparameter `config` when the text is not a JSON object.
  public init(canonicalJSON text: String) throws(ConfigurationError) {
    let decoded: [String: DecodedValue]
    do {
      decoded = try JSONDecoder().decode([String: DecodedValue].self, from: Data(text.utf8))
    } catch {
      throw ConfigurationError(
        hyperparameter: "config", message: "not a JSON object of hyperparameters: \(error)")
    }
    try self.init(validating: decoded.mapValues(\.value))
  }

  /// The whole configuration as canonical JSON: names sorted, numbers canonical, no spaces.
  public var canonicalJSON: String { Self.json(values) }

  /// As `canonicalJSON`, without names that are neutral at their default: what a trial's identity counts.
  public var identityJSON: String {
    Self.json(
      values.filter { name, value in
        guard let hyperparameter = Hyperparameter.named(name) else { return true }
        return !(hyperparameter.isNeutralAtDefault && hyperparameter.defaultValue == value)
      })
  }

  private static func json(_ values: [String: HyperparameterValue]) -> String {
    let members = values.sorted { $0.key < $1.key }.map { name, value in
      HyperparameterValue.quoted(name) + ":" + value.canonicalJSON
    }
    return "{" + members.joined(separator: ",") + "}"
  }
}

// MARK: - Typed access

extension TrialConfiguration {
  public enum ModelType: String, Sendable, CaseIterable {
    case gumbelSoftmaxDiscrete = "GS_Dis"
    case igrIDiscrete = "IGR_I_Dis"

    public var isGumbelSoftmax: Bool { self == .gumbelSoftmaxDiscrete }
  }
  public enum Architecture: String, Sendable, CaseIterable {
    case dense
    case denseNonlinear = "dense_nonlinear"
  }
  public enum Binarization: String, Sendable, CaseIterable { case threshold, stochastic, none }
  public enum Likelihood: String, Sendable, CaseIterable { case bernoulli, gaussian }

  public var datasetName: String { string("dataset_name") }
  public var modelType: ModelType { choice("model_type") }
  public var architecture: Architecture { choice("architecture") }
  public var binarization: Binarization { choice("binarization") }
  public var likelihood: Likelihood { choice("likelihood") }
  public var temperature: Double { real("temp") }
  public var learningRate: Double { real("learning_rate") }
  /// GS: categories; IGR: sticks.
  public var nRequired: Int { integer("n_required") }
  /// Categories K of each discrete variable.
  public var latentDiscreteN: Int { integer("latent_discrete_n") }
  public var numOfDiscreteVar: Int { integer("num_of_discrete_var") }
  public var numOfDiscreteParam: Int { integer("num_of_discrete_param") }
  public var sampleSize: Int { integer("sample_size") }
  public var sampleSizeTesting: Int { integer("sample_size_testing") }
  public var seed: Int { integer("seed") }
  public var batchN: Int { integer("batch_n") }
  public var epochs: Int { integer("epochs") }
  public var checkEvery: Int { integer("check_every") }
  public var validationN: Int { integer("validation_n") }
  public var runWithSample: Bool { boolean("run_with_sample") }
  public var sampleFromDiscKL: Bool { boolean("sample_from_disc_kl") }
  /// False for GS, to which the name does not apply.
  public var runClosedFormKL: Bool { values["run_closed_form_kl"] == .boolean(true) }
  public var stickTheLanding: Bool { boolean("stick_the_landing") }
  public var testWithOneHot: Bool { boolean("test_with_one_hot") }

  // The initialiser has put a value of the right type under every name read below; a trap here is a fault of the
  // table in Hyperparameter.swift, which TrialConfigurationTests reads through every accessor.
  private func integer(_ name: String) -> Int {
    guard case .integer(let value)? = values[name] else { preconditionFailure(name) }
    return value
  }
  private func real(_ name: String) -> Double {
    guard case .real(let value)? = values[name] else { preconditionFailure(name) }
    return value
  }
  private func boolean(_ name: String) -> Bool {
    guard case .boolean(let value)? = values[name] else { preconditionFailure(name) }
    return value
  }
  private func string(_ name: String) -> String {
    guard case .string(let value)? = values[name] else { preconditionFailure(name) }
    return value
  }
  private func choice<Choice: RawRepresentable>(_ name: String) -> Choice where Choice.RawValue == String {
    guard let value = Choice(rawValue: string(name)) else { preconditionFailure(name) }
    return value
  }
}

// MARK: - Checks

extension TrialConfiguration {
  /// The largest integer a hyperparameter may have, 2^53 - 1: above it Float64, JSON and HDF5 readers no longer
  /// tell neighbouring integers apart.
  static let largestInteger = 9_007_199_254_740_991

  /// One value alone, checked and in the type of its hyperparameter, older names of models replaced.
  ///
  /// - Throws: `ConfigurationError` for a wrong type or range and for a choice that is not there yet.
  public static func checked(
    _ value: HyperparameterValue, for hyperparameter: Hyperparameter
  ) throws(ConfigurationError) -> HyperparameterValue {
    let name = hyperparameter.name
    func refusal(_ message: String) -> ConfigurationError {
      ConfigurationError(hyperparameter: name, message: "'\(name)': " + message)
    }
    switch hyperparameter.kind {
    case .integer(let minimum):
      let number: Int
      switch value {
      case .integer(let given): number = given
      case .real(let given) where given == given.rounded() && abs(given) <= Double(largestInteger):
        number = Int(given)
      default: throw refusal("an integer is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      guard number >= minimum else { throw refusal("must be at least \(minimum), found \(number)") }
      guard number <= largestInteger else {
        throw refusal("must be at most \(largestInteger), found \(number)")
      }
      return .integer(number)
    case .real(let bound):
      let number: Double
      switch value {
      case .integer(let given): number = Double(given)
      case .real(let given): number = given
      default: throw refusal("a number is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      guard number > bound, number.isFinite else {
        throw refusal(
          "must be finite and above \(HyperparameterValue.canonicalNumber(bound)), found \(number)")
      }
      return .real(number)
    case .boolean:
      guard case .boolean = value else {
        throw refusal("true or false is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      return value
    case .choice(let built, let planned):
      guard case .string(var text) = value else {
        throw refusal("a name is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      if name == "model_type", let newer = Hyperparameter.modelTypeAliases[text] { text = newer }
      if built.contains(text) { return .string(text) }
      let known = "built: \(built.joined(separator: ", "))"
      if name == "dataset_name", text.hasPrefix("hdf5:"), text != "hdf5:" { return .string(text) }
      if planned.contains(text) {
        throw refusal("'\(text)' is not there yet (\(known))")
      }
      let nearest = nearestName(to: text, among: built + planned)
      throw refusal("unknown '\(text)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "") + " (\(known))")
    case .planned:
      if let accepted = hyperparameter.defaultValue, accepted.canonicalJSON == value.canonicalJSON {
        return value
      }
      let accepted =
        hyperparameter.defaultValue.map { "; this version accepts only \($0.canonicalJSON)" } ?? ""
      throw refusal("is not there yet" + accepted)
    }
  }

  /// Whether a name means anything for the trial's model and settings.
  private static func applies(_ name: String, to values: [String: HyperparameterValue]) -> Bool {
    let isIGR = values["model_type"] != .string("GS_Dis")
    switch name {
    case "run_closed_form_kl": return isIGR
    default: return true
    }
  }

  private static func refuseInapplicable(_ values: [String: HyperparameterValue]) throws(ConfigurationError) {
    let model = values["model_type"]?.displayText ?? ""
    for name in values.keys.sorted() where !applies(name, to: values) {
      throw ConfigurationError(
        hyperparameter: name,
        message: "'\(name)' does not apply to \(model); leave it out of this model's case")
    }
  }

  /// Values that follow from others. A derived value that was given must agree.
  private static func derive(_ values: inout [String: HyperparameterValue]) throws(ConfigurationError) {
    let isGumbelSoftmax = values["model_type"] == .string("GS_Dis")
    let model = values["model_type"]?.displayText ?? ""
    let nRequired: Int
    if case .integer(let given)? = values["n_required"] { nRequired = given } else { nRequired = 10 }
    let derived = [
      ("latent_discrete_n", isGumbelSoftmax ? nRequired : nRequired + 1),
      ("num_of_discrete_param", isGumbelSoftmax ? 1 : 2),
    ]
    for (name, value) in derived {
      if let given = values[name], given != .integer(value) {
        throw ConfigurationError(
          hyperparameter: name,
          message:
            "'\(name)': is \(value) for \(model) with n_required \(nRequired), found \(given.canonicalJSON);"
            + " leave it out")
      }
      values[name] = .integer(value)
    }
    if values["run_with_sample"] == .boolean(true) {
      if values["batch_n"] == nil { values["batch_n"] = .integer(5) }
      if values["epochs"] == nil { values["epochs"] = .integer(10) }
    }
    let isGrey = ![.string("mnist"), .string("omniglot")].contains(values["dataset_name"])
    if values["likelihood"] == nil { values["likelihood"] = .string(isGrey ? "gaussian" : "bernoulli") }
    if values["binarization"] == nil { values["binarization"] = .string(isGrey ? "none" : "threshold") }
  }

  private func checkCombinations() throws(ConfigurationError) {
    if modelType.isGumbelSoftmax, nRequired < 2 {
      throw ConfigurationError(
        hyperparameter: "n_required",
        message: "'n_required': GS needs at least 2 categories, found \(nRequired)")
    }
    if runClosedFormKL, !sampleFromDiscKL {
      throw ConfigurationError(
        hyperparameter: "run_closed_form_kl",
        message:
          "'run_closed_form_kl: true' and 'sample_from_disc_kl: false' name two different KL terms; give one")
    }
    if binarization == .none, likelihood == .bernoulli {
      throw ConfigurationError(
        hyperparameter: "binarization",
        message: "'binarization: none' keeps grey values, which 'likelihood: bernoulli' cannot describe;"
          + " use threshold or stochastic, or likelihood: gaussian")
    }
    // Where the files decide, the trial finds out.
    let known = ["mnist": 60_000, "fmnist": 60_000, "cifar": 50_000, "cifar:grey": 50_000]
    if let trainingImages = runWithSample ? 60 : known[datasetName], validationN >= trainingImages {
      throw ConfigurationError(
        hyperparameter: "validation_n",
        message: "'validation_n': must leave images to train on; found \(validationN) of \(trainingImages)")
    }
  }
}

/// A JSON value as a hyperparameter value. Integers are tried before reals so that `1` stays an integer.
private struct DecodedValue: Decodable {
  let value: HyperparameterValue

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let boolean = try? container.decode(Bool.self) {
      value = .boolean(boolean)
    } else if let integer = try? container.decode(Int.self) {
      value = .integer(integer)
    } else if let real = try? container.decode(Double.self) {
      value = .real(real)
    } else if let text = try? container.decode(String.self) {
      value = .string(text)
    } else {
      value = .list(try container.decode([DecodedValue].self).map(\.value))
    }
  }
}
