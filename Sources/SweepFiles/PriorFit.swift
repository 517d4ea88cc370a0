import Trials

/// `prior: {fit: {…}}`: the prior of a trial is what another trial of the same sweep fits.
struct PriorFit {
  /// What the file gives for the fit, by hyperparameter; the rest follows from the trial that needs it.
  let values: [String: SweepDefinition.PlacedValue]
  let place: SweepFileProblem.Place

  /// Stands for the fit in the value of `prior` until it is planned.
  static func reference(_ index: Int) -> HyperparameterValue { .string("fit:#\(index)") }

  /// Which fit a value refers to.
  static func index(_ value: HyperparameterValue?) -> Int? {
    guard case .string(let text)? = value, text.hasPrefix("fit:#") else { return nil }
    return Int(text.dropFirst(5))
  }

  /// The model whose fit serves another model's prior.
  static func model(for dependant: ModelType) -> ModelType {
    switch dependant.family {
    case .igrSB: .igrSB
    case .igrSBFinite: .igrSBFinite
    default: .igrI
    }
  }

  /// The configuration of the fit that `dependant` needs: of its relaxation (IGR_I where that is planar: only μ and ξ are
  /// taken over), with as many sticks, at its temperature unless the file says another.
  ///
  /// - Throws: `ConfigurationError`.
  func configuration(for dependant: TrialConfiguration) throws(ConfigurationError) -> TrialConfiguration {
    let model = Self.model(for: dependant.modelType)
    var given: [String: HyperparameterValue] = [
      "experiment": .string(Experiment.priorFit.rawValue), "model_type": .string(model.rawValue),
      "n_required": .integer(dependant.nRequired), "temp": .real(dependant.temperature),
    ]
    for name in ["truncation_option", "quantile", "threshold"] {
      if let value = dependant.values[name], model == .igrSB { given[name] = value }
    }
    given.merge(values.mapValues(\.value)) { $1 }
    return try TrialConfiguration(validating: given)
  }
}

extension SweepFileReader {
  /// Keys of `prior: {fit: …}`; `iterations` is its name of `epochs`.
  private static let fitKeys = [
    "target", "temp", "iterations", "seed", "learning_rate", "sample_size", "fit_loss", "model_type",
  ]

  /// The value of `prior` that refers to a fit; nil, with the fault told, where the mapping is none.
  mutating func prior(fit node: YAMLNode) -> HyperparameterValue? {
    guard case .mapping(let entries) = node.content else {
      refuse(
        at: node.place,
        "'fit' needs a mapping, as in {target: uniform, temp: 0.01, iterations: 1000}; found"
          + " \(node.kindInWords)")
      return nil
    }
    let before = problems.count
    var values: [String: SweepDefinition.PlacedValue] = [:]
    for entry in entries {
      switch entry.key {
      case "target":
        if entry.value.scalarText != "uniform" {
          refuse(
            at: entry.value.place,
            "a prior is fitted to 'target: uniform', found"
              + " \(entry.value.scalarText ?? entry.value.kindInWords)")
        }
      case let key where Self.fitKeys.contains(key):
        let name = key == "iterations" ? "epochs" : key
        guard let hyperparameter = Hyperparameter.named(name),
          let value = checked(entry.value, for: hyperparameter)
        else { continue }
        values[name] = value
      default:
        let nearest = nearestName(to: entry.key, among: Self.fitKeys)
        refuse(
          at: entry.place,
          "unknown '\(entry.key)' of a fit" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
            + " (\(Self.fitKeys.joined(separator: ", ")) are there)")
      }
    }
    guard problems.count == before else { return nil }
    let same = definition.priorFits.firstIndex { $0.values.mapValues(\.value) == values.mapValues(\.value) }
    if let same { return PriorFit.reference(same) }
    definition.priorFits.append(PriorFit(values: values, place: node.place))
    return PriorFit.reference(definition.priorFits.count - 1)
  }
}
