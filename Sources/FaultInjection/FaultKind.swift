/// A way to hurt a sweep on purpose.
public enum FaultKind: String, CaseIterable, Codable, Comparable, Sendable {
  /// SIGKILL to an agent.
  case killWorker = "kill-worker"
  /// SIGKILL to the process in which a trial trains.
  case killChild = "kill-child"
  /// SIGSTOP to an agent, SIGCONT some time later, often after its leases have run out.
  case stopWorker = "stop-worker"
  /// SIGTERM to an agent, as a scheduler of machines sends it.
  case terminateWorker = "terminate-worker"
  case killCoordinator = "kill-coordinator"
  /// SIGSTOP to the coordinator, SIGCONT some time later.
  case stopCoordinator = "stop-coordinator"
  /// Cuts a connection between a worker and the coordinator.
  case disconnect
  /// SIGKILL to all processes of the sweep at once, the front door included; then the sweep is resumed.
  case killEverything = "kill-everything"

  public static func < (left: FaultKind, right: FaultKind) -> Bool { left.rawValue < right.rawValue }
}
