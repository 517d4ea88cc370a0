import Trials

/// Which value of the selected hyperparameters one cell shows.
///
/// Values whose trials all completed come before others, so that a mean over few lucky seeds never wins against a
/// whole one; among equals the better mean of the selection metric, and of equal means the value given first.
struct SelectionChoice {
  /// Values of the selected names; nil while none can be chosen.
  let chosen: ComparisonTable.Key?
  let candidateCount: Int
  /// Those with the chosen value, or all while none is chosen.
  let trials: [TrialSummary]
  /// What to tell the reader about the choice; nil when there is nothing to tell.
  let remark: String?

  /// - Parameter metric: nil where nothing is to be chosen, which makes the trials one candidate.
  init(among trials: [TrialSummary], select: [String], by metric: Metric?) {
    var order: [ComparisonTable.Key] = []
    var members: [ComparisonTable.Key: [TrialSummary]] = [:]
    for trial in trials {
      let key = ComparisonTable.key(trial, select)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(trial)
    }
    candidateCount = order.count
    guard order.count > 1, let metric else {
      chosen = order.first
      self.trials = trials
      remark = nil
      return
    }
    let candidates = order.map { Candidate(key: $0, trials: members[$0] ?? [], metric: metric) }
    let eligible = candidates.filter { $0.score.count > 0 }
    guard var best = eligible.first else {
      chosen = nil
      self.trials = trials
      remark = nil
      return
    }
    for candidate in eligible.dropFirst() where candidate.isBetter(than: best, metric) { best = candidate }
    chosen = best.key
    self.trials = best.trials
    let incomplete = candidates.filter { !$0.isComplete }.map { candidate in
      Swift.zip(select, candidate.key).map { "\($0) \(ComparisonTable.text($1))" }.joined(separator: " ")
        + " has \(metric.name) of \(candidate.score.count) of \(candidate.trials.count) trials"
    }
    let list = incomplete.joined(separator: ", ")
    if incomplete.isEmpty {
      remark = nil
    } else if best.isComplete {
      remark = "chosen among complete values only; \(list)"
    } else {
      remark = "the choice may still change; \(list)"
    }
  }

  private struct Candidate {
    let key: ComparisonTable.Key
    let trials: [TrialSummary]
    let score: Estimate

    init(key: ComparisonTable.Key, trials: [TrialSummary], metric: Metric) {
      self.key = key
      self.trials = trials
      score = Estimate(of: trials.filter { $0.state == .completed }.map { $0.metrics[metric.name] ?? .nan })
    }

    var isComplete: Bool { score.count == trials.count }

    func isBetter(than other: Candidate, _ metric: Metric) -> Bool {
      if isComplete != other.isComplete { return isComplete }
      if !isComplete, score.count != other.score.count { return score.count > other.score.count }
      guard let mean = score.mean, let otherMean = other.score.mean else { return false }
      return metric.better == .higher ? mean > otherMean : mean < otherMean
    }
  }
}
