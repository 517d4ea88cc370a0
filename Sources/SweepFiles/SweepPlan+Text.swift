import Trials

extension SweepPlan {
  /// The plan for a person: name, number of trials, what all share, and a table with one row per model: its trials,
  /// their optimiser steps all together ("?" where only the data set's files tell), and one column per other varying
  /// hyperparameter; without colour, ending in a newline.
  public var text: String {
    let trials = sweep.trials
    var lines = ["\(sweep.name): \(trials.count) \(trials.count == 1 ? "trial" : "trials")"]
    if !sweep.summary.isEmpty { lines.append(sweep.summary) }
    if excludedCount > 0 { lines.append("\(excludedCount) left out by 'exclude'") }
    let axes = varying.names.filter { $0 != "model_type" }
    var rows = [["model_type", "trials", "steps"] + axes]
    var models: [String] = []
    for trial in trials where !models.contains(trial.configuration.modelType.rawValue) {
      models.append(trial.configuration.modelType.rawValue)
    }
    for model in models {
      let configurations = trials.map(\.configuration).filter { $0.modelType.rawValue == model }
      rows.append(
        [model, String(configurations.count), Self.steps(of: configurations)]
          + axes.map { Self.summary(of: $0, in: configurations) })
    }
    if models.count > 1 {
      rows.append(
        ["total", String(trials.count), Self.steps(of: trials.map(\.configuration))] + axes.map { _ in "" })
    }
    lines += ["", "all: " + sharedText, ""] + Self.aligned(rows)
    return lines.joined(separator: "\n") + "\n"
  }

  /// What all trials have in common, defaults left out as far as they say nothing.
  private var sharedText: String {
    guard let first = sweep.trials.first else { return "" }
    let shared = Hyperparameter.all.compactMap { hyperparameter -> String? in
      let name = hyperparameter.name
      guard let value = first.configuration.values[name], value != hyperparameter.defaultValue,
        sweep.trials.allSatisfy({ $0.configuration.values[name] == value })
      else { return nil }
      return "\(name)=\(value.labelText)"
    }
    return (shared + ["threads=\(first.threads)"]).joined(separator: " ")
  }

  private static func steps(of configurations: [TrialConfiguration]) -> String {
    let steps = configurations.compactMap(\.optimizerSteps)
    guard steps.count == configurations.count else { return "?" }
    return HyperparameterValue.real(steps.reduce(0) { $0 + Double($1) }).canonicalJSON
  }

  /// Up to six values in full, more by their count and ends.
  private static func summary(of name: String, in configurations: [TrialConfiguration]) -> String {
    var seen: Set<HyperparameterValue> = []
    let values = configurations.compactMap { $0.values[name] }.filter { seen.insert($0).inserted }
      .map(\.labelText)
    guard values.count > 6, let first = values.first, let last = values.last else {
      return values.isEmpty ? "-" : values.joined(separator: ", ")
    }
    return "\(values.count) values, \(first) … \(last)"
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 1 || column == 2 ? padding + cell.0 : cell.0 + padding
      }
      let line = cells.joined(separator: "  ")
      return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
    }
  }
}
