import Reporting
import ResultStore
import Trials

// What did not go well: failed trials, attempts that ended before their trial did, files that cannot be read.

extension SweepPage {
  var leftOut: [SweepResults.LeftOutFile] { results.unreadable + results.unplanned }

  var failureParts: [HTML] {
    var parts: [HTML] = []
    let failed = results.summaries.filter {
      $0.state == .failed || $0.state == .cancelled || $0.state == .pruned
    }
    if !failed.isEmpty {
      parts += [.element("h3", [:], HTML("Trials that did not complete")), failedTable(failed)]
    }
    let interrupted = interruptedAttempts
    if !interrupted.isEmpty {
      parts += [
        .element("h3", [:], HTML("Attempts that ended early")),
        .paragraph("Their trials went on from the last checkpoint and completed with the same numbers."),
        .table(["cause", "attempts", "hosts", "the latest message"], interrupted),
      ]
    }
    if !leftOut.isEmpty {
      parts += [
        .element("h3", [:], HTML("Files left out")),
        .table(["file", "why"], leftOut.map { [.code($0.path), HTML($0.reason)] }),
      ]
    }
    return parts
  }

  private func failedTable(_ failed: [TrialSummary]) -> HTML {
    let known = Dictionary(
      (status?.failures ?? []).map { ($0.trial, $0) }, uniquingKeysWith: { $1 })
    return .table(
      ["trial", "what", "state", "cause", "message"],
      failed.map { summary in
        let failure = known[summary.trial.id.description]
        let log = failure.map(\.logPath) ?? ""
        let cause = summary.cause?.text ?? failure?.cause ?? ""
        // Some messages begin with their cause, which has a column of its own.
        // Of a pruned trial its file tells when and why.
        let message = failure?.message ?? summary.warnings.joined(separator: "; ")
        let reason = message.hasPrefix(cause + ": ") ? String(message.dropFirst(cause.count + 2)) : message
        return [
          .code(summary.trial.id.description), HTML(label(summary.trial)), HTML(summary.state.rawValue),
          HTML(cause),
          .element(
            "div", ["class": "wide"],
            HTML(reason)
              + (log.isEmpty ? HTML("") : HTML(markup: "<br>") + HTML("log: ") + .code(log))),
        ]
      })
  }

  /// By cause: how often, where, and what was last said.
  private var interruptedAttempts: [[HTML]] {
    var groups: [(cause: String, attempts: [AttemptRecord])] = []
    for summary in results.summaries {
      for attempt in origins[summary.trial.id]?.attempts ?? [] {
        guard let cause = attempt.cause, cause != .completed else { continue }
        if let index = groups.firstIndex(where: { $0.cause == cause.text }) {
          groups[index].attempts.append(attempt)
        } else {
          groups.append((cause.text, [attempt]))
        }
      }
    }
    return groups.map { cause, attempts in
      let latest = attempts.max { $0.startedUnixSeconds < $1.startedUnixSeconds }
      return [
        HTML(cause), HTML(String(attempts.count)),
        HTML(Set(attempts.map(\.host)).sorted().joined(separator: ", ")),
        .element("div", ["class": "wide"], HTML(latest?.message ?? "")),
      ]
    }
  }
}
