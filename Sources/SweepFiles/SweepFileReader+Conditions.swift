import Trials

extension SweepFileReader {
  /// A mapping from names to values or lists of them; nil, with the fault told, for anything else.
  ///
  /// - Parameter what: "an exclusion", for messages.
  mutating func conditions(_ node: YAMLNode, of what: String) -> SweepDefinition.Conditions? {
    guard case .mapping(let entries) = node.content, !entries.isEmpty else {
      refuse(
        at: node.place, "\(what) needs a mapping from names to values, found \(node.kindOrEmptinessInWords)")
      return nil
    }
    var parts: [(name: String, values: [HyperparameterValue])] = []
    for entry in entries {
      guard let hyperparameter = known(entry) else { continue }
      let nodes: [YAMLNode]
      if !isOneValue(entry.value, of: hyperparameter), case .sequence(let alternatives) = entry.value.content
      {
        nodes = alternatives
      } else {
        nodes = [entry.value]
      }
      parts.append((hyperparameter.name, nodes.compactMap { checked($0, for: hyperparameter)?.value }))
    }
    return SweepDefinition.Conditions(parts: parts, place: node.place)
  }

  /// `when: [{if: {model_type: GS_Dis}, drop: [threshold]}]`.
  mutating func readDropRules(_ node: YAMLNode) {
    for rule in rules(
      node, "when", keys: ["if", "drop"], example: "{if: {model_type: GS_Dis}, drop: [threshold]}")
    {
      guard let condition = rule["if"], let dropped = rule["drop"],
        let conditions = conditions(condition.value, of: "'if'"), let names = names(dropped.value, "drop")
      else { continue }
      definition.dropRules.append(SweepDefinition.DropRule(conditions: conditions, names: names))
    }
  }

  /// An integer, or a list of `{if: {…}, is: n}`.
  mutating func readPriority(_ node: YAMLNode) {
    func priority(_ node: YAMLNode) -> Int? {
      // A million levels are enough for anything, and no sum of two can overflow.
      guard case .scalar(.integer(let value)) = node.content, abs(value) <= 1_000_000 else { return nil }
      return value
    }
    guard node.isSequence else {
      guard let value = priority(node) else {
        refuse(
          at: node.place,
          "'priority' needs an integer from -1000000 to 1000000, or a list as in [{if: {seed: 1}, is: 5}];"
            + " found \(node.scalarText ?? node.kindInWords)")
        return
      }
      definition.priorityRules = [SweepDefinition.PriorityRule(conditions: nil, priority: value)]
      return
    }
    definition.priorityRules = []
    for rule in rules(node, "priority", keys: ["if", "is"], example: "{if: {seed: 1}, is: 5}") {
      guard let condition = rule["if"], let entry = rule["is"],
        let conditions = conditions(condition.value, of: "'if'")
      else { continue }
      guard let value = priority(entry.value) else {
        refuse(
          at: entry.value.place,
          "'is' needs an integer from -1000000 to 1000000, found"
            + " \(entry.value.scalarText ?? entry.value.kindInWords)")
        continue
      }
      definition.priorityRules.append(SweepDefinition.PriorityRule(conditions: conditions, priority: value))
    }
  }

  /// A list of mappings that all have exactly these keys; those that have not are told and left out.
  mutating func rules(
    _ node: YAMLNode, _ what: String, keys: [String], example: String
  ) -> [[String: YAMLNode.Entry]] {
    guard case .sequence(let elements) = node.content else {
      refuse(at: node.place, "'\(what)' needs a list of rules, as in [\(example)]; found \(node.kindInWords)")
      return []
    }
    return elements.compactMap { element in
      guard case .mapping(let entries) = element.content else {
        refuse(
          at: element.place, "a rule of '\(what)' looks like \(example), found \(element.kindInWords)")
        return nil
      }
      var rule: [String: YAMLNode.Entry] = [:]
      for entry in entries {
        if keys.contains(entry.key) {
          rule[entry.key] = entry
        } else {
          let nearest = nearestName(to: entry.key, among: keys)
          refuse(
            at: entry.place,
            "unknown '\(entry.key)' in a rule of '\(what)'"
              + (nearest.map { "; did you mean '\($0)'?" } ?? "; it looks like \(example)"))
          return nil
        }
      }
      if let missing = keys.first(where: { rule[$0] == nil }) {
        refuse(at: element.place, "a rule of '\(what)' needs '\(missing)', as in \(example)")
        return nil
      }
      return rule
    }
  }

  /// A list of hyperparameters' names, by their canonical names; nil, with the fault told, for anything else.
  mutating func names(_ node: YAMLNode, _ what: String) -> [String]? {
    guard case .sequence(let elements) = node.content, !elements.isEmpty else {
      refuse(
        at: node.place, "'\(what)' needs a list of hyperparameters, found \(node.kindOrEmptinessInWords)")
      return nil
    }
    let before = problems.count
    let names = elements.compactMap { element -> String? in
      guard let text = element.scalarText else {
        refuse(at: element.place, "'\(what)' needs names, found \(element.kindInWords)")
        return nil
      }
      return known(YAMLNode.Entry(key: text, place: element.place, value: element))?.name
    }
    return problems.count == before ? names : nil
  }
}
