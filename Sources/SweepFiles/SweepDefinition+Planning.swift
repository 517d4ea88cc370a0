import Trials

extension SweepDefinition {
  /// Builds every trial: cases outermost, then the grid's axes in the order of the file, then the zip; the last
  /// varies fastest.
  ///
  /// - Parameter dataDigest: SHA-256 of the data set that a configuration trains on. Called once per trial.
  /// - Throws: `SweepFileError` where values do not fit together, a trial comes twice or none is left; whatever
  ///   `dataDigest` throws.
  /// - Complexity: O(trials).
  public func plan(dataDigest: (TrialConfiguration) throws -> String) throws -> SweepPlan {
    try refuseHugeProduct()
    var problems: [SweepFileProblem] = []
    var trials: [Trial] = []
    var firstPlaces: [TrialID: SweepFileProblem.Place] = [:]
    var exclusionMatches = [Int](repeating: 0, count: exclusions.count)
    var excludedCount = 0
    try forEachCombination { values, place in
      let configuration = Result { () throws(ConfigurationError) in
        try TrialConfiguration(validating: values.mapValues(\.value))
      }
      let matches = exclusions.indices.filter { exclusions[$0].matches(values, try? configuration.get()) }
      for index in matches { exclusionMatches[index] += 1 }
      guard matches.isEmpty else {
        excludedCount += 1
        return
      }
      switch configuration {
      case .failure(let error):
        let name = Hyperparameter.named(error.hyperparameter)?.name ?? error.hyperparameter
        problems.append(SweepFileProblem(place: values[name]?.place ?? place, message: error.message))
      case .success(let configuration):
        let trial = Trial(
          configuration: configuration, dataDigest: try dataDigest(configuration), threads: threads)
        if let first = firstPlaces[trial.id] {
          problems.append(SweepFileProblem(place: place, message: Self.duplicate(trial, first: first)))
        } else {
          firstPlaces[trial.id] = place
          trials.append(trial)
        }
      }
    }
    let warnings = warnings + unusedExclusions(exclusionMatches)
    problems += experimentProblems(trials) + objectiveProblems(trials)
    if problems.isEmpty, trials.isEmpty {
      problems.append(
        SweepFileProblem(
          place: exclusions.first?.place ?? .wholeFile,
          message: "'exclude' leaves nothing: all \(excludedCount) trials match"))
    }
    guard problems.isEmpty else { throw SweepFileError(path: path, problems: problems) }
    return SweepPlan(
      sweep: Sweep(
        name: name, summary: summary, trials: trials, objective: objective,
        checkpoint: checkpoint, retry: retry),
      warnings: warnings.map {
        SweepFileProblem(place: $0.place, message: "warning: " + $0.message).text(path: path)
      },
      varying: VaryingHyperparameters(among: trials.map(\.configuration)), digest: digest,
      excludedCount: excludedCount)
  }

  /// Calls `body` with the values of each combination and the place that stands for it where no single value is
  /// at fault.
  private func forEachCombination(
    _ body: ([String: PlacedValue], SweepFileProblem.Place) throws -> Void
  ) throws {
    for oneCase in cases {
      let inherited = base.merging(oneCase.values) { $1 }
      var rows = [Int](repeating: 0, count: axes.count)
      repeat {
        var values = inherited
        for (axis, row) in zip(axes, rows) {
          for (name, value) in zip(axis.names, axis.rows[row]) { values[name] = value }
        }
        values.merge(fixed) { $1 }
        try body(values, oneCase.place)
      } while advance(&rows)
    }
  }

  /// The next row of every axis, the last axis first; false after the last combination.
  private func advance(_ rows: inout [Int]) -> Bool {
    for index in axes.indices.reversed() {
      rows[index] += 1
      if rows[index] < axes[index].rows.count { return true }
      rows[index] = 0
    }
    return false
  }

  /// Ten million trials would take days to hand out and gigabytes to plan; more than that is a slip in a list.
  private func refuseHugeProduct() throws(SweepFileError) {
    let factors = [cases.count] + axes.map(\.rows.count)
    let product = factors.reduce(1.0) { $0 * Double($1) }
    guard product > 10_000_000 else { return }
    throw SweepFileError(
      path: path,
      "stands for \(factors.map(String.init).joined(separator: " × ")) trials, more than 10 million")
  }

  private static func duplicate(_ trial: Trial, first: SweepFileProblem.Place) -> String {
    "the same trial twice (\(trial.configuration.modelType.rawValue), id \(trial.id)), first by \(first.inWords);"
      + " cases must differ in what the axes leave alone"
  }

  private func unusedExclusions(_ matches: [Int]) -> [SweepFileProblem] {
    zip(exclusions, matches).filter { $0.1 == 0 }.map { exclusion, _ in
      SweepFileProblem(place: exclusion.place, message: "this exclusion matches no trial")
    }
  }

  /// No table, objective or progress line can set the metrics of one experiment against those of another.
  private func experimentProblems(_ trials: [Trial]) -> [SweepFileProblem] {
    let there = Set(trials.map(\.configuration.experiment))
    guard there.count > 1 else { return [] }
    let names = Experiment.allCases.filter(there.contains).map(\.rawValue)
    let place = Self.experimentPlace(in: self) ?? .wholeFile
    return [
      SweepFileProblem(
        place: place,
        message:
          "a sweep has one experiment, found \(names.joined(separator: ", ")); give each a file of its own")
    ]
  }

  /// Where the experiment varies.
  private static func experimentPlace(in definition: SweepDefinition) -> SweepFileProblem.Place? {
    for axis in definition.axes {
      if let column = axis.names.firstIndex(of: "experiment") { return axis.places[column] }
    }
    return definition.cases.compactMap { $0.values["experiment"]?.place }.first
  }

  private func objectiveProblems(_ trials: [Trial]) -> [SweepFileProblem] {
    guard let metric = objective?.metric else { return [] }
    let without = trials.filter { !$0.configuration.selectableMetrics.contains(metric) }
    guard let first = without.first?.configuration else { return [] }
    let share = "\(without.count) of \(trials.count) trials"
    let message =
      metric == .valELBO && first.experiment == .vae
      ? "val_elbo needs held-out images, but validation_n is 0 in \(share);"
        + " set validation_n under 'base' (for mnist 5000 or 10000)"
      : "\(metric.name) is not measured by \(share) (\(first.modelType.rawValue), experiment"
        + " \(first.experiment.rawValue)); there are "
        + first.selectableMetrics.map(\.name).joined(separator: ", ")
    return [SweepFileProblem(place: objectivePlace, message: message)]
  }
}

extension SweepDefinition.Exclusion {
  /// - Parameter configuration: nil where the values fit no trial; then only what was given can match.
  fileprivate func matches(
    _ given: [String: SweepDefinition.PlacedValue], _ configuration: TrialConfiguration?
  ) -> Bool {
    conditions.allSatisfy { condition in
      guard let value = configuration?.values[condition.name] ?? given[condition.name]?.value else {
        return false
      }
      return condition.values.contains(value)
    }
  }
}
