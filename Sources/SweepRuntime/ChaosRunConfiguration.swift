import FaultInjection
import ResultStore

/// A sweep on this machine that is to be hurt while it runs.
public struct ChaosRunConfiguration: Sendable {
  /// The results folder of the hurt sweep.
  public var paths: RunPaths
  /// The front door's program and arguments: it runs the sweep, resumes what is there, ends when standard input
  /// ends, and lets its workers connect to the endpoint.
  public var command: @Sendable (_ workersConnectTo: String) -> [String]
  public var seed: UInt64
  public var rates: [FaultKind: FaultRate]
  /// Nothing is injected any more after this time; nil: until the sweep is over.
  public var limit: Duration?
  /// Stopped processes go on after at most twice this time, so that about half of the stops outlast a lease.
  public var lease: Duration
  /// Receives what the front door tells.
  public var logFile: String

  public init(
    paths: RunPaths, command: @escaping @Sendable (_ workersConnectTo: String) -> [String], seed: UInt64,
    rates: [FaultKind: FaultRate], limit: Duration?, lease: Duration, logFile: String
  ) {
    self.paths = paths
    self.command = command
    self.seed = seed
    self.rates = rates
    self.limit = limit
    self.lease = lease
    self.logFile = logFile
  }
}

/// How a hurt sweep ended.
public struct ChaosRunOutcome: Hashable, Sendable {
  /// By kind; only those that struck somebody.
  public var faults: [FaultKind: Int]
  /// How often the front door was started.
  public var starts: Int
  public var duration: Duration
  /// The front door's last exit code: 0 or 1 when the sweep is over, 3 when a person interrupted it.
  public var exitCode: Int32
}
