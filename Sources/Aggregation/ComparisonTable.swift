import Trials

/// Means of metrics over repeated trials, one cell per row and column group.
public struct ComparisonTable: Sendable {
  /// Values of some names; nil where a name does not apply.
  public typealias Key = [HyperparameterValue?]

  public let sweep: String
  public let rowNames: [String]
  /// Names that tell column groups apart: the data set, the architecture, and whatever else varies.
  public let columnNames: [String]
  public let over: [String]
  public let select: [String]
  /// What chose; nil where nothing was to be chosen.
  public let selectionMetric: Metric?
  public let metrics: [Metric]
  public let interval: IntervalMethod
  /// Values of `rowNames`, in the order in which trials were given, those with equal first values together.
  public let rows: [Key]
  /// Values of `columnNames`, in the order in which trials were given.
  public let groups: [Key]
  /// `[row, group]`; nil where the plan has no trial.
  public let cells: [[Cell?]]
  /// What is in bold, to follow "In bold: "; nil where nothing is.
  public let legend: String?
  /// Sentences on what was chosen, by what, over what, how many, which data.
  public let caption: [String]
  /// What a reader must know before trusting a cell: failures, choices among incomplete cells.
  public internal(set) var notes: [String]

  public struct Cell: Hashable, Sendable {
    /// Values of `select`; nil while no trial that could be chosen is finished.
    public let chosen: Key?
    /// How many values of `select` there were to choose from.
    public let candidateCount: Int
    /// Of the chosen value, or of all candidates while none is chosen.
    public let counts: TrialCounts
    /// One per metric, over the completed trials of the chosen value.
    public let estimates: [Estimate]
    /// One per metric: how the cell stands among the rows of its column group; nil where nothing is compared.
    public internal(set) var standings: [CellStanding?]
    /// Per metric, the finite values by what they were repeated over.
    let values: [[Key: Double]]
  }
}

/// How many trials of a cell stand where.
public struct TrialCounts: Hashable, Sendable {
  public let planned: Int
  public let completed: Int
  public let failed: Int
  public let pruned: Int
  public let cancelled: Int
  /// Leased or in training.
  public let running: Int
  /// Not begun, or without a readable result.
  public let missing: Int

  init(of states: some Collection<TrialState>) {
    planned = states.count
    completed = states.count { $0 == .completed }
    failed = states.count { $0 == .failed }
    pruned = states.count { $0 == .pruned }
    cancelled = states.count { $0 == .cancelled }
    running = states.count { $0 == .leased || $0 == .running }
    missing = states.count { $0 == .pending }
  }

  /// `2` when all completed, else as `1 of 2: 1 failed`.
  var text: String {
    guard completed < planned else { return String(completed) }
    let reasons = [
      (failed, "failed"), (pruned, "pruned"), (cancelled, "cancelled"), (running, "running"),
      (missing, "missing"),
    ]
    return "\(completed) of \(planned): "
      + reasons.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}
