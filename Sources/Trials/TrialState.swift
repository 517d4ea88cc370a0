/// Where a trial stands. The transitions are in `Scheduling` and nowhere else.
public enum TrialState: String, Hashable, Sendable, Codable, CaseIterable {
  /// Waits for a worker.
  case pending
  /// Promised to a worker that has not yet said that it began.
  case leased
  /// A worker trains it.
  case running
  /// Has a verified result.
  case completed
  /// Its last attempt ended in a way that its retry budget does not cover.
  case failed
  /// Ended early by an early-stopping rule.
  case pruned
  /// Taken out by a person.
  case cancelled

  /// True when no further attempt will be made without a person's word.
  public var isFinal: Bool {
    switch self {
    case .completed, .failed, .pruned, .cancelled: true
    case .pending, .leased, .running: false
    }
  }
}
