import FoundationEssentials
import Synchronization

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
/// Holds exactly the names that apply to the trial's model, so that equal trials have equal configurations. Trials that
/// differ in seed, temperature and the like alone share the rest (`ConfigurationTemplate`): a hundred thousand of them
/// take tens of megabytes.
public struct TrialConfiguration: Hashable, Sendable {
  let template: ConfigurationTemplate
  /// Parallel to `template.freeNames`.
  var own: [HyperparameterValue]

  /// Every applicable hyperparameter by its canonical name.
  public var values: HyperparameterValues { HyperparameterValues(configuration: self) }

  init(template: ConfigurationTemplate, own: [HyperparameterValue]) {
    self.template = template
    self.own = own
  }

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
      guard let value = hyperparameter.defaultValue else { continue }
      if kind.applies(hyperparameter.name, with: values) { values[hyperparameter.name] = value }
    }
    (template, own) = ConfigurationTemplate.of(values)
    try checkCombinations()
  }

  /// As `identityJSON`, without some names more: equal for configurations that differ in those alone.
  public func identityJSON(without names: Set<String>) -> String {
    let members = values.filter { entry in
      let hyperparameter = Hyperparameter.named(entry.key)
      let isNeutral =
        hyperparameter?.isNeutralAtDefault == true && hyperparameter?.defaultValue == entry.value
      return !names.contains(entry.key) && !isNeutral
    }
    return "{"
      + members.sorted { $0.key < $1.key }.map {
        HyperparameterValue.quoted($0.key) + ":" + $0.value.canonicalJSON
      }.joined(separator: ",") + "}"
  }

  /// Names of which what a trial costs hardly depends, or in proportion.
  public static let costFreeNames = ConfigurationTemplate.freeNames.union(["epochs"])

  /// Whether nothing else follows from a name's value, so that `replacingFree` takes it.
  public static func isFree(_ name: String) -> Bool { ConfigurationTemplate.freeNames.contains(name) }

  /// This configuration with other values of names that nothing else follows from, checked.
  ///
  /// - Parameter replacements: canonical values, each of a name that `isFree` and that applies here.
  /// - Throws: `ConfigurationError` for an impossible combination.
  public func replacingFree(
    _ replacements: some Sequence<(name: String, value: HyperparameterValue)>
  ) throws(ConfigurationError) -> TrialConfiguration {
    var copy = self
    for (name, value) in replacements {
      guard case .own(let index)? = template.places[name] else { preconditionFailure("\(name) is not free") }
      copy.own[index] = value
    }
    try copy.checkFreeValues()
    return copy
  }

  /// Reads what `canonicalJSON` wrote and checks it anew.
  ///
  /// - Throws: `ConfigurationError`, with the hyperparameter `config` when the text is not a JSON object.
  public init(canonicalJSON text: String) throws(ConfigurationError) {
    if let known = Self.lastRead.withLock({ $0 })?.sibling(canonicalJSON: text) {
      self = known
      return
    }
    let decoded: [String: DecodedValue]
    do {
      decoded = try JSONDecoder().decode([String: DecodedValue].self, from: Data(text.utf8))
    } catch {
      throw ConfigurationError(
        hyperparameter: "config", message: "not a JSON object of hyperparameters: \(error)")
    }
    let read = try TrialConfiguration(validating: decoded.mapValues(\.value))
    self = read
    Self.lastRead.withLock { $0 = read }
  }

  /// What was read before: the trials of a sweep mostly differ in their seeds and the like alone, and who reads one reads
  /// many.
  private static let lastRead = Mutex<TrialConfiguration?>(nil)

  /// A configuration that differs from this one in free names alone, from its canonical JSON.
  ///
  /// - Returns: nil for any other, and where something is wrong with it.
  private func sibling(canonicalJSON text: String) -> TrialConfiguration? {
    guard let values = template.ownValues(in: text) else { return nil }
    do {
      let sibling = try replacingFree(
        values.map { name, value throws(ConfigurationError) in
          guard let hyperparameter = Hyperparameter.named(name) else { return (name, value) }
          return (name, try Self.checked(value, for: hyperparameter))
        })
      return sibling.canonicalJSON == text ? sibling : nil
    } catch {
      return nil
    }
  }

  /// The whole configuration as canonical JSON: names sorted, numbers canonical, no spaces.
  public var canonicalJSON: String { template.json(of: own, isIdentity: false) }

  /// As `canonicalJSON`, without names that are neutral at their default: what a trial's identity counts.
  public var identityJSON: String { template.json(of: own, isIdentity: true) }

  /// Whether this configuration and another differ in nothing but seeds, temperatures and the like, told without a look
  /// at their values. False says nothing.
  public func sharesTemplate(with other: TrialConfiguration) -> Bool { template === other.template }

  /// The same for configurations that share a template, so that what follows from it is found once.
  public var templateIdentifier: ObjectIdentifier { ObjectIdentifier(template) }

  public static func == (a: TrialConfiguration, b: TrialConfiguration) -> Bool {
    a.own == b.own && (a.template === b.template || a.template.isEqual(to: b.template))
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(template.contentHash)
    hasher.combine(own)
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
