import Trials

extension SweepFileReader {
  /// The numbers of a prior's file by the path as written; nil, with the fault told, where it has not been read.
  mutating func prior(fromFile path: String, at place: SweepFileProblem.Place) -> HyperparameterValue? {
    if !priorPaths.contains(path) { priorPaths.append(path) }
    guard let prior = priors[path] else {
      refuse(at: place, "'prior': " + (priorFaults[path] ?? "prior file '\(path)' has not been read"))
      return nil
    }
    definition.priors[path] = prior
    definition.priorPlaces[path] = place
    return prior
  }

  /// `{mu: [...], xi: [...]}` as `TrialConfiguration` takes it; nil, with the fault told, for any other mapping.
  mutating func prior(from entries: [YAMLNode.Entry], at place: SweepFileProblem.Place)
    -> HyperparameterValue?
  {
    let before = problems.count
    var lists: [String: HyperparameterValue] = [:]
    for entry in entries {
      switch entry.key {
      case "mu", "xi":
        if case .sequence(let elements) = entry.value.content, !elements.isEmpty,
          elements.allSatisfy({ $0.number != nil })
        {
          lists[entry.key] = .list(elements.compactMap { $0.number.map(HyperparameterValue.real) })
        } else {
          refuse(
            at: entry.value.place,
            "'prior': \(entry.key) needs a list of numbers, one for each stick, found"
              + " \(entry.value.kindOrEmptinessInWords)")
        }
      case "fit":
        guard entries.count == 1 else {
          refuse(at: entry.place, "'prior': fit stands alone, without mu and xi")
          continue
        }
        return prior(fit: entry.value)
      default:
        let nearest = nearestName(to: entry.key, among: ["mu", "xi", "fit"])
        refuse(
          at: entry.place,
          "'prior': unknown '\(entry.key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
            + " (mu and xi, or fit, are there)")
      }
    }
    guard problems.count == before else { return nil }
    guard let mu = lists["mu"], let xi = lists["xi"] else {
      refuse(at: place, "'prior' needs both mu and xi, as in {mu: [0, 0.5], xi: [0, -0.1]}")
      return nil
    }
    guard case .list(let means) = mu, case .list(let deviations) = xi, means.count == deviations.count else {
      refuse(at: place, "'prior' needs as many numbers in mu as in xi: one for each stick")
      return nil
    }
    return .list([mu, xi])
  }
}
