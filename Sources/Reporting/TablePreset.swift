import Aggregation
import Trials

/// A table of the publication, with what a sweep must have for it.
public struct TablePreset: Sendable {
  public let name: String
  /// One line for `--preset list`.
  public let summary: String
  let request: TableRequest
  let needs: [Need]
  /// Figures of the experiment that belong to it, by the names of `FigurePlan`.
  public let figures: [String]

  /// What a sweep must have.
  enum Need: Sendable {
    case experiment([Experiment])
    /// More than one value of a hyperparameter.
    case several(String)
    case jointVAE
    case model(String, @Sendable (ModelType) -> Bool)
    case measured(Metric, advice: String)
  }

  /// The preset of this name.
  ///
  /// - Throws: `TableRequest.OptionError` with the nearest name.
  public static func named(_ name: String) throws(TableRequest.OptionError) -> TablePreset {
    if let preset = all.first(where: { $0.name == name }) { return preset }
    let nearest = nearestName(to: name, among: all.map(\.name))
    throw TableRequest.OptionError(
      description: "--preset: unknown preset '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        + "; --preset list tells them all")
  }

  /// The lines of `--preset list`.
  public static var list: String {
    let width = all.map(\.name.count).max() ?? 0
    return all.map { preset in
      preset.name + String(repeating: " ", count: width - preset.name.count + 2) + preset.summary
    }.joined(separator: "\n") + "\n"
  }

  /// The request for a sweep's table.
  ///
  /// - Throws: `TableRequest.OptionError` that names everything the sweep lacks for it.
  public func request(for summaries: [TrialSummary]) throws(TableRequest.OptionError) -> TableRequest {
    let faults = needs.compactMap { $0.fault(summaries) }
    guard faults.isEmpty else {
      throw TableRequest.OptionError(
        description: "--preset \(name) does not fit this sweep: " + faults.joined(separator: "; "))
    }
    return request
  }
}

extension TablePreset.Need {
  /// - Returns: what is missing and what would help, or nil.
  func fault(_ summaries: [TrialSummary]) -> String? {
    let configurations = summaries.map(\.trial.configuration)
    switch self {
    case .experiment(let experiments):
      guard !configurations.contains(where: { experiments.contains($0.experiment) }) else { return nil }
      let found = Set(configurations.map(\.experiment.rawValue)).sorted().joined(separator: ", ")
      return "it needs experiment \(experiments.map(\.rawValue).joined(separator: " or ")), this is \(found)"
    case .several(let name):
      let values = Set(configurations.compactMap { $0.values[name]?.displayText })
      guard values.count < 2 else { return nil }
      return values.isEmpty
        ? "it needs several values of \(name), which no trial here has"
        : "it needs several values of \(name), all trials have \(values.joined())"
    case .jointVAE:
      return configurations.contains(where: \.runJV) ? nil : "it needs trials with run_jv: true"
    case .model(let words, let isWanted):
      guard !configurations.contains(where: { isWanted($0.modelType) }) else { return nil }
      return "it needs a model that is \(words)"
    case .measured(let metric, let advice):
      let completed = summaries.filter { $0.state == .completed }
      guard !completed.isEmpty, !completed.contains(where: { ($0.metrics[metric.name] ?? .nan).isFinite })
      else { return nil }
      return "no finished trial has \(metric.name); \(advice)"
    }
  }
}
