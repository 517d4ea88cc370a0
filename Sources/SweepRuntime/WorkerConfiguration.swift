import Scheduling
import Trials
import WireProtocol
import ZeroMQ

/// How an agent is to run.
public struct WorkerConfiguration: Sendable {
  public var coordinator: CoordinatorPlace
  /// How the connection is protected.
  public var security: Socket.Security
  /// The worker's own name.
  public var worker: WorkerID
  /// The coordinator's results folder, or one of this worker's own (`RunPaths.makeScratch`).
  public var resultsFolder: String
  /// Whether that folder is the coordinator's. If not, files are sent.
  public var sharesResults: Bool
  /// What this machine has of data sets; nil: not asked for.
  public var datasets: (any DatasetPlaces)?
  public var limits: WorkerState.Limits
  /// A file descriptor whose end means that whoever started this agent is gone; it then ends as after SIGTERM.
  public var lifeLine: Int32?
  public var work: AttemptWork
  public var machine: MachineDescription
  public var logFormat: LogFormat

  public init(
    coordinator: CoordinatorPlace, resultsFolder: String, limits: WorkerState.Limits, lifeLine: Int32?,
    work: AttemptWork, machine: MachineDescription, security: Socket.Security = .none,
    worker: WorkerID = .random(), sharesResults: Bool = true, datasets: (any DatasetPlaces)? = nil,
    logFormat: LogFormat = .text
  ) {
    self.coordinator = coordinator
    self.resultsFolder = resultsFolder
    self.limits = limits
    self.lifeLine = lifeLine
    self.work = work
    self.machine = machine
    self.logFormat = logFormat
    self.security = security
    self.worker = worker
    self.sharesResults = sharesResults
    self.datasets = datasets
  }
}

/// How an agent finds its coordinator.
public enum CoordinatorPlace: Sendable {
  case fixed(Endpoint)
  /// Asked again and again for as long as the agent runs: the coordinator may come back elsewhere, and running trials
  /// go on meanwhile. Nil while it is nowhere.
  case found(@Sendable () -> Endpoint?)
}

/// Where an attempt's work is done.
public enum AttemptWork: Sendable {
  /// In a child process of this program and arguments, one for each attempt; at least one element.
  case childProcess([String])
  /// At once and inside the agent, which hears what is returned as it would hear a child: for measuring coordinator and
  /// wire without an engine.
  case inAgent(@Sendable (LeaseGrant) -> [ChildEvent])
}
