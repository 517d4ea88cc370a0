import Trials

/// Carrying out what the early-stopping rule decides.
extension CoordinatorState {
  mutating func noteEpoch(
    of index: Int, _ epoch: Int, _ metrics: [String: Double], _ effects: inout [CoordinatorEffect]
  ) {
    guard let rule = judge?.rule, !entries[index].ignoresEarlyStopping, leases[index]?.verifying == nil,
      let value = metrics[rule.objective.metric.name],
      let decision = judge?.judge(index, epoch: epoch, value: value, at: now.unixSeconds)
    else { return }
    effects.append(.record(.decision(entries[index].trial.id, decision)))
    guard decision.verdict == .prune else { return }
    log(.info, pruningText(decision), index, &effects)
    ask(index, toEndAs: ending(by: decision), &effects)
  }

  func ending(by decision: PruningDecision) -> LeaseEnding {
    .pruned(rung: decision.rung, reason: pruningText(decision))
  }

  func pruningText(_ decision: PruningDecision) -> String {
    decision.text(metric: judge?.rule.objective.metric.name ?? "value")
  }

  /// Asks the holder of a lease to end its attempt, now and with every heartbeat until it does.
  mutating func ask(_ index: Int, toEndAs ending: LeaseEnding, _ effects: inout [CoordinatorEffect]) {
    leases[index]?.ending = ending
    remind(index, &effects)
  }

  mutating func remind(_ index: Int, _ effects: inout [CoordinatorEffect]) {
    guard let lease = leases[index], let ending = lease.ending, lease.verifying == nil else { return }
    effects.append(
      .send(
        .endAttempt(TrialLease(trial: entries[index].trial.id, token: lease.token), ending), to: lease.worker)
    )
  }
}
