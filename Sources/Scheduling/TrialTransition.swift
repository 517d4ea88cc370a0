import Trials

/// What can happen to a trial. The table of docs/design/0002-trial-states.md.
enum TrialTransition: CaseIterable {
  /// A lease was given to a worker.
  case granted
  /// The worker's child trains.
  case began
  /// The attempt ended without a result and the budget allows another.
  case returned
  /// The result was verified and published.
  case verified
  /// The attempt ended without a result and there will be no other.
  case setAside

  /// The state after this transition, nil when it is impossible in `state`.
  func applied(to state: TrialState) -> TrialState? {
    switch (state, self) {
    case (.pending, .granted): .leased
    case (.pending, .began), (.pending, .returned), (.pending, .verified), (.pending, .setAside): nil
    case (.leased, .began), (.running, .began): .running
    case (.leased, .returned), (.running, .returned): .pending
    case (.leased, .verified), (.running, .verified): .completed
    case (.leased, .setAside), (.running, .setAside): .failed
    case (.leased, .granted), (.running, .granted): nil
    case (.completed, _), (.failed, _), (.pruned, _), (.cancelled, _): nil
    }
  }
}
