import ResultStore

/// A sweep on this machine: one coordinator and a number of workers as processes of their own.
public struct LocalRunConfiguration: Sendable {
  /// The results folder; its logs folder is made if it is not there.
  public var paths: RunPaths
  public var workers: Int
  /// The coordinator's program and arguments, for its first start and for restarts after it died. It must end when
  /// standard input ends, and keep `status.json`.
  public var coordinatorCommand: @Sendable (_ isRestart: Bool) -> [String]
  /// A worker's program and arguments for the coordinator's endpoint. It must end when standard input ends.
  public var workerCommand: @Sendable (_ endpoint: String) -> [String]
  /// How long workers may take for their checkpoints when they are asked to end.
  public var grace: Duration
  /// Readable with an end of file when whoever started this run is gone; it then ends as after Ctrl-C.
  public var parentDescriptor: Int32?

  public init(
    paths: RunPaths, workers: Int, coordinatorCommand: @escaping @Sendable (_ isRestart: Bool) -> [String],
    workerCommand: @escaping @Sendable (_ endpoint: String) -> [String], grace: Duration = .seconds(20),
    parentDescriptor: Int32? = nil
  ) {
    precondition(workers > 0, "a run needs a worker")
    self.paths = paths
    self.workers = workers
    self.coordinatorCommand = coordinatorCommand
    self.workerCommand = workerCommand
    self.grace = grace
    self.parentDescriptor = parentDescriptor
  }
}

/// How a sweep on this machine ended.
public enum LocalRunOutcome: Hashable, Sendable {
  /// Every trial is in a final state.
  case finished(everyTrialCompleted: Bool)
  /// Ctrl-C or SIGTERM. `igr resume` goes on.
  case interrupted
  /// A process could not go on. `code` is the exit code for the front door (2 or 4); the logs say more.
  case failed(code: Int32, message: String)
}
