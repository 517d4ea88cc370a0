import Trials

/// Leases whose grant was sent by an earlier life that died before it could record it.
extension CoordinatorState {
  /// Takes a lease up that this life does not know, where an earlier one must have given it: its token is newer than
  /// every token that the ledger has of the trial. Does nothing otherwise.
  mutating func adoptIfUnknown(_ lease: TrialLease, of worker: WorkerID, _ effects: inout [CoordinatorEffect])
  {
    guard lease.token.coordinatorEpoch < coordinatorEpoch, let index = indices[lease.trial],
      let description = workers[worker]?.description, entries[index].unmetCount == 0,
      entries[index].attempts.last.map({ $0.token < lease.token }) ?? true,
      entries[index].cpu == nil || entries[index].cpu == description.cpu
    else { return }
    if let older = leases[index], older.verifying == nil { giveUp(index, for: lease.token, &effects) }
    guard entries[index].state == .pending else { return }
    open(
      index, lease.token, of: worker,
      note:
        "worker \(worker) on \(description.host) holds lease \(lease.token), whose record was lost with the"
        + " coordinator that gave it", &effects)
    if mode == .paused { leases[index]?.ending = .paused }
  }

  /// Ends the lease that the ledger knows, because the life that gave a newer one must have ended it.
  private mutating func giveUp(
    _ index: Int, for newer: FencingToken, _ effects: inout [CoordinatorEffect]
  ) {
    endAttempt(
      index,
      AttemptEndReport(
        cause: .workerLost,
        message: "its end was lost with the coordinator that gave the newer lease \(newer)",
        firstEpoch: entries[index].attempts.last?.firstEpoch ?? 0, lastEpoch: leases[index]?.epoch ?? 0),
      &effects)
  }
}
