import Trials

extension ComparisonTable {
  /// Builds the table of a sweep's trials, finished or not.
  ///
  /// - Parameters:
  ///   - summaries: every planned trial once, those without a result in the state they are in. Their order is that
  ///     of rows and columns.
  ///   - sweep: the sweep's name, for the caption.
  /// - Throws: `AggregationError`.
  public init(
    of summaries: [TrialSummary], sweep: String, request: TableRequest = TableRequest()
  ) throws(AggregationError) {
    var request = try request.checked()
    let summaries = try Self.filtered(summaries, request.filter)
    let varying = VaryingHyperparameters(among: summaries.map(\.trial.configuration))
    let taken = Set(request.rows + request.over + request.select)
    let always = ["dataset_name", "architecture"].filter { name in
      summaries.contains { $0.trial.configuration.values[name] != nil }
    }
    // Whatever else varies must part the columns, or a cell would be the mean over different configurations.
    let wanted = request.columns.isEmpty ? always : request.columns
    columnNames = (wanted + varying.names.filter { !wanted.contains($0) }).filter { !taken.contains($0) }
    try Self.refuseDuplicates(
      summaries, names: request.rows + request.over + request.select + columnNames, varying)
    selectionMetric = try Self.selectionMetric(request, summaries)
    request.select += Self.companions(of: request, columnNames, summaries, varying)
    self.sweep = sweep
    rowNames = request.rows
    over = request.over
    select = request.select
    metrics = request.metrics
    interval = request.interval
    rows = Self.grouped(Self.distinct(summaries.map { Self.key($0, request.rows) }))
    let columnNames = columnNames
    groups = Self.distinct(summaries.map { Self.key($0, columnNames) })
    let members = Dictionary(grouping: summaries) { summary in
      [Self.key(summary, request.rows), Self.key(summary, columnNames)]
    }
    var cells: [[Cell?]] = []
    var choices: [String] = []
    for row in rows {
      var line: [Cell?] = []
      for group in groups {
        guard let trials = members[[row, group]] else {
          line.append(nil)
          continue
        }
        let choice = SelectionChoice(among: trials, select: request.select, by: selectionMetric)
        line.append(Self.cell(choice, request))
        if let remark = choice.remark {
          let place = Self.text(row) + (groups.count > 1 ? " (\(Self.text(group)))" : "")
          choices.append("\(place): \(remark)")
        }
      }
      cells.append(line)
    }
    if request.isRanked { Self.rank(&cells, rows: rows, request) }
    self.cells = cells
    legend = Self.legend(cells, request)
    caption = Self.caption(
      summaries, request, columnNames, groups, cells.flatMap { $0.compactMap(\.self) }, selectionMetric)
    notes =
      choices + Self.unmeasured(summaries, request.metrics, varying) + Self.warnings(summaries, varying)
      + Self.troubles(summaries, varying)
  }

  /// Names that walk with those that are chosen (the draws of a `sample`, the lists of a `zip`), so that a reader sees
  /// the whole of what was chosen.
  private static func companions(
    of request: TableRequest, _ columnNames: [String], _ summaries: [TrialSummary],
    _ varying: VaryingHyperparameters
  ) -> [String] {
    let taken = Set(request.rows + request.over + request.select + columnNames)
    let candidates = varying.companions.filter { !taken.contains($0) }
    guard !request.select.isEmpty, !candidates.isEmpty else { return [] }
    let cells = Dictionary(grouping: summaries) { key($0, request.rows + columnNames) }
    return candidates.filter { name in
      cells.values.contains { trials in
        trials.contains { $0.trial.configuration.values[name] != trials[0].trial.configuration.values[name] }
      }
    }
  }

  private static func filtered(
    _ summaries: [TrialSummary], _ filter: TrialFilter?
  ) throws(AggregationError) -> [TrialSummary] {
    guard let filter else { return summaries }
    do throws(TrialFilter.Problem) { try filter.check(against: summaries.map(\.trial.configuration)) } catch {
      throw AggregationError(.request, error.description)
    }
    let kept = summaries.filter { filter.matches($0.trial.configuration) }
    guard !kept.isEmpty else {
      throw AggregationError(.request, "--where: no trial has all of \(filter)")
    }
    return kept
  }

  // MARK: Cells

  private static func cell(_ choice: SelectionChoice, _ request: TableRequest) -> Cell {
    // Without a chosen value the trials are of several, whose mean would mean nothing.
    let completed = choice.chosen == nil ? [] : choice.trials.filter { $0.state == .completed }
    return Cell(
      chosen: choice.chosen, candidateCount: choice.candidateCount,
      counts: TrialCounts(of: choice.trials.map(\.state)),
      estimates: request.metrics.map { metric in
        Estimate(of: completed.map { $0.metrics[metric.name] ?? .nan }, by: request.interval)
      }, standings: request.metrics.map { _ in nil },
      values: request.metrics.map { metric in
        let measured = completed.compactMap { summary in
          summary.metrics[metric.name].flatMap { $0.isFinite ? (key(summary, request.over), $0) : nil }
        }
        return Dictionary(measured) { first, _ in first }
      })
  }

  /// Holds every cell against the best of the rows that solve the same problem in its column group.
  private static func rank(_ cells: inout [[Cell?]], rows: [Key], _ request: TableRequest) {
    let apart = request.rows.indices.filter { request.namesApart.contains(request.rows[$0]) }
    let families = Dictionary(grouping: rows.indices) { row in apart.map { rows[row][$0] } }
    for family in families.values {
      for group in cells[0].indices {
        for (index, metric) in request.metrics.enumerated() where metric.ranksTrials {
          let values = family.map { cells[$0][group]?.values[index] ?? [:] }
          for (row, standing) in zip(family, CellStanding.ranking(values, better: metric.better)) {
            cells[row][group]?.standings[index] = standing
          }
        }
      }
    }
  }

  private static func selectionMetric(
    _ request: TableRequest, _ summaries: [TrialSummary]
  ) throws(AggregationError) -> Metric? {
    guard !request.select.isEmpty else { return nil }
    let completed = summaries.filter { $0.state == .completed }
    func isMeasured(_ metric: Metric) -> (TrialSummary) -> Bool {
      { ($0.metrics[metric.name] ?? .nan).isFinite }
    }
    if let by = request.by {
      guard completed.isEmpty || completed.contains(where: isMeasured(by)) else {
        throw AggregationError(
          .notMeasured,
          "no finished trial has \(by.name)"
            + (by == .valELBO ? "; it needs validation_n in the sweep file" : ""))
      }
      return by
    }
    if !completed.isEmpty, completed.allSatisfy(isMeasured(.valELBO)) { return .valELBO }
    let usual = summaries.first?.trial.configuration.selectionMetric ?? .trainLoss
    return usual == .valELBO ? .trainLoss : usual
  }

  private static func refuseDuplicates(
    _ summaries: [TrialSummary], names: [String], _ varying: VaryingHyperparameters
  ) throws(AggregationError) {
    var first: [Key: TrialID] = [:]
    for summary in summaries {
      let key = key(summary, names)
      if let earlier = first[key] {
        throw AggregationError(
          .duplicateTrial,
          "trials \(earlier) and \(summary.trial.id) are both '\(varying.label(of: summary.trial.configuration))'"
            + " (on other data, or with other threads); a mean would count it twice. Remove one of the two files"
        )
      }
      first[key] = summary.trial.id
    }
  }

  static func key(_ summary: TrialSummary, _ names: [String]) -> Key {
    names.map { summary.trial.configuration.values[$0] }
  }

  private static func distinct(_ keys: [Key]) -> [Key] {
    var seen: Set<Key> = []
    return keys.filter { seen.insert($0).inserted }
  }

  /// In the order of their first values, then of their second ones, and so on; values in the order of their first
  /// appearance. So rows that share a value stand together, whatever the order of the trials.
  private static func grouped(_ keys: [Key]) -> [Key] {
    guard let length = keys.first?.count else { return keys }
    let ranks = (0..<length).map { place in
      Dictionary(distinct(keys.map { [$0[place]] }).enumerated().map { ($1[0], $0) }) { first, _ in first }
    }
    let order = keys.map { key in zip(ranks, key).map { ranks, value in ranks[value] ?? 0 } }
    return keys.indices.sorted { order[$0].lexicographicallyPrecedes(order[$1]) }.map { keys[$0] }
  }

  static func text(_ value: HyperparameterValue?) -> String { value?.displayText ?? "–" }
  static func text(_ key: Key) -> String { key.map(text).joined(separator: " ") }
}
