import Trials

/// Whether trials are granted.
public enum SweepMode: String, Hashable, Sendable, Codable {
  case running
  /// Nothing is granted; running trials write checkpoints and give their leases back. The coordinator stays.
  case paused
  /// Nothing is granted; running trials finish, and then the coordinator ends.
  case draining
}

/// What a person wants of a sweep that has begun (`igr pause`, `drain`, `cancel`, `retry`, `priority`, `resume`).
public enum SweepCommand: Hashable, Sendable {
  case pause
  case drain
  /// Ends `pause` and `drain`.
  case resume
  /// Takes trials out. Nil: all that are not finished.
  case cancel([TrialID]?)
  /// Gives failed, cancelled and pruned trials a new budget. Nil: all failed ones.
  case retry([TrialID]?)
  /// Trials of a higher priority are granted first.
  case prioritize([TrialID], Int)
  /// Takes a node that was set aside back in.
  case retryNode(host: String)
}

/// A command on its way, with a name of its own, so that it is carried out once.
public struct SweepOrder: Hashable, Sendable {
  public var id: String
  public var command: SweepCommand
  /// Who gave it, for the log: `user@host`.
  public var by: String

  public init(id: String, command: SweepCommand, by: String) {
    self.id = id
    self.command = command
    self.by = by
  }
}

/// Why a lease ends before its trial does, by the coordinator's will.
public enum LeaseEnding: Hashable, Sendable {
  /// The child writes a checkpoint and ends; the lease goes back.
  case paused
  /// The child writes a trial file of what it measured up to `rung` and of the reason, and ends.
  case pruned(rung: Int, reason: String)
}
