import Trials

/// Trials that wait for others.
extension CoordinatorState {
  /// Counts anew what every trial still waits for, fails what waits in vain, and revives what no longer does.
  ///
  /// - Complexity: O(dependencies).
  mutating func settleDependencies(_ effects: inout [CoordinatorEffect]) {
    for (index, others) in prerequisites {
      entries[index].unmetCount = Int32(others.count { entries[$0].state != .completed })
    }
    for index in prerequisites.keys.sorted() where entries[index].state == .failed && canBeMet(index) {
      // It never ran: what it waited for had no result then, and runs again now.
      if entries[index].unmetCount > 0 { revive(index, note: "what it waits for runs again", &effects) }
    }
    for index in dependants.keys.sorted() where isWithoutResult(index) { failDependants(of: index, &effects) }
  }

  private func isWithoutResult(_ index: Int) -> Bool {
    entries[index].state.isFinal && entries[index].state != .completed
  }

  /// Whether all that it waits for is completed or may still become so.
  private func canBeMet(_ index: Int) -> Bool {
    (prerequisites[index] ?? []).allSatisfy { other in
      !isWithoutResult(other) && (entries[other].state == .completed || canBeMet(other))
    }
  }

  /// What a new state of a trial means for those that wait for it.
  mutating func tellDependants(of index: Int, _ effects: inout [CoordinatorEffect]) {
    guard let waitingOnes = dependants[index] else { return }
    if entries[index].state == .completed {
      for dependant in waitingOnes {
        entries[dependant].unmetCount -= 1
        putInWaiting(dependant)
      }
    } else {
      failDependants(of: index, &effects)
    }
  }

  private mutating func failDependants(of index: Int, _ effects: inout [CoordinatorEffect]) {
    for dependant in dependants[index] ?? [] where entries[dependant].state == .pending {
      entries[dependant].failure =
        "configuration: trial \(entries[index].trial.id), which it waits for, is \(entries[index].state)"
      // Its own dependants follow from its change.
      change(dependant, .setAside, note: entries[dependant].failure, &effects)
      effects.append(.record(.trial(entries[dependant].standing)))
    }
  }

  /// Brings a trial without a result back, with what it waits for and what failed only because it waited for it.
  ///
  /// - Parameter keepsAccount: whether what its earlier attempts used still counts.
  mutating func revive(
    _ index: Int, note: String, keepsAccount: Bool = false, _ effects: inout [CoordinatorEffect]
  ) {
    guard isWithoutResult(index) else { return }
    entries[index].failure = ""
    if !keepsAccount {
      entries[index].account = RetryAccount(forgivenAttempts: entries[index].attempts.last?.number ?? 0)
    }
    // A person who wants a pruned trial wants it to its end.
    if entries[index].state == .pruned { entries[index].ignoresEarlyStopping = true }
    entries[index].wasFoundCompleted = false
    change(index, .revived, note: note, &effects)
    effects.append(.record(.trial(entries[index].standing)))
    for other in prerequisites[index] ?? [] {
      revive(other, note: "trial \(entries[index].trial.id) waits for it", &effects)
    }
    for dependant in dependants[index] ?? []
    where entries[dependant].state == .failed && entries[dependant].unmetCount > 0 && canBeMet(dependant) {
      revive(dependant, note: "what it waits for runs again", &effects)
    }
    putInWaiting(index)
  }
}
