import Trials

extension ComparisonTable {
  /// Sentences for under the table.
  static func caption(
    _ summaries: [TrialSummary], _ request: TableRequest, _ columnNames: [String], _ groups: [Key],
    _ cells: [Cell], _ selectionMetric: Metric?
  ) -> [String] {
    var sentences = [mean(summaries, request, cells)]
    if let selectionMetric, cells.contains(where: { $0.candidateCount > 1 && $0.chosen != nil }) {
      sentences += choice(summaries, request, selectionMetric)
    }
    if let filter = request.filter, !filter.isEmpty { sentences.append("Only trials with \(filter).") }
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

  private static func choice(
    _ summaries: [TrialSummary], _ request: TableRequest, _ metric: Metric
  ) -> [String] {
    let best = metric.better == .higher ? "highest" : "lowest"
    let areELBOs = summaries.allSatisfy {
      $0.trial.configuration.experiment == .vae && !$0.trial.configuration.runJV
    }
    let which =
      metric == .trainLoss
      ? "final train_loss" + (areELBOs ? " (minus the training ELBO)" : "") : metric.name
    let names = request.select.joined(separator: " and ")
    let chosen = "Per cell the \(names) with the \(best) mean \(which) was chosen"
    if metric.isMeasuredOnTestImages {
      return [
        "\(chosen), BY TEST IMAGES, as --allow-test-selection asked: these figures are better than new images would"
          + " give."
      ]
    }
    let flatters =
      request.metrics.contains(metric) ? ["The choice flatters the column of \(metric.name) itself."] : []
    return [chosen + "; test images chose nothing."] + flatters
  }

  /// What bold says, and by which tests.
  static func legend(_ cells: [[Cell?]], _ request: TableRequest) -> String? {
    let standings = cells.joined().compactMap(\.self).flatMap(\.standings).compactMap(\.self)
    guard standings.contains(where: { $0.place == .best }) else { return nil }
    let tests = Set(standings.compactMap(\.test)).sorted().reversed().map {
      $0 == TwoSampleTest.Kind.paired.rawValue
        ? "paired t over \(request.over.joined(separator: " and "))" : $0
    }
    let untested =
      standings.contains { $0.place == .untested } ? " Single values are not tested." : ""
    let apart = request.namesApart
    let within = apart.isEmpty ? "" : " within each \(apart.joined(separator: " and "))"
    guard !tests.isEmpty else { return "the best of each column\(within)." + untested }
    return
      "the best of each column\(within), and what does not differ from it at 5 % (\(tests.joined(separator: ", "));"
      + " two-sided, Holm-corrected)." + untested
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
    let spread =
      request.interval == .studentT
      ? "± half of the 95 % interval (Student's t)" : "[95 % interval] (\(request.interval.text))"
    let exception = counts.contains(1) ? " A cell with one trial has no interval." : ""
    return "Mean \(over) \(spread); n trials." + exception
  }

  /// Finished trials without a metric that the table shows.
  static func unmeasured(
    _ summaries: [TrialSummary], _ metrics: [Metric], _ varying: VaryingHyperparameters
  ) -> [String] {
    let completed = summaries.filter { $0.state == .completed }
    return metrics.compactMap { metric in
      let without = completed.filter { !($0.metrics[metric.name] ?? .nan).isFinite }
      guard !without.isEmpty else { return nil }
      if without.count == completed.count { return "no completed trial has \(metric.name)" }
      let names = without.prefix(5).map { varying.label(of: $0.trial.configuration) }
      let rest = without.count > 5 ? "; and \(without.count - 5) more" : ""
      return "\(without.count) completed without a finite \(metric.name): " + names.joined(separator: "; ")
        + rest
    }
  }

  /// Finished trials that a reader is warned of, at most ten of them; the others are in no mean.
  static func warnings(_ summaries: [TrialSummary], _ varying: VaryingHyperparameters) -> [String] {
    let warned = summaries.filter { $0.state == .completed && !$0.warnings.isEmpty }
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
        let cause = summary.cause.flatMap { $0.text == state.rawValue ? nil : " (\($0.text))" }
        return varying.label(of: summary.trial.configuration) + (cause ?? "")
      }
      let rest = trials.count > 10 ? "; and \(trials.count - 10) more" : ""
      return "\(trials.count) \(word): " + names.joined(separator: "; ") + rest
    }
  }
}

extension ComparisonTable {
  /// The caption with a sentence on what is highlighted.
  ///
  /// - Parameter highlight: how this format shows it, as "In bold".
  public func captionWithLegend(_ highlight: String) -> [String] {
    guard let legend else { return caption }
    return caption.prefix(1) + ["\(highlight): \(legend)"] + caption.dropFirst()
  }
}
