/// Which trials of a sweep are meant: `name=value` conditions on hyperparameters, as `--where` takes them. Conditions on
/// one name are alternatives; those on different names must all hold.
public struct TrialFilter: Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with a condition, for a person.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  private struct Condition: Hashable {
    var name: String
    /// As written.
    var values: [String]
  }

  private var conditions: [Condition] = []

  /// - Parameter texts: each `name=value`, with a hyperparameter's name or alias; none lets every trial pass.
  /// - Throws: `Problem` for a text without `=` or a name that does not exist.
  public init(_ texts: [String] = []) throws(Problem) {
    for text in texts {
      guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
        throw Problem(description: "--where \(text): give name=value, as in --where model_type=GS_Dis")
      }
      let name = String(text[..<sign])
      guard let hyperparameter = Hyperparameter.named(name) else {
        let nearest = nearestName(to: name, among: Hyperparameter.everyName)
        throw Problem(
          description: "--where \(text): unknown hyperparameter '\(name)'"
            + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
      }
      let value = String(text[text.index(after: sign)...])
      if let index = conditions.firstIndex(where: { $0.name == hyperparameter.name }) {
        conditions[index].values.append(value)
      } else {
        conditions.append(Condition(name: hyperparameter.name, values: [value]))
      }
    }
  }

  /// True where every trial passes.
  public var isEmpty: Bool { conditions.isEmpty }

  public func matches(_ configuration: TrialConfiguration) -> Bool {
    conditions.allSatisfy { condition in
      guard let value = configuration.values[condition.name] else { return false }
      return condition.values.contains { value.isWritten($0) }
    }
  }

  /// Refuses a value that none of a sweep's trials has: it is a slip more often than a wish for nothing.
  ///
  /// - Throws: `Problem` with the values that there are, the nearest one first.
  public func check(against configurations: some Sequence<TrialConfiguration>) throws(Problem) {
    for condition in conditions {
      var known: Set<HyperparameterValue> = []
      for configuration in configurations {
        if let value = configuration.values[condition.name] { known.insert(value) }
      }
      for text in condition.values where !known.contains(where: { $0.isWritten(text) }) {
        let texts = known.map(\.displayText).sorted()
        let nearest = nearestName(to: text, among: texts).map { "; did you mean '\($0)'?" } ?? ""
        let there =
          texts.isEmpty
          ? "\(condition.name) does not apply to any trial"
          : "no trial has that value; there \(texts.count == 1 ? "is" : "are") \(Self.list(texts))"
        throw Problem(description: "--where \(condition.name)=\(text): \(there)\(nearest)")
      }
    }
  }

  /// `model_type = GS_Dis, temp = 0.25 or 0.5`; empty for no condition.
  public var description: String {
    conditions.map { "\($0.name) = \($0.values.joined(separator: " or "))" }.joined(separator: ", ")
  }

  private static func list(_ texts: [String]) -> String {
    let limit = 12
    let rest = texts.count > limit ? " and \(texts.count - limit) more" : ""
    return texts.prefix(limit).joined(separator: ", ") + rest
  }
}

extension HyperparameterValue {
  /// Whether a person who writes `text` means this value: `0.50` and `0.5` are one number.
  fileprivate func isWritten(_ text: String) -> Bool {
    switch self {
    case .integer(let value): Double(text) == Double(value)
    case .real(let value): Double(text) == value
    case .string, .boolean, .list: displayText == text
    }
  }
}
