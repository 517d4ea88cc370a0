import Trials

/// Keeps the trials whose hyperparameter has one value (`--where k=v`). Filters of one name widen each other, filters
/// of several names narrow each other.
public struct TrialFilter: Hashable, Sendable {
  /// Without alias.
  public let name: String
  /// As a person writes the value.
  public let text: String

  /// - Parameter option: `name=value`.
  /// - Throws: `AggregationError` with code `request`.
  public init(_ option: String) throws(AggregationError) {
    guard let separator = option.firstIndex(of: "=") else {
      throw AggregationError(.request, "'\(option)' is no filter; write name=value, as in --where temp=0.5")
    }
    name = try TableRequest.canonical([String(option[..<separator])])[0]
    text = String(option[option.index(after: separator)...])
  }

  func matches(_ configuration: TrialConfiguration) -> Bool {
    guard let value = configuration.values[name] else { return false }
    if value.displayText == text { return true }
    switch value {
    case .integer(let number): return Double(text) == Double(number)
    case .real(let number): return Double(text) == number
    default: return Hyperparameter.modelTypeAliases[text] == value.displayText
    }
  }

  /// - Throws: `AggregationError` with code `request`, naming the values that there are, when a filter leaves nothing.
  static func apply(
    _ filters: [TrialFilter], to summaries: [TrialSummary]
  ) throws(AggregationError) -> [TrialSummary] {
    for filter in filters where !summaries.contains(where: { filter.matches($0.trial.configuration) }) {
      var seen: Set<String> = []
      let values = summaries.compactMap { $0.trial.configuration.values[filter.name]?.displayText }
        .filter { seen.insert($0).inserted }
      let nearest = nearestName(to: filter.text, among: values)
      let known = values.isEmpty ? "none has that name" : "there is \(values.prefix(12).joined(separator: ", "))"
      throw AggregationError(
        .request, "no trial has \(filter.name) '\(filter.text)'"
          + (nearest.map { "; did you mean '\($0)'?" } ?? "; \(known)"))
    }
    let byName = Dictionary(grouping: filters, by: \.name)
    return summaries.filter { summary in
      byName.values.allSatisfy { $0.contains { $0.matches(summary.trial.configuration) } }
    }
  }
}
