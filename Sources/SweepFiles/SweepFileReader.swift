import Trials

/// Turns the YAML tree of one sweep file, then its overrides, into a `SweepDefinition`, collecting faults on the way.
struct SweepFileReader {
  var definition: SweepDefinition
  var problems: [SweepFileProblem] = []
  /// What the prior files hold, by their paths as written.
  let priors: [String: HyperparameterValue]
  /// Why the others could not be read.
  let priorFaults: [String: String]
  /// Every prior file that the sweep file or an override names, in the order of reading.
  var priorPaths: [String] = []

  /// `num_of_repetitions`, where given.
  var repetitions: (count: Int, place: SweepFileProblem.Place)?
  var zip: SweepDefinition.Axis?
  var namePlace: SweepFileProblem.Place?
  var metric: Metric?
  var direction: (value: Objective.Direction, place: SweepFileProblem.Place)?
  var hasObjective = false
  var sample = SampleDefinition()
  /// Names that were sampled before options fixed some.
  var sampledBefore = 0

  init(
    definition: SweepDefinition, priors: [String: HyperparameterValue], priorFaults: [String: String]
  ) {
    self.definition = definition
    self.priors = priors
    self.priorFaults = priorFaults
  }

  mutating func refuse(at place: SweepFileProblem.Place, _ message: String) {
    problems.append(SweepFileProblem(place: place, message: message))
  }

  // MARK: The file

  mutating func read(_ entries: [YAMLNode.Entry]) {
    for entry in entries {
      switch entry.key {
      case "base": definition.base = values(of: entry.value, in: "base", allowingRepetitions: true)
      case "cases": readCases(entry.value)
      case "grid": readGrid(entry.value)
      case "zip": readZip(entry.value)
      case "exclude": readExclusions(entry.value)
      case "when": readDropRules(entry.value)
      case "num_of_repetitions": readRepetitions(entry.value)
      case let section where SweepSetting.sections.contains(section): readSection(section, entry.value)
      default: set(entry.key, to: entry.value, at: entry.place)
      }
    }
    refuseRepeatedAxes()
    refuseSeedsBesideRepetitions()
  }

  mutating func readSection(_ section: String, _ node: YAMLNode) {
    guard case .mapping(let entries) = node.content else {
      refuse(at: node.place, "'\(section)' needs a mapping, found \(node.kindInWords)")
      return
    }
    if section == "objective" { hasObjective = true }
    if section == "sample" { sample.place = node.place }
    for entry in entries { set("\(section).\(entry.key)", to: entry.value, at: entry.place) }
  }

  mutating func readCases(_ node: YAMLNode) {
    guard case .sequence(let elements) = node.content, !elements.isEmpty else {
      refuse(at: node.place, "'cases' needs a list of mappings, found \(node.kindOrEmptinessInWords)")
      return
    }
    definition.cases = elements.enumerated().map { index, element in
      SweepDefinition.Case(
        values: values(of: element, in: "case \(index + 1)", allowingRepetitions: false), place: element.place
      )
    }
  }

  mutating func readGrid(_ node: YAMLNode) {
    guard case .mapping(let entries) = node.content else {
      refuse(at: node.place, "'grid' needs a mapping from names to lists, found \(node.kindInWords)")
      return
    }
    for entry in entries {
      if let axis = axis(entry, in: "grid") { definition.axes.append(axis) }
    }
  }

  mutating func readZip(_ node: YAMLNode) {
    guard case .mapping(let entries) = node.content, !entries.isEmpty else {
      refuse(
        at: node.place,
        "'zip' needs a mapping from names to lists of one length, found \(node.kindOrEmptinessInWords)")
      return
    }
    var joined: SweepDefinition.Axis?
    for entry in entries {
      guard let axis = axis(entry, in: "zip") else { continue }
      guard let sofar = joined else {
        joined = axis
        continue
      }
      guard sofar.rows.count == axis.rows.count else {
        refuse(
          at: entry.value.place,
          "the lists of 'zip' are walked together and need one length: '\(sofar.names[0])'"
            + " (\(sofar.places[0].inWords)) has \(sofar.rows.count), '\(entry.key)' has \(axis.rows.count)")
        continue
      }
      joined = SweepDefinition.Axis(
        names: sofar.names + axis.names, rows: Swift.zip(sofar.rows, axis.rows).map { $0 + $1 },
        places: sofar.places + axis.places)
    }
    zip = joined
  }

  mutating func readExclusions(_ node: YAMLNode) {
    guard case .sequence(let elements) = node.content else {
      refuse(at: node.place, "'exclude' needs a list of mappings, found \(node.kindInWords)")
      return
    }
    for element in elements {
      if let conditions = conditions(element, of: "an exclusion") { definition.exclusions.append(conditions) }
    }
  }

  mutating func readRepetitions(_ node: YAMLNode) {
    // 2^16 repetitions are far beyond any use; the limit turns a slip of the finger into a message.
    guard case .scalar(.integer(let count)) = node.content, (1...65_536).contains(count) else {
      let found = node.scalarText ?? node.kindInWords
      refuse(at: node.place, "'num_of_repetitions' needs an integer from 1 to 65536, found \(found)")
      return
    }
    if let first = repetitions, case .file = node.place {
      refuse(at: node.place, "'num_of_repetitions' is given twice, first in \(first.place.inWords)")
    }
    repetitions = (count, node.place)
  }

  // MARK: The end

  mutating func finish() throws(SweepFileError) -> SweepDefinition {
    if namePlace == nil { refuse(at: .wholeFile, "'name' is required: it becomes the results folder's name") }
    if definition.cases.isEmpty { definition.cases = [SweepDefinition.Case(values: [:], place: .wholeFile)] }
    if let repetitions {
      let rows = (1...repetitions.count).map { seed in
        [SweepDefinition.PlacedValue(value: .integer(seed), place: repetitions.place)]
      }
      definition.axes.append(SweepDefinition.Axis(names: ["seed"], rows: rows, places: [repetitions.place]))
    }
    if let zip { definition.axes.append(zip) }
    finishSample()
    finishObjective()
    guard problems.isEmpty else { throw SweepFileError(path: definition.path, problems: problems) }
    return definition
  }

  mutating func finishObjective() {
    guard hasObjective, problems.isEmpty else { return }
    guard let metric else {
      refuse(at: direction?.place ?? .wholeFile, "'objective' needs 'metric', as in {metric: val_elbo}")
      return
    }
    let natural: Objective.Direction = metric.better == .higher ? .maximize : .minimize
    definition.objective = Objective(metric: metric, direction: direction?.value ?? natural)
    if let direction, direction.value != natural {
      definition.warnings.append(
        SweepFileProblem(
          place: direction.place,
          message:
            "'\(direction.value.rawValue)' looks wrong: of \(metric.name), \(metric.better.rawValue) is better"
        ))
    }
  }
}
