import Testing
import Trials

@testable import Scheduling

@Suite struct TrialTransitionTests {
  /// The table of docs/design/0002-trial-states.md, written out a second time.
  @Test func everyEventInEveryState() {
    let possible: [TrialState: [TrialTransition: TrialState]] = [
      .pending: [.granted: .leased, .setAside: .failed, .stoppedEarly: .pruned, .cancelled: .cancelled],
      .leased: [
        .began: .running, .returned: .pending, .verified: .completed, .setAside: .failed,
        .stoppedEarly: .pruned, .cancelled: .cancelled,
      ],
      .running: [
        .began: .running, .returned: .pending, .verified: .completed, .setAside: .failed,
        .stoppedEarly: .pruned, .cancelled: .cancelled,
      ],
      .failed: [.revived: .pending],
      .pruned: [.revived: .pending],
      .cancelled: [.revived: .pending],
    ]
    for state in TrialState.allCases {
      for transition in TrialTransition.allCases {
        #expect(
          transition.applied(to: state) == possible[state]?[transition], "\(transition) in \(state)")
      }
    }
  }

  @Test func aGoodResultIsLeftByNothing() {
    #expect(TrialTransition.allCases.allSatisfy { $0.applied(to: .completed) == nil })
  }
}
