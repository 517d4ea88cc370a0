import Trials

/// Machines, and when one of them is to blame.
extension CoordinatorState {
  /// Books an attempt's end on its machine; may set the machine aside.
  mutating func bookOnNode(_ index: Int, _ report: AttemptEndReport, _ effects: inout [CoordinatorEffect]) {
    guard let attempt = entries[index].attempts.last else { return }
    let host = attempt.host
    let isRow = nodes[host, default: NodeEntry()].book(
      NodeEntry.End(trial: index, attempt: attempt.number, cause: report.cause))
    if report.ruling == .excludeNode {
      // A trial that fails on every machine must not take them all out, one after the other.
      if entries[index].state != .failed {
        setAside(host, "a retry rule found its pattern in: \(report.message)", &effects)
      }
    } else if isRow, hasHealthyNode(beside: host, without: report.cause) {
      setAside(
        host,
        "\(NodeEntry.rowLimit) trials in a row ended there with '\(report.cause.text)', on no other node;"
          + " last: \(report.message)", &effects)
    }
  }

  /// Whether another machine works for this sweep and its latest ends were not of this kind: what fails everywhere is
  /// no machine's fault.
  private func hasHealthyNode(beside host: String, without cause: EndCause) -> Bool {
    var isHealthyOneThere = false
    for (other, node) in nodes where other != host && node.asideReason == nil {
      if node.rowKind == cause { return false }
      if !node.workers.isEmpty { isHealthyOneThere = true }
    }
    return isHealthyOneThere
  }

  private mutating func setAside(_ host: String, _ reason: String, _ effects: inout [CoordinatorEffect]) {
    guard nodes[host]?.asideReason == nil else { return }
    let row = nodes[host]?.row ?? []
    nodes[host]?.asideReason = reason
    nodes[host]?.forgetRow()
    effects.append(
      .record(.node(NodeStanding(host: host, reason: reason, unixSeconds: now.unixSeconds))))
    log(.warning, "node \(host) is set aside: \(reason)", nil, &effects)
    for worker in (nodes[host]?.workers ?? []).sorted() {
      workers[worker]?.lineNumber = nil
      effects.append(.send(.nodeSetAside(reason: reason), to: worker))
    }
    for end in row { giveBack(end, host, &effects) }
  }

  /// The trials that a bad machine took get back what their ends there have cost them.
  private mutating func giveBack(
    _ end: NodeEntry.End, _ host: String, _ effects: inout [CoordinatorEffect]
  ) {
    let isItsLast = entries[end.trial].attempts.last?.number == end.attempt
    guard !entries[end.trial].state.isFinal || (entries[end.trial].state == .failed && isItsLast) else {
      return
    }
    entries[end.trial].account.giveBack(end.cause)
    if entries[end.trial].state == .failed {
      revive(end.trial, note: "node \(host) is blamed for its end", keepsAccount: true, &effects)
    } else {
      effects.append(.record(.trial(entries[end.trial].standing)))
    }
  }

  /// A person takes a machine back in.
  ///
  /// - Returns: the answer.
  mutating func takeBack(_ host: String, _ effects: inout [CoordinatorEffect]) -> String {
    guard nodes[host]?.asideReason != nil else {
      let aside = nodes.filter { $0.value.asideReason != nil }.keys.sorted()
      return "node \(host) is not set aside"
        + (aside.isEmpty ? "; no node is" : "; set aside are \(aside.joined(separator: ", "))")
    }
    nodes[host]?.asideReason = nil
    effects.append(.record(.node(NodeStanding(host: host, reason: nil, unixSeconds: now.unixSeconds))))
    log(.info, "node \(host) gets trials again", nil, &effects)
    for worker in (nodes[host]?.workers ?? []).sorted() { putInLine(worker) }
    serveLine(&effects)
    return "node \(host) gets trials again"
  }
}
