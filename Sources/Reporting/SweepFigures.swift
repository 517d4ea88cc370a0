import Aggregation
import Figures
import ResultStore
import Trials

/// Makes the figures of a sweep: lines are rows of a comparison table, panels its column groups.
struct SweepFigures {
  typealias Key = ComparisonTable.Key

  let results: SweepResults
  let paths: RunPaths
  let plan: FigurePlan
  /// Per row and group the temperature that the sweep's table chooses.
  let chosen: ComparisonTable
  /// Finished trials by the values of row, group and selected names.
  private let finished: [Key: [TrialSummary]]

  init(_ results: SweepResults, _ paths: RunPaths) throws(AggregationError) {
    self.results = results
    self.paths = paths
    plan = FigurePlan(for: results.experiment)
    let chosen = try ComparisonTable(
      of: results.summaries, sweep: results.sweep,
      request: TableRequest(rows: plan.rows, metrics: [.trainLoss], select: ["temp"]))
    self.chosen = chosen
    let names = chosen.rowNames + chosen.columnNames + chosen.select
    finished = Dictionary(grouping: results.summaries.filter { $0.state == .completed }) { summary in
      names.map { summary.trial.configuration.values[$0] }
    }
  }

  /// Finished trials of the value that was chosen, in the order of the plan.
  private func trials(_ row: Int, _ group: Int) -> [TrialSummary] {
    guard let value = chosen.cells[row][group]?.chosen else { return [] }
    return finished[chosen.rows[row] + chosen.groups[group] + value] ?? []
  }
}

extension SweepFigures {
  var examples: [ExampleTrial] {
    chosen.groups.indices.flatMap { group in
      chosen.rows.indices.compactMap { row in
        trials(row, group).first.map { summary in
          let parts = [name(row, [group])] + (heading(group).map { [$0] } ?? [])
          return ExampleTrial(name: parts.joined(separator: ", "), trial: summary.trial)
        }
      }
    }
  }
}

// MARK: - Against the epoch

extension SweepFigures {
  /// Of the trials that are shown, from the folder's summary where it is up to date.
  func byEpoch() throws(ResultStoreError) -> [NamedFigure] {
    guard !plan.byEpoch.isEmpty else { return [] }
    let layout = FigurePages(rowCount: chosen.rows.count, groupCount: chosen.groups.count) { row, group in
      !trials(row, group).isEmpty
    }
    let places = layout.pages.flatMap { page in page.groups.flatMap { group in page.rows.map { ($0, group) } }
    }
    let tables = try results.files.curves(of: places.flatMap { trials($0.0, $0.1).map(\.trial.id) })
    var lines: [[Int]: [[Figure.Point]]] = [:]
    for (row, group) in places {
      lines[[row, group]] = curves(trials(row, group).compactMap { tables[$0.trial.id] })
    }
    return plan.byEpoch.enumerated().flatMap { index, metric in
      var counts: Set<Int> = []
      let pages = layout.pages.map { page in
        page.groups.map { group in
          let series = page.rows.compactMap { row -> Figure.Series? in
            guard let points = lines[[row, group]]?[index], !points.isEmpty else { return nil }
            counts.formUnion(points.compactMap(\.count))
            return Figure.Series(
              name(row, page.groups), style: row, keys: keys(row, group), points: points)
          }
          return Figure.Panel(
            heading: heading(group), x: Figure.Axis("epoch", isWhole: true), y: axis(metric),
            series: series)
        }
      }
      guard !counts.isEmpty else { return [NamedFigure]() }
      return FigurePages.named(
        FigurePlan.epochName(metric), title: "\(results.sweep): \(metric.name) by epoch",
        caption: caption(
          [metric], counts: counts, mayHaveChosen: true,
          remark: leavesOutStart(metric) ? "Epoch 0, before training, is left out." : nil),
        pages: pages, leftOut: layout.leftOut)
    }
  }

  /// Untrained networks are so far off that nothing else could be seen beside them on an even scale.
  private func leavesOutStart(_ metric: Metric) -> Bool {
    results.experiment.usesImages && !FigurePlan.isLogarithmic(metric)
  }

  /// - Returns: per metric of the plan the mean over the trials at each epoch where one was measured.
  private func curves(_ tables: [EpochTable]) -> [[Figure.Point]] {
    var values: [[Int32: [Double]]] = plan.byEpoch.map { _ in [:] }
    for table in tables {
      for (index, metric) in plan.byEpoch.enumerated() {
        for (epoch, value) in zip(table.epochs, table[metric.name] ?? []) where value.isFinite {
          values[index][epoch, default: []].append(value)
        }
      }
    }
    return zip(plan.byEpoch, values).map { metric, values in
      values.sorted { $0.key < $1.key }.compactMap { epoch, values in
        epoch == 0 && leavesOutStart(metric) ? nil : point(at: Double(epoch), Estimate(of: values))
      }
    }
  }
}

// MARK: - Against the temperature

extension SweepFigures {
  func byTemperature() throws(AggregationError) -> [NamedFigure] {
    var figures: [NamedFigure] = []
    for (name, metrics) in plan.byTemperature {
      let table = try ComparisonTable(
        of: results.summaries, sweep: results.sweep,
        request: TableRequest(rows: plan.rows + ["temp"], metrics: metrics, select: []))
      figures += byTemperature(name, table)
    }
    return figures
  }

  private func byTemperature(_ name: String, _ table: ComparisonTable) -> [NamedFigure] {
    var counts: Set<Int> = []
    // [metric, row, group]
    let noLines = chosen.rows.map { _ in chosen.groups.map { _ in [Figure.Point]() } }
    var lines = table.metrics.map { _ in noLines }
    for (key, cells) in zip(table.rows, table.cells) {
      guard let row = chosen.rows.firstIndex(of: Key(key.dropLast())), case .real(let temperature)? = key.last
      else { continue }
      for (group, cell) in cells.enumerated() {
        for (metric, estimate) in (cell?.estimates ?? []).enumerated() {
          guard var point = point(at: temperature, estimate), let planned = cell?.counts.planned else {
            continue
          }
          point.isPartial = estimate.count < planned
          lines[metric][row][group].append(point)
          counts.insert(estimate.count)
        }
      }
    }
    let hasLine = lines.contains { $0.contains { $0.contains { $0.count > 1 } } }
    guard hasLine else { return [] }
    let layout = FigurePages(
      rowCount: chosen.rows.count, groupCount: chosen.groups.count, panelsPerGroup: table.metrics.count
    ) { row, group in lines.contains { !$0[row][group].isEmpty } }
    let pages = layout.pages.map { page in
      page.groups.flatMap { group in
        table.metrics.enumerated().map { index, metric in
          let series = page.rows.compactMap { row -> Figure.Series? in
            let points = lines[index][row][group].sorted { $0.x < $1.x }
            guard !points.isEmpty else { return nil }
            return Figure.Series(
              text(plan.rows, chosen.rows[row]), style: row,
              keys: Self.keys(chosen.rowNames + chosen.columnNames, chosen.rows[row] + chosen.groups[group]),
              points: points)
          }
          return Figure.Panel(
            heading: heading(group), x: Figure.Axis("temp", scale: .logarithmic), y: axis(metric),
            series: series)
        }
      }
    }
    return FigurePages.named(
      FigurePlan.temperatureName(name), title: "\(results.sweep): \(name) by temp",
      caption: caption(table.metrics, counts: counts), pages: pages, leftOut: layout.leftOut)
  }
}

// MARK: - Histograms

extension SweepFigures {
  /// Target, start and end of the first finished trial of each cell, a panel each.
  func histograms() throws(ResultStoreError) -> [NamedFigure] {
    guard plan.hasHistograms else { return [] }
    let places = chosen.rows.indices.flatMap { row in chosen.groups.indices.map { (row, $0) } }
      .filter { !trials($0.0, $0.1).isEmpty }
    let limit = FigurePages.panelsPerPage * FigurePages.histogramPageLimit
    var panels: [Figure.Panel] = []
    for (row, group) in places.prefix(limit) {
      guard let trial = trials(row, group).first?.trial else { continue }
      let tensors = try TrialFile.readTensors(paths.trialFile(trial.id), in: "histogram")
      let keys = keys(row, group) + [Figure.Key("seed", String(trial.configuration.seed))]
      let series = Self.histogramSeries.compactMap { name, style, mark -> Figure.Series? in
        guard let tensor = tensors.first(where: { $0.name == "histogram/" + name }), tensor.shape.count == 2
        else { return nil }
        let points = (0..<tensor.shape[0]).map { category in
          Figure.Point(x: Double(category), y: Double(tensor.values[category * tensor.shape[1]]))
        }
        return Figure.Series(
          name, style: style, mark: mark, keys: keys + [Figure.Key("histogram", name)], points: points)
      }
      guard !series.isEmpty else { continue }
      panels.append(
        Figure.Panel(
          heading: ([name(row, [group])] + (heading(group).map { [$0] } ?? [])).joined(
            separator: ", "),
          x: Figure.Axis("category", isWhole: true), y: Figure.Axis("probability"), series: series))
    }
    let pages = stride(from: 0, to: panels.count, by: FigurePages.panelsPerPage).map { start in
      Array(panels[start..<min(start + FigurePages.panelsPerPage, panels.count)])
    }
    let caption =
      ["The mean of psi before and after the fit beside its target; the first seed and the first variable."]
      + constants + [completion]
    return FigurePages.named(
      FigurePlan.histogramsName, title: "\(results.sweep): distributions before and after the fit",
      caption: caption, pages: pages, leftOut: max(0, places.count - limit))
  }

  private static let histogramSeries: [(name: String, style: Int, mark: Figure.Mark)] = [
    ("target", 6, .bars), ("before", 1, .steps), ("after", 0, .steps),
  ]
}

// MARK: - Words

extension SweepFigures {
  private func axis(_ metric: Metric) -> Figure.Axis {
    Figure.Axis(
      metric.name, units: metric.units == "1" ? nil : metric.units,
      scale: FigurePlan.isLogarithmic(metric) ? .logarithmic : .linear)
  }

  private func point(at x: Double, _ estimate: Estimate) -> Figure.Point? {
    guard let mean = estimate.mean else { return nil }
    return Figure.Point(
      x: x, y: mean, low: estimate.halfWidth.map { mean - $0 }, high: estimate.halfWidth.map { mean + $0 },
      count: estimate.count)
  }

  /// `GS, n_required 20, temp 0.1`; where the groups' chosen values differ, all of them in the order of the groups.
  private func name(_ row: Int, _ groups: [Int]) -> String {
    let cells = groups.compactMap { chosen.cells[row][$0] }
    guard cells.contains(where: { $0.candidateCount > 1 }) else { return text(plan.rows, chosen.rows[row]) }
    let values = cells.map { $0.chosen?.first??.displayText ?? "–" }
    let shown = Set(values).count == 1 ? Array(values.prefix(1)) : values
    return text(plan.rows, chosen.rows[row]) + ", temp " + shown.joined(separator: " / ")
  }

  /// The first value by itself, the others with their names; what does not apply is left out.
  private func text(_ names: [String], _ key: Key) -> String {
    zip(names, key).enumerated().compactMap { index, pair in
      pair.1.map { (index == 0 ? "" : pair.0 + " ") + $0.displayText }
    }.joined(separator: ", ")
  }

  /// What tells a group from the others; nil where there is one only.
  private func heading(_ group: Int) -> String? {
    let parts = chosen.columnNames.indices.compactMap { index -> String? in
      guard Set(chosen.groups.map { $0[index] }).count > 1 else { return nil }
      // A name and its value stay on one line.
      return chosen.groups[group][index].map { "\(chosen.columnNames[index])\u{A0}\($0.displayText)" }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// What all groups have in common.
  private var constants: [String] {
    let parts = chosen.columnNames.indices.compactMap { index -> String? in
      guard Set(chosen.groups.map { $0[index] }).count == 1 else { return nil }
      return chosen.groups[0][index].map { "\(chosen.columnNames[index]) \($0.displayText)" }
    }
    return parts.isEmpty ? [] : ["Data: \(parts.joined(separator: ", "))."]
  }

  private func keys(_ row: Int, _ group: Int) -> [Figure.Key] {
    Self.keys(
      chosen.rowNames + chosen.columnNames + chosen.select,
      chosen.rows[row] + chosen.groups[group] + (chosen.cells[row][group]?.chosen ?? []))
  }

  private static func keys(_ names: [String], _ key: Key) -> [Figure.Key] {
    zip(names, key).compactMap { name, value in value.map { Figure.Key(name, $0.displayText) } }
  }

  /// - Parameters:
  ///   - counts: of the values behind the points.
  ///   - mayHaveChosen: whether lines are of a chosen temperature.
  private func caption(
    _ metrics: [Metric], counts: Set<Int>, mayHaveChosen: Bool = false,
    remark: String? = nil
  ) -> [String] {
    var sentences = metrics.map { metric in
      "\(metric.name): \(metric.longName)"
        + (metric.ranksTrials ? "; \(metric.better.rawValue) is better." : ".")
    }
    let (fewest, most) = (counts.min() ?? 0, counts.max() ?? 0)
    sentences.append(
      most < 2
        ? "Single trials, so no interval can be told."
        : "Mean over seed, shaded: 95 % interval (Student's t), n = \(fewest == most ? "" : "\(fewest) to ")\(most)."
    )
    let hasChosen = chosen.cells.contains { $0.contains { ($0?.candidateCount ?? 0) > 1 } }
    if mayHaveChosen, hasChosen, let metric = chosen.selectionMetric {
      let which = metric.better == .higher ? "highest" : "lowest"
      sentences.append("Each line has the temp with the \(which) mean \(metric.name) at the end.")
    }
    sentences += (remark.map { [$0] } ?? []) + constants
    if results.summaries.contains(where: \.trial.configuration.runWithSample) {
      sentences.append("run_with_sample: a trial of the program, not a result.")
    }
    return sentences + [completion]
  }

  private var completion: String {
    let states = results.summaries.map(\.state)
    let completed = states.count { $0 == .completed }
    guard completed < states.count else { return "All \(completed) trials completed." }
    let others = [TrialState.failed, .pruned, .cancelled].compactMap { state in
      let count = states.count { $0 == state }
      return count > 0 ? ", \(count) \(state.rawValue)" : nil
    }
    return
      "\(completed) of \(states.count) trials completed\(others.joined()); only completed ones are shown."
  }
}
