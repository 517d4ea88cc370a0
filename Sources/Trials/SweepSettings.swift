/// When a trial's state is saved, and what becomes of it (`checkpoint` in the sweep file).
public struct CheckpointSettings: Hashable, Sendable {
  /// 0: after every training epoch.
  public var everySeconds: Double
  /// Whether workers without the coordinator's disk send their checkpoints, so that any other worker can go on.
  public var ship: Bool
  /// Keeps the checkpoint of a completed trial, so that more `epochs` can go on from it.
  public var keepFinal: Bool

  public init(everySeconds: Double = 60, ship: Bool = true, keepFinal: Bool = false) {
    self.everySeconds = everySeconds
    self.ship = ship
    self.keepFinal = keepFinal
  }
}

/// What one attempt at a trial may use (`resources` in the sweep file). BLAS threads are the trial's own.
public struct TrialResources: Hashable, Sendable {
  /// Resident memory of the child process; nil: no limit.
  public var memoryMiB: Double?
  /// Wall time of the trial, all its attempts together; nil: no limit.
  public var seconds: Double?
  /// A trial goes on only on the CPU type on which it began (`reproducibility: strict`).
  public var keepsCPUType: Bool

  public init(memoryMiB: Double? = nil, seconds: Double? = nil, keepsCPUType: Bool = false) {
    self.memoryMiB = memoryMiB
    self.seconds = seconds
    self.keepsCPUType = keepsCPUType
  }
}

/// What to do when an attempt's end says something known (`retry.rules` in the sweep file).
public struct RetryRule: Hashable, Sendable {
  public enum Action: String, Hashable, Sendable, CaseIterable {
    /// The node is at fault: it gets no more trials, and the attempt uses no budget.
    case excludeNode = "exclude_node"
    /// Try again, using no budget.
    case retry
    /// The trial fails at once.
    case fail
  }

  /// Extended regular expression (POSIX), looked for in the end's message and in the last lines of the child's log.
  public var pattern: String
  public var action: Action

  public init(pattern: String, action: Action) {
    self.pattern = pattern
    self.action = action
  }
}

/// A rule that ends trials which promise little (`early_stopping` in the sweep file). It looks at the sweep's
/// selection metric as measured at the end of training epochs, never at a test metric.
public struct EarlyStopping: Hashable, Sendable {
  public enum Rule: Hashable, Sendable {
    /// Asynchronous successive halving in its stopping form (Li 2020, arXiv 1810.05934): a trial that reaches a rung
    /// goes on only when it is among the best 1/`reduction` of those that have reached that rung so far.
    /// Rungs are at the epochs `minimumEpochs` · `reduction`^k.
    case asha(minimumEpochs: Int, reduction: Int)
    /// Ends a trial whose best value so far is worse than the median of the others' best values at the same epoch
    /// (Golovin 2017, Vizier). `startEpochs`: never before; `minimumTrials`: not before that many others got there.
    case median(startEpochs: Int, minimumTrials: Int)
  }

  public var rule: Rule
  /// `valELBO` or `trainLoss`, or what the experiment selects by.
  public var objective: Objective
  /// Hyperparameters that are searched over: a trial is compared only with trials that agree with it in all others, so
  /// that no cell of a table loses its trials to another cell. Empty: all are compared with all.
  public var over: [String]

  public init(rule: Rule, objective: Objective, over: [String] = []) {
    self.rule = rule
    self.objective = objective
    self.over = over
  }
}
