import Trials

extension SweepComparison {
  /// For a person, ending in a newline. At most `limit` trials of a kind are listed.
  public func text(limit: Int = 20) -> String {
    let equal = pairs.filter(\.isEqual)
    let different = pairs.filter { !$0.isEqual }
    var lines = ["\(folders[0].root) and \(folders[1].root): \(pairs.count) trials in both"]
    lines.append("  \(equal.count) equal, bit for bit")
    let renamed = equal.filter { !$0.reasons.isEmpty }
    lines += Self.listed(renamed, limit) {
      "    \($0.label): although under another id (\($0.reasons.joined(separator: ", ")))"
    }
    if !different.isEmpty { lines.append("  \(different.count) different") }
    lines += Self.listed(different, limit) { pair in
      let reasons = pair.reasons.isEmpty ? "" : "; \(pair.reasons.joined(separator: ", "))"
      return "    \(pair.label) (\(pair.first.id)\(reasons)): \(Self.sentence(pair.differences))"
    }
    for (singles, folder) in [(onlyInFirst, folders[0]), (onlyInSecond, folders[1])] where !singles.isEmpty {
      lines.append("  \(singles.count) only in \(folder.root)")
      lines += Self.listed(singles, limit) { "    \($0.label) (\($0.trial.id))" }
    }
    if !unreadable.isEmpty {
      lines.append("  \(unreadable.count) file\(unreadable.count == 1 ? "" : "s") cannot be read or trusted")
    }
    lines += Self.listed(unreadable, limit) { "    \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func listed<Element>(
    _ elements: [Element], _ limit: Int, _ line: (Element) -> String
  ) -> [String] {
    elements.prefix(limit).map(line)
      + (elements.count > limit ? ["    and \(elements.count - limit) more; --json lists all"] : [])
  }

  private static func sentence(_ differences: [NumberDifference]) -> String {
    guard let worst = differences.first else { return "" }
    let rest = differences.count > 1 ? "; \(differences.count - 1) more differ" : ""
    guard worst.largest.isFinite || worst.values.count == 2 else { return "\(worst.name) differs" + rest }
    let place = worst.epoch.map { " at epoch \($0)" } ?? ""
    let size = worst.largest.isFinite ? " by up to \(Self.short(worst.largest))" : ""
    let values = worst.values.count == 2 ? " (\(worst.values.map(text).joined(separator: " and ")))" : ""
    return "\(worst.name) differs\(size)\(place)\(values)" + rest
  }

  private static func text(_ value: Double?) -> String { value.map { $0.description } ?? "nothing" }

  /// Three significant digits are enough to see the size of a difference.
  private static func short(_ value: Double) -> String {
    let text = value.description
    guard let exponent = text.firstIndex(of: "e") else { return String(text.prefix(8)) }
    return String(text[..<exponent].prefix(4) + text[exponent...])
  }

  /// JSON, ending in a newline.
  public var json: String {
    func quoted(_ text: String) -> String { HyperparameterValue.string(text).canonicalJSON }
    func number(_ value: Double?) -> String {
      value.map { $0.isFinite ? $0.description : quoted("\($0)") } ?? "null"
    }
    func object(_ members: [(String, String)]) -> String {
      "{" + members.map { "\(quoted($0)): \($1)" }.joined(separator: ", ") + "}"
    }
    func array(_ items: [String]) -> String {
      items.isEmpty ? "[]" : "[\n    " + items.joined(separator: ",\n    ") + "\n  ]"
    }
    func difference(_ difference: NumberDifference) -> String {
      object([
        ("name", quoted(difference.name)), ("largest", number(difference.largest)),
        ("epoch", difference.epoch.map(String.init) ?? "null"),
        ("values", "[" + difference.values.map(number).joined(separator: ", ") + "]"),
      ])
    }
    func pair(_ pair: Pair) -> String {
      object([
        ("trial", quoted(pair.first.id)), ("other", quoted(pair.second.id)), ("label", quoted(pair.label)),
        ("equal", pair.isEqual ? "true" : "false"),
        ("reasons", "[" + pair.reasons.map(quoted).joined(separator: ", ") + "]"),
        ("differences", "[" + pair.differences.map(difference).joined(separator: ", ") + "]"),
      ])
    }
    func single(_ single: Single) -> String {
      object([("trial", quoted(single.trial.id)), ("label", quoted(single.label))])
    }
    let members: [(String, String)] = [
      ("equal", areEqual ? "true" : "false"), ("first", quoted(folders[0].root)),
      ("second", quoted(folders[1].root)), ("trials", array(pairs.map(pair))),
      ("only_in_first", array(onlyInFirst.map(single))), ("only_in_second", array(onlyInSecond.map(single))),
      (
        "unreadable",
        array(unreadable.map { object([("file", quoted($0.path)), ("reason", quoted($0.reason))]) })
      ),
    ]
    return "{\n" + members.map { "  \(quoted($0)): \($1)" }.joined(separator: ",\n") + "\n}\n"
  }
}
