import Scheduling
import ZeroMQ

/// How an agent is to run.
public struct WorkerConfiguration: Sendable {
  public var coordinator: Endpoint
  /// The results folder, on a disk that the coordinator's machine shares.
  public var resultsFolder: String
  public var limits: WorkerState.Limits
  /// A file descriptor whose end means that whoever started this agent is gone; it then ends as after SIGTERM.
  public var lifeLine: Int32?
  /// The program of a child and its arguments.
  public var childCommand: [String]
  public var machine: MachineDescription

  public init(
    coordinator: Endpoint, resultsFolder: String, limits: WorkerState.Limits, lifeLine: Int32?,
    childCommand: [String], machine: MachineDescription
  ) {
    precondition(!childCommand.isEmpty, "a child needs a program")
    self.coordinator = coordinator
    self.resultsFolder = resultsFolder
    self.limits = limits
    self.lifeLine = lifeLine
    self.childCommand = childCommand
    self.machine = machine
  }
}
