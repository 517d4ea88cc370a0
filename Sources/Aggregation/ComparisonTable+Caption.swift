import Trials

extension ComparisonTable {
  /// Sentences for under the table.
  static func caption(
    _ summaries: [TrialSummary], _ request: TableRequest, _ columnNames: [String], _ groups: [Key],
    _ cells: [Cell], _ selectionMetric: Metric?
  ) -> [String] {
    var sentences = [mean(summaries, request, cells)]
    if let selectionMetric, cells.contains(where: { $0.candidateCount > 1 && $0.chosen != nil }) {
      let best = selectionMetric.better == .higher ? "highest" : "lowest"
      let areELBOs = summaries.allSatisfy {
        $0.trial.configuration.experiment == .vae && !$0.trial.configuration.runJV
      }
      let which =
        selectionMetric == .trainLoss
        ? "final train_loss" + (areELBOs ? " (minus the training ELBO)" : "") : selectionMetric.name
      sentences.append(
        "Per cell the \(request.select.joined(separator: " and ")) with the \(best) mean \(which) was chosen;"
          + " test images chose nothing.")
    }
    if groups.count == 1, let group = groups.first {
      let pairs = zip(columnNames, group).map { "\($0) \(text($1))" }
      if !pairs.isEmpty { sentences.append("Data: " + pairs.joined(separator: ", ") + ".") }
    }
    // Omniglot has two sources with other pixels and other test images (docs/data-sets.md).
    let omniglot = Set(
      summaries.filter { $0.trial.configuration.datasetName == "omniglot" }.map(\.dataSource))
    let sources = omniglot.filter { !$0.isEmpty }.sorted()
    if !sources.isEmpty { sentences.append("Omniglot: " + sources.joined(separator: "; ") + ".") }
    if summaries.contains(where: \.trial.configuration.runWithSample) {
      sentences.append(
        "run_with_sample: only 60 training and 10 test images, a trial of the program, not a result.")
    }
    let inNats = request.metrics.filter { $0.units == "nats" }.map(\.name)
    if !inNats.isEmpty { sentences.append("In nats: " + inNats.joined(separator: ", ") + ".") }
    let counts = TrialCounts(of: summaries.map(\.state))
    sentences.append(
      counts.completed == counts.planned
        ? "All \(counts.planned) trials completed."
        : "Trials completed: \(counts.text). Only completed ones are in the means.")
    return sentences
  }

  private static func mean(_ summaries: [TrialSummary], _ request: TableRequest, _ cells: [Cell]) -> String {
    let counts = cells.flatMap { $0.estimates.map(\.count) }.filter { $0 > 0 }
    guard let most = counts.max() else { return "Nothing was measured yet." }
    let names = request.over.joined(separator: " and ")
    guard !names.isEmpty else { return "Single trials; no interval can be told." }
    var seen: Set<String> = []
    let values = summaries.map { text(key($0, request.over)) }.filter { seen.insert($0).inserted }
    let listed = values.count <= 10 ? ": " + values.joined(separator: ", ") : ""
    let over = "over \(names) (\(values.count) \(values.count == 1 ? "value" : "values")\(listed))"
    if most == 1 { return "Value \(over); one trial per cell, so no interval can be told." }
    let exception = counts.contains(1) ? " A cell with one trial has no interval." : ""
    return "Mean \(over) ± half of the 95 % interval (Student's t); n trials." + exception
  }

  /// Trials that a reader is warned of, at most ten of a kind.
  static func warnings(_ summaries: [TrialSummary], _ varying: VaryingHyperparameters) -> [String] {
    let warned = summaries.filter { !$0.warnings.isEmpty }
    guard !warned.isEmpty else { return [] }
    let lines = warned.prefix(10).map { summary in
      "\(varying.label(of: summary.trial.configuration)): \(summary.warnings.joined(separator: "; "))"
    }
    let rest = warned.count > 10 ? ["and \(warned.count - 10) more trials with warnings"] : []
    return lines.map { "warning: " + $0 } + rest
  }

  /// Every failed, pruned or cancelled trial by name, and finished ones without a metric; at most ten of a kind.
  static func troubles(_ summaries: [TrialSummary], _ varying: VaryingHyperparameters) -> [String] {
    let kinds: [(String, TrialState)] = [
      ("failed", .failed), ("pruned", .pruned), ("cancelled", .cancelled), ("not finished", .running),
      ("not finished", .leased), ("without a result", .pending),
    ]
    return kinds.compactMap { word, state in
      let trials = summaries.filter { $0.state == state }
      guard !trials.isEmpty else { return nil }
      let names = trials.prefix(10).map { summary in
        varying.label(of: summary.trial.configuration) + (summary.cause.map { " (\($0.text))" } ?? "")
      }
      let rest = trials.count > 10 ? "; and \(trials.count - 10) more" : ""
      return "\(trials.count) \(word): " + names.joined(separator: "; ") + rest
    }
  }
}
