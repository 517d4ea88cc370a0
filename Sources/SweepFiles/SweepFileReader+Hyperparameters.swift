import Trials

extension SweepFileReader {
  mutating func values(
    of node: YAMLNode, in context: String, allowingRepetitions: Bool
  ) -> [String: SweepDefinition.PlacedValue] {
    guard case .mapping(let entries) = node.content else {
      refuse(at: node.place, "'\(context)' needs a mapping from names to values, found \(node.kindInWords)")
      return [:]
    }
    var values: [String: SweepDefinition.PlacedValue] = [:]
    for entry in entries {
      if allowingRepetitions, entry.key == "num_of_repetitions" {
        readRepetitions(entry.value)
        continue
      }
      guard let hyperparameter = known(entry), let value = checked(entry.value, for: hyperparameter) else {
        continue
      }
      if let first = values[hyperparameter.name] {
        refuse(
          at: entry.place,
          "'\(entry.key)' is another name of a hyperparameter that \(first.place.inWords) gives as well")
      }
      values[hyperparameter.name] = value
    }
    return values
  }

  mutating func known(_ entry: YAMLNode.Entry) -> Hyperparameter? {
    if let hyperparameter = Hyperparameter.named(entry.key) { return hyperparameter }
    if entry.key == "num_of_repetitions" {
      refuse(at: entry.place, "'num_of_repetitions' belongs at the top of the file or under 'base'")
    } else {
      let nearest = nearestName(to: entry.key, among: Hyperparameter.everyName + ["num_of_repetitions"])
      refuse(
        at: entry.place,
        "unknown hyperparameter '\(entry.key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }
    return nil
  }

  /// One value of a hyperparameter, alone.
  mutating func checked(
    _ node: YAMLNode, for hyperparameter: Hyperparameter
  ) -> SweepDefinition.PlacedValue? {
    let name = hyperparameter.name
    let value: HyperparameterValue
    switch node.content {
    case .null:
      refuse(at: node.place, "'\(name)' has no value")
      return nil
    case .mapping(let entries):
      guard hyperparameter.isPrior else {
        refuse(at: node.place, "'\(name)' needs one value here, found a mapping")
        return nil
      }
      guard let prior = prior(from: entries, at: node.place) else { return nil }
      // A fit is planned with the trial that needs it; there is nothing to check before.
      if PriorFit.index(prior) != nil { return SweepDefinition.PlacedValue(value: prior, place: node.place) }
      value = prior
    case .sequence(let elements):
      guard hyperparameter.isList else {
        refuse(at: node.place, "'\(name)' needs one value here; a list of values to try belongs under 'grid'")
        return nil
      }
      var scalars: [HyperparameterValue] = []
      for element in elements {
        guard case .scalar(let scalar) = element.content else {
          refuse(at: element.place, "'\(name)' is a list of plain values, found \(element.kindInWords) in it")
          return nil
        }
        scalars.append(scalar)
      }
      value = .list(scalars)
    case .scalar(.string(let path)) where hyperparameter.isPrior && path != "zeros":
      guard let prior = prior(fromFile: path, at: node.place) else { return nil }
      value = prior
    case .scalar(let scalar): value = scalar
    }
    do {
      let canonical = try TrialConfiguration.checked(value, for: hyperparameter)
      return SweepDefinition.PlacedValue(value: canonical, place: node.place)
    } catch {
      refuse(at: node.place, error.message)
      return nil
    }
  }

  /// Whether a node is one value of the hyperparameter, not a list of values to try or a generator of one.
  func isOneValue(_ node: YAMLNode, of hyperparameter: Hyperparameter) -> Bool {
    switch node.content {
    case .null, .scalar: true
    case .mapping: hyperparameter.isPrior
    case .sequence(let elements): hyperparameter.isList && !elements.contains(where: \.isSequence)
    }
  }
}
