import ResultStore

/// How a worker is started.
public struct WorkerStart: Hashable, Sendable {
  /// The program's path and its arguments.
  public var command: [String]
  /// Added to this process's own.
  public var environment: [String: String]
  /// Written to its standard input, which stays open afterwards.
  public var input: String

  public init(_ command: [String], environment: [String: String] = [:], input: String = "") {
    self.command = command
    self.environment = environment
    self.input = input
  }
}

/// A sweep that is watched from this machine: one coordinator and a number of workers as processes of their own, or
/// commands that start them elsewhere.
public struct LocalRunConfiguration: Sendable {
  /// The results folder; its logs folder is made if it is not there.
  public var paths: RunPaths
  /// 0 where others start them.
  public var workers: Int
  /// Where the coordinator is that somebody else runs; nil: it is ours to start.
  public var coordinator: String?
  /// Workers run elsewhere: they are asked to end by the end of their standard input, which travels there, and one that
  /// cannot work does not end the others.
  public var areRemote = false
  /// What people call the workers, in their order; empty: their numbers.
  public var names: [String] = []
  /// The coordinator's program and arguments, for its first start and for restarts after it died. It must end when
  /// standard input ends, and keep `status.json`.
  public var coordinatorCommand: @Sendable (_ isRestart: Bool) -> [String]
  /// How to start a worker, counted from 1, for the coordinator's endpoint. It must end when standard input ends.
  public var worker: @Sendable (_ number: Int, _ endpoint: String) -> WorkerStart
  /// How long workers may take for their checkpoints when they are asked to end.
  public var grace: Duration
  /// Readable with an end of file when whoever started this run is gone; it then ends as after Ctrl-C.
  public var parentDescriptor: Int32?

  public init(
    paths: RunPaths, workers: Int, coordinatorCommand: @escaping @Sendable (_ isRestart: Bool) -> [String],
    worker: @escaping @Sendable (_ number: Int, _ endpoint: String) -> WorkerStart,
    grace: Duration = .seconds(20), parentDescriptor: Int32? = nil
  ) {
    precondition(workers >= 0)
    self.paths = paths
    self.workers = workers
    self.coordinatorCommand = coordinatorCommand
    self.worker = worker
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
