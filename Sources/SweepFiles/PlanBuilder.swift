import Trials

/// Goes through every combination of a sweep file. Checks each template once, and puts seeds, temperatures and the like
/// into it: the ten-thousandth seed costs its identity and nothing else.
struct PlanBuilder {
  private typealias PlacedValue = SweepDefinition.PlacedValue

  private let definition: SweepDefinition
  private(set) var trials: [Trial] = []
  /// Fits of priors, in the order in which they are needed first.
  private(set) var fits: [Trial] = []
  private(set) var dependencies: [TrialID: Set<TrialID>] = [:]
  private(set) var priorities: [TrialID: Int] = [:]
  private(set) var problems: [SweepFileProblem] = []
  private(set) var exclusionMatches: [Int]
  private(set) var dropMatches: [Int]
  private(set) var priorityMatches: [Int]
  private(set) var excludedCount = 0
  private(set) var mergedCount = 0
  /// Of data sets whose files alone tell it, as far as they were asked.
  private(set) var trainingImageCounts: [String: Int] = [:]

  /// Where each trial came from first, and what `when` took out of those that came to it.
  private var firstPlaces: [TrialID: SweepFileProblem.Place] = [:]
  private var dropped: [TrialID: Set<[String: HyperparameterValue]>] = [:]
  private var templates: [TemplateKey: TrialConfiguration] = [:]
  private var fitNumbers: [TrialConfiguration: Int] = [:]
  private var lastChecked: TrialConfiguration?

  /// What a combination has beside the values of free names: its case, the rows of the axes that have other names, the
  /// names that are dropped, and the fit of its prior (-1: not looked for yet).
  private struct TemplateKey: Hashable {
    var oneCase: Int
    var rows: [Int]
    var drops: [Int]
    var fit: Int?
  }

  init(_ definition: SweepDefinition) {
    self.definition = definition
    exclusionMatches = [Int](repeating: 0, count: definition.exclusions.count)
    dropMatches = [Int](repeating: 0, count: definition.dropRules.count)
    priorityMatches = [Int](repeating: 0, count: definition.priorityRules.count)
  }

  mutating func build(
    images: (_ datasetName: String) throws -> KnownImages?,
    dataDigest: (TrialConfiguration) throws -> String
  ) throws {
    for (number, oneCase) in definition.cases.enumerated() {
      var combination = Combination(definition, oneCase, number: number)
      repeat {
        try add(combination, images: images, dataDigest: dataDigest)
      } while combination.advance()
    }
  }

  private mutating func add(
    _ combination: Combination, images: (_ datasetName: String) throws -> KnownImages?,
    dataDigest: (TrialConfiguration) throws -> String
  ) throws {
    let drops = definition.dropRules.indices.filter {
      definition.dropRules[$0].conditions.areMet { combination.givenOrDefault($0) }
    }
    for index in drops { dropMatches[index] += 1 }
    let result = Result { () throws(ConfigurationError) in try configuration(of: combination, drops: drops) }
    let found = try? result.get()
    let matches = definition.exclusions.indices.filter { index in
      definition.exclusions[index].areMet { name in
        // What was dropped, and what stands for a fit, is as the file gives it.
        let given = combination.given(name)?.value
        if name == "prior", given != nil { return given }
        return found?.configuration.values[name] ?? given
      }
    }
    for index in matches { exclusionMatches[index] += 1 }
    guard matches.isEmpty else {
      excludedCount += 1
      return
    }
    switch try checked(result, images) {
    case .failure(let error):
      let name = Hyperparameter.named(error.hyperparameter)?.name ?? error.hyperparameter
      let rule = drops.first { definition.dropRules[$0].names.contains(name) }
      problems.append(
        rule.map {
          SweepFileProblem(
            place: definition.dropRules[$0].conditions.place, message: error.message + ": 'when' drops it")
        }
          ?? SweepFileProblem(
            place: place(of: name, in: combination), message: error.message))
    case .success(let found):
      let trial = Trial(
        configuration: found.configuration, dataDigest: try dataDigest(found.configuration),
        threads: definition.threads)
      add(trial, of: combination, drops: drops, fit: found.fit)
    }
  }

  /// Where what is at fault was written; where it was not, the case that lacks it, or what asks for it or implies it.
  private func place(of name: String, in combination: Combination) -> SweepFileProblem.Place {
    if let given = combination.given(name) { return given.place }
    guard combination.place == .wholeFile else { return combination.place }
    let asking =
      switch name {
      case "binarization": ["likelihood"]
      case "target": ["experiment"]
      default: ["model_type", "experiment"]
      }
    return asking.lazy.compactMap { combination.given($0)?.place }.first ?? .wholeFile
  }

  /// Compares what trials share with the images of their data set, once.
  private mutating func checked(
    _ result: Result<(configuration: TrialConfiguration, fit: Trial?), ConfigurationError>,
    _ images: (_ datasetName: String) throws -> KnownImages?
  ) throws -> Result<(configuration: TrialConfiguration, fit: Trial?), ConfigurationError> {
    guard case .success(let found) = result, let name = found.configuration.datasetName,
      lastChecked?.sharesTemplate(with: found.configuration) != true
    else { return result }
    lastChecked = found.configuration
    guard found.configuration.dependsOnImages else { return result }
    do {
      guard let images = try images(name) else { return result }
      trainingImageCounts[name] = images.trainingCount
      try found.configuration.check(images)
      return result
    } catch let error as ConfigurationError {
      lastChecked = nil
      return .failure(error)
    }
  }

  private mutating func add(_ trial: Trial, of combination: Combination, drops: [Int], fit: Trial?) {
    let left = drops.isEmpty ? [:] : combination.values(of: droppedNames(drops))
    if let first = firstPlaces[trial.id] {
      // Trials that a rule made equal are one; the same values twice are a mistake.
      if !drops.isEmpty || dropped[trial.id] != nil,
        dropped[trial.id, default: [[:]]].insert(left).inserted
      {
        mergedCount += 1
      } else {
        problems.append(
          SweepFileProblem(place: combination.place, message: Self.duplicate(trial, first: first)))
      }
      return
    }
    firstPlaces[trial.id] = combination.place
    if !drops.isEmpty { dropped[trial.id] = [left] }
    trials.append(trial)
    if let fit { dependencies[trial.id] = [fit.id] }
    for (index, rule) in definition.priorityRules.enumerated() {
      let isMet = rule.conditions?.areMet { trial.configuration.values[$0] ?? combination.given($0)?.value }
      guard isMet ?? true else { continue }
      priorityMatches[index] += 1
      if rule.priority != 0 { priorities[trial.id] = rule.priority }
      break
    }
  }

  // MARK: Configurations

  private mutating func configuration(
    of combination: Combination, drops: [Int]
  ) throws(ConfigurationError) -> (configuration: TrialConfiguration, fit: Trial?) {
    let hasDropped = drops.isEmpty ? [] : droppedNames(drops)
    let reference = hasDropped.contains("prior") ? nil : PriorFit.index(combination.given("prior")?.value)
    var key = TemplateKey(oneCase: combination.number, rows: combination.templateRows, drops: drops, fit: nil)
    guard let reference else {
      return (try configuration(of: combination, key, without: hasDropped, prior: nil), nil)
    }
    key.fit = -1
    let without = try configuration(of: combination, key, without: hasDropped.union(["prior"]), prior: nil)
    // Refuses a prior where the model takes none, before a fit is planned.
    guard without.values["prior"] != nil else {
      var given = combination.values(of: nil).filter { !hasDropped.contains($0.key) }
      given["prior"] = .string("zeros")
      return (try TrialConfiguration(validating: given), nil)
    }
    let number = try fit(reference, for: without)
    let fit = fits[number]
    key.fit = number
    let whole = try configuration(
      of: combination, key, without: hasDropped, prior: .string("fit:\(fit.id)"))
    return (whole, fit)
  }

  private mutating func configuration(
    of combination: Combination, _ key: TemplateKey, without hasDropped: Set<String>,
    prior: HyperparameterValue?
  ) throws(ConfigurationError) -> TrialConfiguration {
    if let template = templates[key] {
      var replacements: [(name: String, value: HyperparameterValue)] = []
      for (name, value) in combination.freeValues where !hasDropped.contains(name) {
        replacements.append((name, value))
      }
      return try template.replacingFree(replacements)
    }
    var given = combination.values(of: nil)
    for name in hasDropped { given[name] = nil }
    if let prior { given["prior"] = prior }
    let configuration = try TrialConfiguration(validating: given)
    templates[key] = configuration
    return configuration
  }

  /// The number of the fit that a trial needs, planned if it is not yet.
  private mutating func fit(_ index: Int, for dependant: TrialConfiguration) throws(ConfigurationError) -> Int
  {
    let configuration: TrialConfiguration
    do {
      configuration = try definition.priorFits[index].configuration(for: dependant)
    } catch {
      throw ConfigurationError(hyperparameter: "prior", message: "'prior: {fit: …}': \(error.message)")
    }
    if let number = fitNumbers[configuration] { return number }
    fitNumbers[configuration] = fits.count
    fits.append(Trial(configuration: configuration, dataDigest: "none", threads: definition.threads))
    return fits.count - 1
  }

  private func droppedNames(_ drops: [Int]) -> Set<String> {
    Set(drops.flatMap { definition.dropRules[$0].names })
  }

  private static func duplicate(_ trial: Trial, first: SweepFileProblem.Place) -> String {
    "the same trial twice (\(trial.configuration.modelType.rawValue), id \(trial.id)), first by \(first.inWords);"
      + " cases must differ in what the axes leave alone"
  }
}

/// One case with one row of every axis.
private struct Combination {
  private enum Source {
    case constant(SweepDefinition.PlacedValue)
    case axis(Int, column: Int)
  }

  let number: Int
  let place: SweepFileProblem.Place
  private let axes: [SweepDefinition.Axis]
  private let sources: [String: Source]
  /// Free names that an axis gives.
  private let freeSources: [(name: String, axis: Int, column: Int)]
  /// Axes that give another name.
  private let templateAxes: [Int]
  private var rows: [Int]

  init(_ definition: SweepDefinition, _ oneCase: SweepDefinition.Case, number: Int) {
    self.number = number
    place = oneCase.place
    axes = definition.axes
    rows = [Int](repeating: 0, count: axes.count)
    var sources = definition.base.merging(oneCase.values) { $1 }.mapValues(Source.constant)
    for (index, axis) in axes.enumerated() {
      for (column, name) in axis.names.enumerated() { sources[name] = .axis(index, column: column) }
    }
    for (name, value) in definition.fixed { sources[name] = .constant(value) }
    self.sources = sources
    var free: [(name: String, axis: Int, column: Int)] = []
    var others: Set<Int> = []
    for (name, source) in sources {
      guard case .axis(let index, let column) = source else { continue }
      if TrialConfiguration.isFree(name) { free.append((name, index, column)) } else { others.insert(index) }
    }
    freeSources = free.sorted { $0.name < $1.name }
    templateAxes = others.sorted()
  }

  /// The next row of every axis, the last axis first; false after the last combination.
  mutating func advance() -> Bool {
    for index in axes.indices.reversed() {
      rows[index] += 1
      if rows[index] < axes[index].rows.count { return true }
      rows[index] = 0
    }
    return false
  }

  var templateRows: [Int] { templateAxes.map { rows[$0] } }

  var freeValues: [(name: String, value: HyperparameterValue)] {
    freeSources.map { ($0.name, axes[$0.axis].rows[rows[$0.axis]][$0.column].value) }
  }

  func given(_ name: String) -> SweepDefinition.PlacedValue? {
    switch sources[name] {
    case .constant(let value): value
    case .axis(let axis, let column): axes[axis].rows[rows[axis]][column]
    case nil: nil
    }
  }

  /// For rules that are looked at before anything is derived.
  func givenOrDefault(_ name: String) -> HyperparameterValue? {
    given(name)?.value ?? Hyperparameter.named(name)?.defaultValue
  }

  /// Everything that is given, or what is given of some names.
  func values(of names: Set<String>?) -> [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = [:]
    for name in sources.keys where names?.contains(name) ?? true { values[name] = given(name)?.value }
    return values
  }
}
