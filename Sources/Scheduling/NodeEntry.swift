import Trials

/// A node that gets no trials, and why. Kept in the ledger.
public struct NodeStanding: Hashable, Sendable {
  public var host: String
  /// Nil: taken back in.
  public var reason: String?
  public var unixSeconds: Double

  public init(host: String, reason: String?, unixSeconds: Double) {
    self.host = host
    self.reason = reason
    self.unixSeconds = unixSeconds
  }
}

/// What the coordinator knows of one machine: its workers, and how attempts end on it.
struct NodeEntry: Sendable {
  /// An end that may be the machine's fault.
  struct End: Sendable {
    var trial: Int
    var attempt: Int
    var cause: EndCause
  }

  var workers: Set<WorkerID> = []
  /// Why it was set aside; nil while it gets trials.
  var asideReason: String?
  /// The latest ends in a row of one kind, each of another trial; any success ends the row.
  private(set) var row: [End] = []

  /// Ends of one kind in a row, of as many trials, after which the machine is blamed and not the trials.
  static let rowLimit = 3

  var rowKind: EndCause? { row.last?.cause }

  /// Which ends speak against a machine. Not what a trial does by itself everywhere (NaN, its own limits), and not
  /// what somebody or something outside did to a worker (lost, killed from outside, preempted).
  static func isSuspicious(_ cause: EndCause) -> Bool {
    switch cause {
    case .hung, .disk, .bug, .outOfMemory, .configuration: true
    case .killedBySignal(let number): RetryAccount.ownFaults.contains(number)
    case .completed, .nan, .timeLimit, .memoryLimit, .preempted, .workerLost, .pruned, .cancelled: false
    }
  }

  /// Books the end of an attempt on this machine.
  ///
  /// - Returns: whether the row is now long enough to blame the machine.
  mutating func book(_ end: End) -> Bool {
    if end.cause == .completed || end.cause == .pruned {
      row = []
      return false
    }
    guard Self.isSuspicious(end.cause) else { return false }
    if rowKind != end.cause { row = [] }
    // Of one trial only the latest end counts: a trial that fails thrice may well be at fault itself.
    row.removeAll { $0.trial == end.trial }
    row.append(end)
    return row.count >= Self.rowLimit
  }

  mutating func forgetRow() { row = [] }
}
