import Trials

extension SweepDefinition {
  /// Builds every trial: cases outermost, then the grid's axes in the order of the file, then the zip, then the sample;
  /// the last varies fastest. Fits of priors come before all others.
  ///
  /// - Parameters:
  ///   - images: what the files of a data set hold, asked where a trial `dependsOnImages`; nil: not to be checked.
  ///   - dataDigest: SHA-256 of the data set that a configuration trains on. Called once per trial.
  /// - Throws: `SweepFileError` where values do not fit together, a trial comes twice or none is left, or `images` throws
  ///   a `ConfigurationError`; whatever else `images` or `dataDigest` throws.
  /// - Complexity: O(trials).
  public func plan(
    images: (_ datasetName: String) throws -> KnownImages?,
    dataDigest: (TrialConfiguration) throws -> String
  ) throws -> SweepPlan {
    try refuseHugeProduct()
    var builder = PlanBuilder(self)
    try builder.build(images: images, dataDigest: dataDigest)
    let trials = builder.trials
    let warnings =
      warnings + priorWarnings(trials) + earlyStoppingWarnings(trials)
      + unmet(exclusions, builder.exclusionMatches, "this exclusion matches no trial")
      + unmet(dropRules.map(\.conditions), builder.dropMatches, "this rule of 'when' matches no trial")
      + unmet(
        priorityRules.compactMap(\.conditions),
        zip(priorityRules, builder.priorityMatches).filter { $0.0.conditions != nil }.map(\.1),
        "this rule of 'priority' matches no trial")
    let columns = ConfigurationColumns(trials.map(\.configuration))
    var problems =
      builder.problems + experimentProblems(columns) + objectiveProblems(trials) + priorProblems(trials)
      + earlyStoppingProblems(trials)
    if problems.isEmpty, trials.isEmpty {
      problems.append(
        SweepFileProblem(
          place: exclusions.first?.place ?? .wholeFile,
          message: "'exclude' leaves nothing: all \(builder.excludedCount) trials match"))
    }
    guard problems.isEmpty else { throw SweepFileError(path: path, problems: problems) }
    var sweep = Sweep(
      name: name, summary: summary, trials: builder.fits + trials, objective: objective,
      checkpoint: checkpoint, retry: retry, retryRules: retryRules, resources: resources,
      dependencies: builder.dependencies, priorities: builder.priorities)
    if let earlyStopping, let objective = sweep.selection {
      sweep.earlyStopping = EarlyStopping(
        rule: earlyStopping.rule, objective: objective, over: earlyStopping.over)
    }
    return SweepPlan(
      sweep: sweep,
      warnings: warnings.map {
        SweepFileProblem(place: $0.place, message: "warning: " + $0.message).text(path: path)
      },
      varying: VaryingHyperparameters(columns), digest: digest,
      excludedCount: builder.excludedCount, mergedCount: builder.mergedCount,
      trainingImageCounts: builder.trainingImageCounts,
      varyingFits: VaryingHyperparameters(among: builder.fits.map(\.configuration)),
      fits: Set(builder.fits.map(\.id)))
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

  /// As `plan(images:dataDigest:)`, without a look at the files of data sets.
  public func plan(dataDigest: (TrialConfiguration) throws -> String) throws -> SweepPlan {
    try plan(images: { _ in nil }, dataDigest: dataDigest)
  }

  private func unmet(
    _ conditions: [Conditions], _ matches: [Int], _ message: String
  ) -> [SweepFileProblem] {
    zip(conditions, matches).filter { $0.1 == 0 }.map { conditions, _ in
      SweepFileProblem(place: conditions.place, message: message)
    }
  }

  /// No table, objective or progress line can set the metrics of one experiment against those of another.
  private func experimentProblems(_ columns: ConfigurationColumns) -> [SweepFileProblem] {
    let there = Set(
      columns.column("experiment").values.compactMap { $0.flatMap { Experiment(rawValue: $0.displayText) } })
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
    let without = without(metric, in: trials) { $0.selectableMetrics }
    guard let first = without.first else { return [] }
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

  /// The configurations that lack a metric. What a configuration measures follows from what it shares with others.
  private func without(
    _ metric: Metric, in trials: [Trial], _ measured: (TrialConfiguration) -> [Metric]
  ) -> [TrialConfiguration] {
    var last: (configuration: TrialConfiguration, has: Bool)?
    return trials.map(\.configuration).filter { configuration in
      if let last, last.configuration.sharesTemplate(with: configuration) { return !last.has }
      let has = measured(configuration).contains(metric)
      last = (configuration, has)
      return !has
    }
  }

  /// A rule that can end no trial is a slip.
  private func earlyStoppingWarnings(_ trials: [Trial]) -> [SweepFileProblem] {
    guard let earlyStopping, let longest = trials.map(\.configuration.epochs).max() else { return [] }
    func warning(_ message: String) -> [SweepFileProblem] {
      [SweepFileProblem(place: earlyStopping.place, message: "no trial can be stopped early: " + message)]
    }
    let first: (name: String, epochs: Int)
    switch earlyStopping.rule {
    case .asha(let minimumEpochs, _): first = ("minimum_epochs", minimumEpochs)
    case .median(let startEpochs, let minimumTrials):
      // A trial is held against others.
      if minimumTrials >= trials.count {
        return warning("'minimum_trials' is \(minimumTrials), and there are \(trials.count) trials")
      }
      first = ("start_epochs", startEpochs)
    }
    guard first.epochs >= longest else { return [] }
    return warning("'\(first.name)' is \(first.epochs), and no trial has more than \(longest) epochs")
  }

  /// A rule looks at the metric after training epochs, so all trials must measure it there.
  private func earlyStoppingProblems(_ trials: [Trial]) -> [SweepFileProblem] {
    guard let earlyStopping, let first = trials.first else { return [] }
    let metric = Sweep(name: name, summary: "", trials: trials, objective: objective).selection?.metric
    guard let metric else { return [] }
    let without = without(metric, in: trials) { $0.metricsPerEpoch }
    if !without.isEmpty {
      let there = first.configuration.metricsPerEpoch.filter {
        first.configuration.selectableMetrics.contains($0)
      }
      return [
        SweepFileProblem(
          place: earlyStopping.place,
          message: "'early_stopping' needs a metric of every epoch, but \(metric.name) is not one in"
            + " \(without.count) of \(trials.count) trials; there are"
            + " \(there.map(\.name).joined(separator: ", "))")
      ]
    }
    // Held-out images are looked at only every check_every epochs.
    guard metric == .valELBO, case .asha(let minimum, _) = earlyStopping.rule,
      let wrong = trials.first(where: { minimum > 1 && minimum % $0.configuration.checkEvery != 0 })
    else { return [] }
    return [
      SweepFileProblem(
        place: earlyStopping.place,
        message: "val_elbo is measured every check_every = \(wrong.configuration.checkEvery) epochs;"
          + " 'minimum_epochs' must be a multiple of it, found \(minimum)")
    ]
  }
}
