import Trials

extension SweepPlan {
  /// The plan for a person: name, number of trials, what all share, and a table with one row per model: its trials,
  /// their optimiser steps all together ("?" where only the data set's files tell), and one column per other varying
  /// hyperparameter, also those that walk with others; without colour, ending in a newline.
  public var text: String {
    let trials = sweep.compared
    var lines = ["\(sweep.name): \(trials.count) \(trials.count == 1 ? "trial" : "trials")"]
    if !sweep.summary.isEmpty { lines.append(sweep.summary) }
    if excludedCount > 0 { lines.append("\(excludedCount) left out by 'exclude'") }
    if mergedCount > 0 { lines.append("\(mergedCount) equal to others by 'when', which count once") }
    let fits = sweep.trials.count - trials.count
    if fits > 0 { lines.append("and \(fits) \(fits == 1 ? "fit" : "fits") of priors, which run first") }
    var models: [String] = []
    var members: [String: [TrialConfiguration]] = [:]
    for configuration in trials.map(\.configuration) {
      let model = configuration.modelType.rawValue
      if members[model] == nil { models.append(model) }
      members[model, default: []].append(configuration)
    }
    let columns = members.mapValues { ConfigurationColumns($0) }
    // What only the model decides says nothing beside its name.
    let companions = varying.companions.filter { name in
      columns.values.contains { $0.column(name).values.count > 1 }
    }
    let axes =
      varying.names.filter { $0 != "model_type" && $0 != "seed" } + companions
      + varying.names.filter { $0 == "seed" }
    var rows = [["model_type", "trials", "steps"] + axes]
    for model in models {
      guard let configurations = members[model], let columns = columns[model] else { continue }
      rows.append(
        [model, String(configurations.count), steps(of: configurations)]
          + axes.map { Self.summary(of: columns.column($0).values) })
    }
    if models.count > 1 {
      rows.append(
        ["total", String(trials.count), steps(of: trials.map(\.configuration))] + axes.map { _ in "" })
    }
    lines += ["", "all: " + sharedText, ""] + Self.aligned(rows)
    return lines.joined(separator: "\n") + "\n"
  }

  /// What all trials have in common, defaults left out as far as they say nothing.
  private var sharedText: String {
    let columns = ConfigurationColumns(sweep.compared.map(\.configuration))
    let shared = Hyperparameter.all.compactMap { hyperparameter -> String? in
      let values = columns.column(hyperparameter.name).values
      guard values.count == 1, let value = values[0], value != hyperparameter.defaultValue else { return nil }
      return "\(hyperparameter.name)=\(value.labelText)"
    }
    return (shared + ["threads=\(sweep.trials.first?.threads ?? 1)"]).joined(separator: " ")
  }

  private func steps(of configurations: [TrialConfiguration]) -> String {
    // Trials of one template take the same steps.
    var known: [ObjectIdentifier: Int?] = [:]
    var sum = 0.0
    for configuration in configurations {
      let steps: Int?
      if let found = known[configuration.templateIdentifier] {
        steps = found
      } else {
        steps = configuration.optimizerSteps(
          trainingImages: configuration.datasetName.flatMap { trainingImageCounts[$0] })
        known[configuration.templateIdentifier] = .some(steps)
      }
      guard let steps else { return "?" }
      sum += Double(steps)
    }
    return HyperparameterValue.real(sum).canonicalJSON
  }

  /// Up to six values in full, more by their count and ends.
  private static func summary(of column: [HyperparameterValue?]) -> String {
    let values = column.compactMap { $0?.labelText }
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
