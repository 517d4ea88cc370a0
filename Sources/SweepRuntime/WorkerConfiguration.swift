import Scheduling
import ZeroMQ

/// How an agent is to run.
public struct WorkerConfiguration: Sendable {
  public var coordinator: Endpoint
  /// The results folder, on a disk that the coordinator's machine shares.
  public var resultsFolder: String
  public var limits: WorkerState.Limits
  /// End when standard input ends: whoever started this agent is gone.
  public var endsWithParent: Bool
  /// The program of a child and its arguments.
  public var childCommand: [String]
  public var machine: MachineDescription

  public init(
    coordinator: Endpoint, resultsFolder: String, limits: WorkerState.Limits, endsWithParent: Bool,
    childCommand: [String], machine: MachineDescription
  ) {
    precondition(!childCommand.isEmpty, "a child needs a program")
    self.coordinator = coordinator
    self.resultsFolder = resultsFolder
    self.limits = limits
    self.endsWithParent = endsWithParent
    self.childCommand = childCommand
    self.machine = machine
  }
}
