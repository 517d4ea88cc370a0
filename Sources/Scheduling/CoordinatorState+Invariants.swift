import Trials

/// A broken promise of the state machine: a fault of this program.
public struct InvariantViolation: Error, CustomStringConvertible {
  public let description: String
}

extension CoordinatorState {
  /// Derives anew what must always hold.
  ///
  /// - Throws: `InvariantViolation` with the story of the trial concerned.
  /// - Complexity: O(trials + workers).
  public func checkInvariants() throws(InvariantViolation) {
    func require(
      _ holds: Bool, _ text: @autoclosure () -> String, _ entry: TrialEntry? = nil
    ) throws(InvariantViolation) {
      guard !holds else { return }
      let story = entry.map { "\ntrial \($0.trial.id), \($0.state):\n\($0.story)" } ?? ""
      throw InvariantViolation(description: text() + story)
    }

    let waiting = Set(returned.elements).union(fresh.elements)
    var counted: [TrialState: Int] = [:]
    var tokens: Set<FencingToken> = []
    for (index, entry) in entries.enumerated() {
      counted[entry.state, default: 0] += 1
      let isOut = entry.state == .leased || entry.state == .running
      try require((entry.lease != nil) == isOut, "a lease is out exactly while leased or running", entry)
      try require(live.contains(index) == isOut, "the set of live leases is wrong", entry)
      try require(entry.state != .pending || waiting.contains(index), "a waiting trial is lost", entry)
      for (earlier, later) in zip(entry.attempts, entry.attempts.dropFirst()) {
        try require(earlier.token < later.token, "tokens must grow", entry)
        try require(earlier.number + 1 == later.number, "attempts must be counted", entry)
        try require(earlier.cause != nil, "an attempt was begun before the one before it ended", entry)
      }
      for attempt in entry.attempts {
        try require(tokens.insert(attempt.token).inserted, "a token was given twice", entry)
      }
      if let lease = entry.lease {
        try require(entry.attempts.last?.token == lease.token, "a lease is out on an old token", entry)
        try require(entry.attempts.last?.cause == nil, "a lease is out on an ended attempt", entry)
        if let worker = workers[lease.worker] {
          try require(worker.leases.contains(index), "worker \(lease.worker) does not know its lease", entry)
        }
      } else {
        try require(entry.attempts.last.map { $0.cause != nil } ?? true, "an attempt has no end", entry)
      }
      let completions = entry.attempts.filter { $0.cause == .completed }.count
      try require(
        entry.state != .completed || completions == 1 || entry.wasFoundCompleted, "no result", entry)
      if !entry.wasFoundCompleted, entry.state == .completed {
        try require(
          entry.attempts.last?.cause == .completed, "accepted a result that was not the last", entry)
      }
    }
    for state in TrialState.allCases {
      try require(counted[state] ?? 0 == stateCounts[state] ?? 0, "count of \(state) is wrong")
    }
    for (id, worker) in workers {
      try require(worker.leases.count <= worker.description.slots, "worker \(id) has more leases than slots")
      try require(
        (0...worker.description.slots).contains(worker.wanted), "worker \(id) wants \(worker.wanted)")
      for index in worker.leases {
        try require(entries[index].lease?.worker == id, "worker \(id) has a lease of another", entries[index])
      }
      try require(!worker.isInLine || line.elements.contains(id), "worker \(id) was lost from the line")
      let couldServe = !isDraining && worker.canTakeOne && counted[.pending] ?? 0 > 0
      try require(!couldServe, "worker \(id) waits while a trial does")
    }
    let isOverByCount = entries.allSatisfy(\.state.isFinal)
    try require(isOver == isOverByCount, "over: \(isOver), by count: \(isOverByCount)")
  }
}
