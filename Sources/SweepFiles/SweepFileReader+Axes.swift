import Trials

extension SweepFileReader {
  /// The axis of one name; nil, with the fault told, when it has none.
  mutating func axis(_ entry: YAMLNode.Entry, in section: String) -> SweepDefinition.Axis? {
    guard let hyperparameter = known(entry) else { return nil }
    let name = hyperparameter.name
    let nodes: [YAMLNode]
    switch entry.value.content {
    case .sequence(let elements): nodes = elements
    case .mapping(let generator) where !hyperparameter.isList && !hyperparameter.isPrior:
      switch AxisGenerator.values(of: generator, at: entry.value.place) {
      case .success(let numbers):
        nodes = numbers.map { YAMLNode(content: .scalar(.real($0)), place: entry.value.place) }
      case .failure(let fault):
        refuse(at: fault.place, "'\(name)': " + fault.message)
        return nil
      }
    case .null, .scalar, .mapping:
      refuse(
        at: entry.value.place,
        "'\(entry.key)' under '\(section)' needs a list, found \(entry.value.kindInWords);"
          + " one value belongs under 'base'")
      return nil
    }
    guard !nodes.isEmpty else {
      refuse(
        at: entry.value.place, "'\(entry.key)' has an empty list, which leaves no trial; remove it or fill it"
      )
      return nil
    }
    if hyperparameter.isList, let wrong = nodes.first(where: { !$0.isSequence }) {
      refuse(
        at: wrong.place,
        "'\(entry.key)' under '\(section)' needs a list of lists, as in [[a], [a, b]]; found"
          + " \(wrong.kindInWords) in it")
      return nil
    }
    let before = problems.count
    var rows: [[SweepDefinition.PlacedValue]] = []
    var places: [HyperparameterValue: Int] = [:]
    rows.reserveCapacity(nodes.count)
    places.reserveCapacity(nodes.count)
    for node in nodes {
      guard let value = checked(node, for: hyperparameter) else { continue }
      if section == "grid", let earlier = places.updateValue(rows.count, forKey: value.value) {
        let (text, place) = (value.value.labelText, rows[earlier][0].place.inWords)
        refuse(at: node.place, "'\(name)' has \(text) twice, first in \(place); remove one")
      }
      rows.append([value])
    }
    guard problems.count == before else { return nil }
    return SweepDefinition.Axis(names: [name], rows: rows, places: [entry.place])
  }

  mutating func refuseRepeatedAxes() {
    var first: [String: SweepFileProblem.Place] = [:]
    for axis in definition.axes + (zip.map { [$0] } ?? []) {
      for (name, place) in Swift.zip(axis.names, axis.places) {
        if let earlier = first[name] {
          refuse(at: place, "'\(name)' is an axis twice, first in \(earlier.inWords); remove one")
        } else {
          first[name] = place
        }
      }
    }
  }

  mutating func refuseSeedsBesideRepetitions() {
    guard let repetitions else { return }
    let axisPlaces = (definition.axes + (zip.map { [$0] } ?? [])).flatMap { axis in
      Swift.zip(axis.names, axis.places).filter { $0.0 == "seed" }.map(\.1)
    }
    let places =
      axisPlaces + ([definition.base] + definition.cases.map(\.values)).compactMap { $0["seed"]?.place }
    if let place = places.first {
      refuse(
        at: place,
        "'num_of_repetitions' (\(repetitions.place.inWords)) stands for seeds 1 to \(repetitions.count) and excludes"
          + " 'seed'; remove one")
    }
  }
}
