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
    let kind = try TrialKind(&values)
    try kind.refuseInapplicable(values)
    try kind.derive(&values)
    for hyperparameter in Hyperparameter.all where values[hyperparameter.name] == nil {
      if case .planned = hyperparameter.kind { continue }
      guard let value = hyperparameter.defaultValue else { continue }
      if kind.applies(hyperparameter.name, with: values) { values[hyperparameter.name] = value }
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
