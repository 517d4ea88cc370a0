import Scheduling
import WireProtocol
import ZeroMQ

/// How an agent is to run.
public struct WorkerConfiguration: Sendable {
  public var coordinator: Endpoint
  /// The results folder, on a disk that the coordinator's machine shares.
  public var resultsFolder: String
  public var limits: WorkerState.Limits
  /// A file descriptor whose end means that whoever started this agent is gone; it then ends as after SIGTERM.
  public var lifeLine: Int32?
  public var work: AttemptWork
  public var machine: MachineDescription
  public var logFormat: LogFormat

  public init(
    coordinator: Endpoint, resultsFolder: String, limits: WorkerState.Limits, lifeLine: Int32?,
    work: AttemptWork, machine: MachineDescription, logFormat: LogFormat = .text
  ) {
    self.coordinator = coordinator
    self.resultsFolder = resultsFolder
    self.limits = limits
    self.lifeLine = lifeLine
    self.work = work
    self.machine = machine
    self.logFormat = logFormat
  }
}

/// Where an attempt's work is done.
public enum AttemptWork: Sendable {
  /// In a child process of this program and arguments, one for each attempt; at least one element.
  case childProcess([String])
  /// At once and inside the agent, which hears what is returned as it would hear a child: for measuring coordinator and
  /// wire without an engine.
  case inAgent(@Sendable (LeaseGrant) -> [ChildEvent])
}
