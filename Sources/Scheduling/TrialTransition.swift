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
  /// The attempt ended without a result and there will be no other; or a trial that it waits for has no result.
  case setAside
  /// An early-stopping rule's verdict is carried out.
  case stoppedEarly
  /// A person took it out.
  case cancelled
  /// A person wants it again, or the node that failed it was at fault.
  case revived

  /// The state after this transition, nil when it is impossible in `state`.
  func applied(to state: TrialState) -> TrialState? {
    switch (state, self) {
    case (.pending, .granted): .leased
    case (.pending, .setAside): .failed
    case (.pending, .began), (.pending, .returned), (.pending, .verified): nil
    case (.leased, .began), (.running, .began): .running
    case (.leased, .returned), (.running, .returned): .pending
    case (.leased, .verified), (.running, .verified): .completed
    case (.leased, .setAside), (.running, .setAside): .failed
    case (.leased, .granted), (.running, .granted): nil
    case (.pending, .stoppedEarly), (.leased, .stoppedEarly), (.running, .stoppedEarly): .pruned
    case (.pending, .cancelled), (.leased, .cancelled), (.running, .cancelled): .cancelled
    case (.failed, .revived), (.cancelled, .revived), (.pruned, .revived): .pending
    case (.pending, .revived), (.leased, .revived), (.running, .revived), (.completed, .revived): nil
    case (.completed, _), (.failed, _), (.pruned, _), (.cancelled, _): nil
    }
  }
}
