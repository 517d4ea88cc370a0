/// Why an attempt ended. Every end has one; budgets of retries are kept per cause.
public enum EndCause: Hashable, Sendable {
  case completed
  /// NaN or infinity in the loss or a gradient. Not retried.
  case nan
  /// The trial's configuration cannot be trained. Not retried.
  case configuration
  case outOfMemory
  case timeLimit
  case memoryLimit
  /// The worker was asked to end (SIGTERM) and gave its lease back. Uses no budget.
  case preempted
  /// No progress for longer than the hang limit.
  case hung
  /// The child process was ended by a signal that we did not send.
  case killedBySignal(Int32)
  /// The worker did not speak for longer than its lease.
  case workerLost
  /// A file could not be read or written; the log has the name and the system's reason.
  case disk
  /// An early-stopping rule ended it.
  case pruned
  /// A person took its trial out.
  case cancelled
  /// Anything else: the child ended with an exit code or an error that no other cause covers.
  case bug

  /// Stable text for the ledger, HDF5 and JSON. `init(text:)` reads it back.
  public var text: String {
    switch self {
    case .completed: "completed"
    case .nan: "nan"
    case .configuration: "configuration"
    case .outOfMemory: "out of memory"
    case .timeLimit: "time limit"
    case .memoryLimit: "memory limit"
    case .preempted: "preempted"
    case .hung: "hung"
    case .killedBySignal(let number): "killed by signal \(number)"
    case .workerLost: "worker lost"
    case .disk: "disk"
    case .pruned: "pruned"
    case .cancelled: "cancelled"
    case .bug: "bug"
    }
  }

  /// Reads what `text` wrote; nil for anything else.
  public init?(text: String) {
    let prefix = "killed by signal "
    if text.hasPrefix(prefix), let number = Int32(text.dropFirst(prefix.count)) {
      self = .killedBySignal(number)
      return
    }
    let plain: [EndCause] = [
      .completed, .nan, .configuration, .outOfMemory, .timeLimit, .memoryLimit, .preempted, .hung,
      .workerLost, .disk, .pruned, .cancelled, .bug,
    ]
    guard let cause = plain.first(where: { $0.text == text }) else { return nil }
    self = cause
  }
}
