import Trials

/// A broken promise of the state machine: a fault of this program.
public struct InvariantViolation: Error, CustomStringConvertible {
  public let description: String
}

extension CoordinatorState {
  /// Derives anew what must always hold.
  ///
  /// - Throws: `InvariantViolation` with the story of the trial concerned.
  /// - Complexity: O(trials + attempts + workers).
  public func checkInvariants() throws(InvariantViolation) {
    var counted = StateCounts()
    var tokens: Set<FencingToken> = []
    for index in entries.indices {
      counted[entries[index].state] += 1
      try checkAttempts(of: index, &tokens)
      try checkLease(of: index)
      try checkDependencies(of: index)
    }
    for state in TrialState.allCases {
      try require(counted[state] == stateCounts[state], "count of \(state) is wrong")
    }
    try require(leases.count == counted[.leased] + counted[.running], "a lease of a trial that is not out")
    try require(failed.count == counted[.failed], "the set of failed trials is wrong")
    try checkWorkers()
    try require(isOver == entries.allSatisfy(\.state.isFinal), "over: \(isOver), and by count not")
  }

  private func require(
    _ holds: Bool, _ text: @autoclosure () -> String, _ index: Int? = nil
  ) throws(InvariantViolation) {
    guard !holds else { return }
    let story = index.map { index in
      "\ntrial \(entries[index].trial.id), \(entries[index].state):\n\(chronicle.story(of: index))"
    }
    throw InvariantViolation(description: text() + (story ?? ""))
  }

  private func checkAttempts(
    of index: Int, _ tokens: inout Set<FencingToken>
  ) throws(InvariantViolation) {
    let entry = entries[index]
    for (earlier, later) in zip(entry.attempts, entry.attempts.dropFirst()) {
      try require(earlier.token < later.token, "tokens must grow", index)
      try require(earlier.number + 1 == later.number, "attempts must be counted", index)
      try require(earlier.cause != nil, "an attempt was begun before the one before it ended", index)
    }
    for attempt in entry.attempts {
      try require(tokens.insert(attempt.token).inserted, "a token was given twice", index)
    }
    guard entry.state == .completed, !entry.wasFoundCompleted else { return }
    try require(entry.attempts.filter { $0.cause == .completed }.count == 1, "not one result", index)
    try require(entry.attempts.last?.cause == .completed, "accepted a result that was not the last", index)
  }

  private func checkLease(of index: Int) throws(InvariantViolation) {
    let entry = entries[index]
    let isOut = entry.state == .leased || entry.state == .running
    try require((leases[index] != nil) == isOut, "a lease is out exactly while leased or running", index)
    try require(
      failed.contains(index) == (entry.state == .failed), "the set of failed trials is wrong", index)
    let mayBeGranted = entry.state == .pending && entry.unmetCount == 0
    try require((entry.place != nil) == mayBeGranted, "a waiting trial is lost, or waits twice", index)
    guard let lease = leases[index] else {
      try require(entry.attempts.last.map { $0.cause != nil } ?? true, "an attempt has no end", index)
      return
    }
    try require(entry.attempts.last?.token == lease.token, "a lease is out on an old token", index)
    try require(entry.attempts.last?.cause == nil, "a lease is out on an ended attempt", index)
    if let worker = workers[lease.worker] {
      try require(worker.leases.contains(index), "worker \(lease.worker) does not know its lease", index)
    }
    if let cpu = entry.cpu {
      try require(entry.attempts.last?.cpu == cpu, "goes on on another CPU type than it began on", index)
    }
    let verdict = entry.ignoresEarlyStopping ? nil : judge?.pruning(of: index)
    if case .pruned? = lease.ending {
      try require(verdict != nil, "is to end early and no verdict says so", index)
    } else {
      try require(verdict == nil, "goes on against a verdict", index)
    }
    let isAsked = mode != .paused || lease.ending != nil
    try require(isAsked, "goes on while the sweep is paused", index)
  }

  private func checkDependencies(of index: Int) throws(InvariantViolation) {
    let entry = entries[index]
    let unmet = (prerequisites[index] ?? []).count { entries[$0].state != .completed }
    try require(unmet == Int(entry.unmetCount), "counts wrongly what it waits for", index)
    guard entry.state == .pending else { return }
    let isInVain = (prerequisites[index] ?? []).contains {
      entries[$0].state.isFinal && entries[$0].state != .completed
    }
    try require(!isInVain, "waits for a trial that will have no result", index)
  }

  private func checkWorkers() throws(InvariantViolation) {
    // One trial that waits, by the CPU type it is bound to.
    var waitingPlaces: [String?: Int] = [:]
    for index in entries.indices where entries[index].place != nil {
      waitingPlaces[entries[index].cpu] = index
    }
    for (id, worker) in workers {
      // One that was taken up comes on top of one whose end was lost with the same records.
      let ofThisLife = worker.leases.count { leases[$0]?.token.coordinatorEpoch == coordinatorEpoch }
      try require(ofThisLife <= worker.description.slots, "worker \(id) has more leases than slots")
      try require(
        (0...worker.description.slots).contains(worker.wanted), "worker \(id) wants \(worker.wanted)")
      for index in worker.leases {
        try require(leases[index]?.worker == id, "worker \(id) has a lease of another", index)
      }
      let host = worker.description.host
      try require(nodes[host]?.workers.contains(id) == true, "node \(host) does not know its worker \(id)")
      guard mayGrant, worker.canTakeOne, nodes[host]?.asideReason == nil else { continue }
      try require(worker.lineNumber != nil, "worker \(id) was lost from the line")
      let place = waitingPlaces[worker.description.cpu] ?? waitingPlaces[nil]
      try require(place == nil, "worker \(id) waits while a trial does", place ?? nil)
    }
  }
}
