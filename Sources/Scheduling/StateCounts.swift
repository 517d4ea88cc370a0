import Trials

/// How many trials are in each state.
struct StateCounts: Hashable, Sendable {
  private var numbers = [Int](repeating: 0, count: TrialState.allCases.count)

  subscript(state: TrialState) -> Int {
    get { numbers[Self.place(state)] }
    set { numbers[Self.place(state)] = newValue }
  }

  private static func place(_ state: TrialState) -> Int {
    switch state {
    case .pending: 0
    case .leased: 1
    case .running: 2
    case .completed: 3
    case .failed: 4
    case .pruned: 5
    case .cancelled: 6
    }
  }

  var unfinished: Int { self[.pending] + self[.leased] + self[.running] }
}
