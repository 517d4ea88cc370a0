import Trials

extension SweepFileReader {
  mutating func setSample(_ key: String, to node: YAMLNode) {
    if sample.place == nil { sample.place = node.place }
    switch key {
    case "sample.n":
      guard case .scalar(.integer(let count)) = node.content, (1...1_000_000).contains(count) else {
        refuse(
          at: node.place,
          "'sample.n' counts draws, from 1 to 1000000, found \(node.scalarText ?? node.kindInWords)")
        return
      }
      sample.count = count
    case "sample.seed":
      guard case .scalar(.integer(let seed)) = node.content, seed >= 0 else {
        refuse(
          at: node.place,
          "'sample.seed' needs an integer of at least 0, found \(node.scalarText ?? node.kindInWords)")
        return
      }
      sample.seed = seed
    case "sample.method":
      let text = node.scalarText ?? node.kindInWords
      let names = SampleDefinition.Method.allCases.map(\.rawValue)
      guard let method = SampleDefinition.Method(rawValue: text) else {
        let nearest = nearestName(to: text, among: names)
        refuse(
          at: node.place,
          "'sample.method' is \(names.joined(separator: " or ")), found '\(text)'"
            + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
        return
      }
      sample.method = method
    default: readDimensions(node)
    }
  }

  private mutating func readDimensions(_ node: YAMLNode) {
    guard case .mapping(let entries) = node.content, !entries.isEmpty else {
      refuse(
        at: node.place,
        "'sample.of' needs a mapping from names to distributions, as in {threshold: {uniform: [0.9, 0.99]}};"
          + " found \(node.kindOrEmptinessInWords)")
      return
    }
    sample.dimensions = []
    for (number, entry) in entries.enumerated() {
      guard let hyperparameter = known(entry),
        let distribution = distribution(entry.value, of: hyperparameter)
      else { continue }
      if sample.dimensions.contains(where: { $0.name == hyperparameter.name }) {
        refuse(at: entry.place, "'\(entry.key)' is another name of a hyperparameter that is sampled already")
      }
      sample.dimensions.append(
        SampleDefinition.Dimension(
          name: hyperparameter.name, distribution: distribution, place: entry.place,
          valuePlace: entry.value.place, number: number))
    }
    if entries.count > SobolSequence.dimensionLimit {
      refuse(at: node.place, "'sample.of' has more than \(SobolSequence.dimensionLimit) names")
    }
  }

  private mutating func distribution(
    _ node: YAMLNode, of hyperparameter: Hyperparameter
  ) -> SampleDistribution? {
    let name = hyperparameter.name
    guard case .mapping(let entries) = node.content, entries.count == 1, let entry = entries.first else {
      refuse(
        at: node.place,
        "'\(name)' under 'sample' needs one of \(SampleDistribution.names.joined(separator: ", ")), as in"
          + " {uniform: [0.1, 1]}; found \(node.kindOrEmptinessInWords)")
      return nil
    }
    guard SampleDistribution.names.contains(entry.key) else {
      let nearest = nearestName(to: entry.key, among: SampleDistribution.names)
      refuse(
        at: entry.place,
        "'\(name)': unknown '\(entry.key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
          + " (\(SampleDistribution.names.joined(separator: ", ")) are there)")
      return nil
    }
    if entry.key == "choice" { return choice(entry.value, of: hyperparameter) }
    guard case .sequence(let elements) = entry.value.content, elements.count == 2,
      let low = elements[0].number, let high = elements[1].number, low < high
    else {
      refuse(at: entry.value.place, "'\(entry.key)' needs two numbers, the lower first, as in [0.1, 1]")
      return nil
    }
    switch entry.key {
    case "loguniform":
      guard low > 0 else {
        refuse(at: entry.value.place, "'loguniform' needs ends above 0")
        return nil
      }
      return .loguniform(low, high)
    case "int":
      guard case .scalar(.integer(let first)) = elements[0].content,
        case .scalar(.integer(let last)) = elements[1].content, abs(low) < 0x1p53, abs(high) < 0x1p53
      else {
        refuse(at: entry.value.place, "'int' needs two integers, as in [5, 50]; both may be drawn")
        return nil
      }
      return .int(first, last)
    default: return .uniform(low, high)
    }
  }

  private mutating func choice(_ node: YAMLNode, of hyperparameter: Hyperparameter) -> SampleDistribution? {
    guard case .sequence(let elements) = node.content, !elements.isEmpty else {
      refuse(at: node.place, "'choice' needs a list of values, found \(node.kindOrEmptinessInWords)")
      return nil
    }
    let before = problems.count
    let values = elements.compactMap { checked($0, for: hyperparameter) }
    return problems.count == before ? .choice(values) : nil
  }

  // MARK: The end

  /// Draws the values: one more axis, its names walked together.
  mutating func finishSample() {
    guard let place = sample.place, problems.isEmpty else { return }
    guard sample.count != nil else {
      refuse(at: place, "'sample' needs 'n', the number of draws")
      return
    }
    guard !sample.dimensions.isEmpty else {
      // Options may have fixed every name; then nothing is left to draw.
      if !hasFixedSample { refuse(at: place, "'sample' needs 'of', the names to draw and what from") }
      return
    }
    for dimension in sample.dimensions {
      for axis in definition.axes {
        guard let column = axis.names.firstIndex(of: dimension.name) else { continue }
        refuse(
          at: dimension.place,
          "'\(dimension.name)' is an axis twice, first in \(axis.places[column].inWords); remove one")
        return
      }
    }
    var rows: [[SweepDefinition.PlacedValue]] = []
    var seen: Set<[HyperparameterValue]> = []
    for shares in sample.shares() {
      var row: [SweepDefinition.PlacedValue] = []
      for (dimension, share) in Swift.zip(sample.dimensions, shares) {
        guard let value = drawn(dimension, share) else { return }
        row.append(SweepDefinition.PlacedValue(value: value, place: dimension.valuePlace))
      }
      if seen.insert(row.map(\.value)).inserted { rows.append(row) }
    }
    let count = sample.count ?? 0
    if rows.count < count {
      definition.warnings.append(
        SweepFileProblem(
          place: place,
          message: "\(count - rows.count) of \(count) draws repeat earlier ones, which count once"))
    }
    definition.axes.append(
      SweepDefinition.Axis(
        names: sample.dimensions.map(\.name), rows: rows, places: sample.dimensions.map(\.place)))
  }

  /// A drawn value in the type of its hyperparameter; nil, with the fault told, where it cannot have it.
  private mutating func drawn(_ dimension: SampleDefinition.Dimension, _ share: Double)
    -> HyperparameterValue?
  {
    let value = dimension.distribution.value(at: share)
    // Choices were checked where they are written.
    if case .choice = dimension.distribution { return value }
    guard let hyperparameter = Hyperparameter.named(dimension.name) else { return nil }
    do {
      return try TrialConfiguration.checked(value, for: hyperparameter)
    } catch {
      refuse(at: dimension.valuePlace, error.message)
      return nil
    }
  }
}
