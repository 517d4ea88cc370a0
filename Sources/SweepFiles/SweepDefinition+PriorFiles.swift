import Trials

/// Which fit a prior's file holds.
public struct PriorSource: Hashable, Sendable {
  public let modelType: ModelType
  public let temperature: Double

  public init(modelType: ModelType, temperature: Double) {
    self.modelType = modelType
    self.temperature = temperature
  }
}

extension SweepDefinition {
  /// Trials whose prior's file was fitted for another kind of sticks.
  func priorProblems(_ trials: [Trial]) -> [SweepFileProblem] {
    sources(of: trials).compactMap { path, source, users in
      guard let wrong = users.first(where: { PriorFit.model(for: $0.modelType) != source.modelType }) else {
        return nil
      }
      return SweepFileProblem(
        place: priorPlaces[path] ?? .wholeFile,
        message:
          "'prior': \(path) is a fit of \(source.modelType.rawValue), but \(wrong.modelType.rawValue) needs"
          + " one of \(PriorFit.model(for: wrong.modelType).rawValue)")
    }
  }

  /// Priors that were fitted at another temperature: published ones were, so that is no mistake by itself.
  func priorWarnings(_ trials: [Trial]) -> [SweepFileProblem] {
    sources(of: trials).compactMap { path, source, users in
      let others = Set(users.map(\.temperature)).subtracting([source.temperature]).sorted()
      guard !others.isEmpty else { return nil }
      let list = others.prefix(4).map { HyperparameterValue.real($0).displayText }.joined(separator: ", ")
      return SweepFileProblem(
        place: priorPlaces[path] ?? .wholeFile,
        message:
          "the prior in \(path) was fitted at temp \(HyperparameterValue.real(source.temperature).displayText),"
          + " its trials have temp \(list)\(others.count > 4 ? ", …" : "")")
    }
  }

  private func sources(
    of trials: [Trial]
  ) -> [(path: String, source: PriorSource, users: [TrialConfiguration])] {
    priorSources.sorted { $0.key < $1.key }.compactMap { path, source in
      guard let numbers = priors[path] else { return nil }
      return (path, source, trials.map(\.configuration).filter { $0.values["prior"] == numbers })
    }
  }
}
