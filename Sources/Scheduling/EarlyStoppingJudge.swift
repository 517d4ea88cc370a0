import Trials

/// Applies a sweep's early-stopping rule to what is measured at the ends of training epochs.
///
/// Trials are compared within groups (`EarlyStopping.over`). A trial that others wait for is never judged, because
/// they would fail with it.
struct EarlyStoppingJudge: Sendable {
  let rule: EarlyStopping
  /// The group of each trial by its index; nil for one that is not judged.
  private let groups: [Int32?]
  /// At most this many judgements of one trial by the median rule: each is a row of the ledger.
  private static let medianJudgements = 32
  /// Epochs between two looks of the median rule.
  private let medianStride: Int
  private var shares: [Rung: BestShare] = [:]
  private var medians: [Rung: RunningMedian] = [:]
  /// The best value so far, by trial, in the sense that smaller is better.
  private var best: [Int: Double] = [:]
  private(set) var decisions: [Int: [PruningDecision]] = [:]

  private struct Rung: Hashable {
    var group: Int32
    var epoch: Int
  }

  init(_ rule: EarlyStopping, trials: [Trial], neverJudged: Set<Int>) {
    self.rule = rule
    var numbers: [String: Int32] = [:]
    let searched = Set(rule.over)
    groups = trials.enumerated().map { index, trial in
      guard !neverJudged.contains(index) else { return nil }
      let key: String
      if searched.isEmpty {
        key = ""
      } else {
        key = trial.configuration.values.filter { !searched.contains($0.key) }
          .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.canonicalJSON)" }.joined(separator: ",")
      }
      let number = numbers[key] ?? Int32(numbers.count)
      numbers[key] = number
      return number
    }
    let longest = trials.reduce(1) { max($0, $1.configuration.epochs) }
    medianStride = max(1, (longest + Self.medianJudgements - 1) / Self.medianJudgements)
  }

  /// Takes a decision of an earlier life of the coordinator into account.
  mutating func recall(_ decision: PruningDecision, of trial: Int) {
    guard let group = groups[trial] else { return }
    keep(decision, of: trial, in: group)
    let value = signed(decision.value)
    best[trial] = min(best[trial] ?? value, value)
  }

  /// Judges a measurement where the rule has to.
  ///
  /// - Parameter value: of the rule's metric.
  /// - Returns: a new decision; nil where there is nothing to decide or it was decided before.
  /// - Complexity: O(log n) in the trials that reached the epoch.
  mutating func judge(
    _ trial: Int, epoch: Int, value: Double, at unixSeconds: Double
  ) -> PruningDecision? {
    guard value.isFinite, let group = groups[trial] else { return nil }
    let signedValue = signed(value)
    best[trial] = min(best[trial] ?? signedValue, signedValue)
    guard let rung = rung(reachedAt: epoch), !isDecided(trial, at: rung), pruning(of: trial) == nil else {
      return nil
    }
    let place = Rung(group: group, epoch: rung)
    var decision = PruningDecision(
      rung: rung, value: value, cutoff: nil, verdict: .goOn, unixSeconds: unixSeconds)
    switch rule.rule {
    case .asha(_, let reduction):
      // The trial itself has reached the rung and counts.
      var share = shares[place] ?? BestShare(divisor: reduction)
      share.insert(signedValue)
      if let cutoff = share.cutoff {
        decision.cutoff = signed(cutoff)
        if signedValue > cutoff { decision.verdict = .prune }
      }
    case .median(_, let minimumTrials):
      let bestSoFar = best[trial] ?? signedValue
      decision.value = signed(bestSoFar)
      if let others = medians[place], others.count >= minimumTrials, let median = others.median {
        decision.cutoff = signed(median)
        if bestSoFar > median { decision.verdict = .prune }
      }
    }
    keep(decision, of: trial, in: group)
    return decision
  }

  /// The verdict that ends the trial, if there is one.
  func pruning(of trial: Int) -> PruningDecision? { decisions[trial]?.last { $0.verdict == .prune } }

  private mutating func keep(_ decision: PruningDecision, of trial: Int, in group: Int32) {
    guard !isDecided(trial, at: decision.rung) else { return }
    decisions[trial, default: []].append(decision)
    let place = Rung(group: group, epoch: decision.rung)
    switch rule.rule {
    case .asha(_, let reduction):
      shares[place, default: BestShare(divisor: reduction)].insert(signed(decision.value))
    case .median: medians[place, default: RunningMedian()].insert(signed(decision.value))
    }
  }

  private func isDecided(_ trial: Int, at rung: Int) -> Bool {
    decisions[trial]?.contains { $0.rung == rung } ?? false
  }

  /// Smaller is better inside.
  private func signed(_ value: Double) -> Double {
    rule.objective.direction == .minimize ? value : -value
  }

  /// The newest rung that a trial has reached that is measured at `epoch`. A metric that is not measured at every
  /// epoch is judged at the first measurement at or after the rung.
  private func rung(reachedAt epoch: Int) -> Int? {
    switch rule.rule {
    case .asha(let minimumEpochs, let reduction):
      guard epoch >= minimumEpochs else { return nil }
      var rung = minimumEpochs
      while rung <= epoch / reduction { rung *= reduction }
      return rung
    case .median(let startEpochs, _):
      guard epoch >= startEpochs else { return nil }
      return startEpochs + (epoch - startEpochs) / medianStride * medianStride
    }
  }
}
