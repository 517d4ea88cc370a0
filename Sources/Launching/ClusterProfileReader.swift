import SweepFiles
import Trials

/// Turns the YAML tree of a profile into a `ClusterProfile`, collecting faults on the way.
struct ClusterProfileReader {
  var problems: [SweepFileProblem] = []

  static func read(_ text: String, path: String) throws(ClusterProfileError) -> ClusterProfile {
    var reader = ClusterProfileReader()
    let place = reader.place(text)
    guard let place, reader.problems.isEmpty else {
      throw ClusterProfileError(path: path, problems: reader.problems)
    }
    return ClusterProfile(path: path, place: place)
  }

  mutating func refuse(at place: SweepFileProblem.Place, _ message: String) {
    problems.append(SweepFileProblem(place: place, message: message))
  }

  private mutating func place(_ text: String) -> ClusterProfile.Place? {
    let root: YAMLNode?
    do {
      root = try YAMLNode.reading(text) { .file(line: $0, column: $1) }
    } catch {
      refuse(at: error.place, error.message)
      return nil
    }
    guard let root, case .mapping(let entries) = root.content else {
      refuse(
        at: root?.place ?? .wholeFile,
        "a mapping of 'key: value' lines is needed, beginning with 'kind: local', ssh or slurm (see cluster/README.md)"
      )
      return nil
    }
    guard let kindEntry = entries.first(where: { $0.key == "kind" }) else {
      refuse(at: .wholeFile, "'kind' is required: local, ssh or slurm (see cluster/README.md)")
      return nil
    }
    guard let kind = choice(kindEntry, ClusterProfile.Kind.self) else { return nil }
    let rest = entries.filter { $0.key != "kind" }
    switch kind {
    case .local: return .local(localProfile(rest))
    case .ssh: return .ssh(sshProfile(rest))
    case .slurm: return .slurm(slurmProfile(rest))
    }
  }

  /// The keys of each kind, for a key that stands in the wrong one.
  private static let keys: [(kind: ClusterProfile.Kind, keys: [String])] = [
    (.local, localKeys), (.ssh, sshKeys + hostKeys), (.slurm, slurmKeys + resourceKeys),
  ]

  mutating func refuseUnknown(_ entry: YAMLNode.Entry, among known: [String]) {
    if let nearest = nearestName(to: entry.key, among: known) {
      refuse(at: entry.place, "unknown key '\(entry.key)'; did you mean '\(nearest)'?")
    } else if let other = Self.keys.first(where: { $0.keys.contains(entry.key) }) {
      refuse(
        at: entry.place, "'\(entry.key)' is not known here; it belongs to 'kind: \(other.kind.rawValue)'")
    } else {
      refuse(at: entry.place, "unknown key '\(entry.key)'; known are \(known.joined(separator: ", "))")
    }
  }
}

// MARK: - Values

extension ClusterProfileReader {
  private mutating func refuse(_ entry: YAMLNode.Entry, needs what: String) {
    let found = entry.value.scalarText.map { "'\($0)'" } ?? entry.value.kindOrEmptinessInWords
    refuse(at: entry.value.place, "'\(entry.key)' needs \(what), found \(found)")
  }

  mutating func choice<Value: RawRepresentable & CaseIterable>(
    _ entry: YAMLNode.Entry, _ type: Value.Type
  ) -> Value? where Value.RawValue == String {
    if let value = entry.value.scalarText.flatMap(Value.init(rawValue:)) { return value }
    refuse(entry, needs: "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  mutating func count(_ entry: YAMLNode.Entry, _ range: ClosedRange<Int>) -> Int? {
    if case .scalar(.integer(let value)) = entry.value.content, range.contains(value) { return value }
    refuse(entry, needs: "an integer from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  mutating func flag(_ entry: YAMLNode.Entry) -> Bool? {
    if case .scalar(.boolean(let value)) = entry.value.content { return value }
    refuse(entry, needs: "true or false")
    return nil
  }

  /// One line of visible text.
  mutating func line(_ entry: YAMLNode.Entry) -> String? {
    if let text = entry.value.scalarText, TextRules.isLine(text) { return text }
    refuse(entry, needs: "one line of text")
    return nil
  }

  /// A word for a command line of another program: nothing in it that a shell or Slurm would take apart.
  mutating func word(_ entry: YAMLNode.Entry) -> String? {
    if let text = entry.value.scalarText, TextRules.isWord(text) { return text }
    refuse(
      entry,
      needs: "a word of letters, digits and any of \(TextRules.signs), not beginning with a minus sign")
    return nil
  }

  mutating func lines(_ entry: YAMLNode.Entry) -> [String] {
    guard case .sequence(let elements) = entry.value.content else { return line(entry).map { [$0] } ?? [] }
    return elements.compactMap { element in
      line(YAMLNode.Entry(key: entry.key, place: entry.place, value: element))
    }
  }

  mutating func environment(_ entry: YAMLNode.Entry) -> [String: String] {
    guard case .mapping(let entries) = entry.value.content else {
      refuse(entry, needs: "a mapping from names of variables to values")
      return [:]
    }
    var values: [String: String] = [:]
    for variable in entries {
      guard TextRules.isVariable(variable.key) else {
        refuse(at: variable.place, "'\(variable.key)' is no name of an environment variable")
        continue
      }
      guard let text = variable.value.scalarText, TextRules.isQuotable(text) else {
        refuse(variable, needs: "one line of text without quotes, backslashes and exclamation marks")
        continue
      }
      values[variable.key] = text
    }
    return values
  }
}
