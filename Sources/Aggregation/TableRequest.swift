import Trials

/// What a comparison table is to show.
public struct TableRequest: Hashable, Sendable {
  /// Hyperparameters whose values make the rows.
  public var rows: [String]
  /// Hyperparameters that part the columns; empty for the data set and the architecture. Whatever else varies parts
  /// them too.
  public var columns: [String]
  /// Shown side by side.
  public var metrics: [Metric]
  /// Hyperparameters over which a cell is the mean.
  public var over: [String]
  /// Hyperparameters of which each cell shows the best value only; empty for none.
  public var select: [String]
  /// The metric that selects; nil for `val_elbo` where every finished trial has it, else `train_loss` or what the
  /// experiment has in its place.
  public var by: Metric?
  /// Which trials the table is of; nil for all.
  public var filter: TrialFilter?
  public var interval: IntervalMethod
  /// Row names whose values are other problems, so that cells are ranked within each of them only, beside those that
  /// always are (`problemNames`).
  public var apart: [String]
  /// Lets `by` be a metric of test images or one of `metrics`; the caption says so.
  public var allowsTestSelection: Bool
  /// Whether cells are held against the best.
  var isRanked = true

  /// Names that say what is to be solved, not how: a mean under one value is never better than under another.
  static let problemNames: Set<String> = [
    "experiment", "dataset_name", "binarization", "likelihood", "resize", "run_with_sample", "run_jv",
    "target",
    "fit_loss", "toy_targets", "width_height",
  ]

  /// Names of rows within each of whose values cells are ranked.
  var namesApart: [String] { rows.filter { Self.problemNames.contains($0) || apart.contains($0) } }

  /// What a table shows unless asked otherwise.
  public static let defaultMetrics: [Metric] = [
    .testLogLikelihood, .testELBO, .testELBODiscreteKL, .trainLoss,
  ]

  public init(
    rows: [String] = ["model_type"], columns: [String] = [], metrics: [Metric] = defaultMetrics,
    over: [String] = ["seed"], select: [String] = ["temp"], by: Metric? = nil, filter: TrialFilter? = nil,
    interval: IntervalMethod = .studentT, apart: [String] = [], allowsTestSelection: Bool = false
  ) {
    self.rows = rows
    self.columns = columns
    self.metrics = metrics
    self.over = over
    self.select = select
    self.by = by
    self.filter = filter
    self.interval = interval
    self.apart = apart
    self.allowsTestSelection = allowsTestSelection
  }

  /// What the table of an experiment shows unless asked otherwise.
  public static func standard(for experiment: Experiment) -> TableRequest {
    switch experiment {
    case .vae: TableRequest()
    case .sop: TableRequest(metrics: [.testLogLikelihood, .trainLoss])
    case .approximation:
      TableRequest(rows: ["target", "model_type", "n_required"], metrics: [.targetDistance])
    case .priorFit: TableRequest(rows: ["model_type", "n_required"], metrics: [.targetDistance])
    case .simplexProximity:
      TableRequest(
        rows: ["model_type", "temp"],
        metrics: [
          .vertexDistanceMedian, .vertexDistanceP10, .vertexDistanceP20, .vertexDistanceDeviation,
        ], select: [], apart: ["temp"])
    case .relaxToy:
      TableRequest(
        rows: ["toy_targets", "estimator"], metrics: [.expectedLoss, .gradientVariance], select: [])
    }
  }

  /// The request with names in place of aliases, and a selected name that has another role no longer selected.
  ///
  /// - Throws: `AggregationError` with code `request`.
  func checked() throws(AggregationError) -> TableRequest {
    var checked = self
    checked.rows = try Self.canonical(rows)
    checked.over = try Self.canonical(over)
    let taken = checked.rows + checked.over
    checked.columns = try Self.canonical(columns)
    checked.apart = try Self.canonical(apart)
    for name in checked.columns where taken.contains(name) {
      throw AggregationError(.request, "'\(name)' cannot both make columns and make rows or be averaged over")
    }
    checked.select = try Self.canonical(select)
      .filter { !taken.contains($0) && !checked.columns.contains($0) }
    guard !checked.rows.isEmpty else {
      throw AggregationError(.request, "a table needs at least one name for its rows")
    }
    guard !metrics.isEmpty else { throw AggregationError(.request, "a table needs at least one metric") }
    var seen: Set<String> = []
    for name in taken where !seen.insert(name).inserted {
      throw AggregationError(
        .request, "'\(name)' cannot both make rows and be averaged over, or be named twice")
    }
    try refuseBiasedChoice()
    return checked
  }

  private func refuseBiasedChoice() throws(AggregationError) {
    guard let by, !allowsTestSelection else { return }
    let remedy = "use val_elbo (with validation_n) or train_loss, or say --allow-test-selection"
    if by.isMeasuredOnTestImages {
      throw AggregationError(
        .request, "\(by.name) is measured on test images, which must not choose; \(remedy)")
    }
    if metrics == [by] {
      throw AggregationError(
        .request, "\(by.name) would both choose and be shown, which flatters the best; \(remedy)")
    }
  }

  static func canonical(_ names: [String]) throws(AggregationError) -> [String] {
    var canonical: [String] = []
    for name in names {
      guard let hyperparameter = Hyperparameter.named(name) else {
        let nearest = nearestName(to: name, among: Hyperparameter.everyName)
        throw AggregationError(
          .request, "unknown hyperparameter '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
      }
      canonical.append(hyperparameter.name)
    }
    return canonical
  }
}
