import ResultStore
import SweepFiles
import Trials

/// What another version of a sweep file makes of a results folder: for a person, before anything runs.
public struct SweepDifference: Sendable {
  /// Named now and not before, without a result.
  public let new: [String]
  /// Have a result that counts.
  public let kept: [String]
  /// Named before and now, without a result.
  public let again: [String]
  /// Named before and not now, with a result or without: label and whether there is one.
  public let retired: [(label: String, hasResult: Bool)]
  /// Hyperparameters whose values are all others than before: name, and what it was and is.
  public let changes: [(name: String, before: String, now: String)]
  /// Of `new`: how many begin at the final checkpoint of a trial that differs in `epochs` alone, and how many such
  /// trials kept none and so train from the start.
  public let continuing: Int
  public let startingOver: Int

  /// - Parameters:
  ///   - old: the folder's plan so far; nil where its file no longer gives one.
  ///   - published: trials with a file under its final name.
  ///   - shorter: of the folder.
  public init(
    from old: SweepPlan?, to plan: SweepPlan, published: Set<TrialID>,
    shorter: ShorterTrials = ShorterTrials()
  ) {
    let trials = plan.sweep.trials
    let before = Set(old?.sweep.trials.map(\.id) ?? [])
    let now = Set(trials.map(\.id))
    let fresh = trials.filter { !published.contains($0.id) && !before.contains($0.id) }
    new = fresh.map(plan.label)
    kept = trials.filter { published.contains($0.id) }.map(plan.label)
    again = trials.filter { !published.contains($0.id) && before.contains($0.id) }.map(plan.label)
    retired = (old?.sweep.trials ?? []).filter { !now.contains($0.id) }.map { trial in
      (old?.label(of: trial) ?? "", published.contains(trial.id))
    }
    changes = Self.changes(from: old?.sweep.compared ?? [], to: plan.sweep.compared)
    let longer = fresh.map { shorter.standing(of: $0) }
    continuing = longer.count { if case .continues = $0 { true } else { false } }
    startingOver = longer.count { $0 == .keptNoCheckpoint }
  }

  /// Nothing but settings differs.
  public var isOfSettingsAlone: Bool { new.isEmpty && retired.isEmpty }

  private static func changes(
    from old: [Trial], to new: [Trial]
  ) -> [(name: String, before: String, now: String)] {
    guard !old.isEmpty else { return [] }
    let (before, now) = (
      ConfigurationColumns(old.map(\.configuration)), ConfigurationColumns(new.map(\.configuration))
    )
    return Hyperparameter.all.compactMap { hyperparameter in
      let was = before.column(hyperparameter.name).values.compactMap { $0 }
      let here = now.column(hyperparameter.name).values.compactMap { $0 }
      guard was != here, Set(was).isDisjoint(with: here) else { return nil }
      func text(_ values: [HyperparameterValue]) -> String {
        if values.isEmpty { return "nothing" }
        return values.prefix(4).map(\.labelText).joined(separator: ", ") + (values.count > 4 ? ", …" : "")
      }
      return (hyperparameter.name, text(was), text(here))
    }
  }

  /// Lines without colour, the last without an end.
  public var text: String {
    func line(_ count: Int, _ what: String, _ labels: [String]) -> String? {
      guard count > 0 else { return nil }
      let some = labels.prefix(3).joined(separator: ", ")
      return "  \(count) \(what): \(some)" + (labels.count > 3 ? ", …" : "")
    }
    var lines = [
      line(new.count, "new", new), line(kept.count, "kept, with their results", kept),
      line(again.count, "to run again, without a result so far", again),
      line(retired.count, "no longer named", retired.map(\.label)),
    ].compactMap { $0 }
    let left = retired.count { $0.hasResult }
    if left > 0 {
      lines.append("    \(left) of them have results, which stay in the folder and are counted nowhere")
    }
    for change in changes {
      lines.append("  every trial changes: \(change.name) was \(change.before), is \(change.now)")
    }
    if continuing > 0 {
      lines.append(
        "  \(continuing) of the new go on from the final checkpoints of trials that differ in epochs alone")
    }
    if startingOver > 0 {
      lines.append(
        "  \(startingOver) of the new differ from finished trials in epochs alone, but those kept no final checkpoint"
          + " (checkpoint: {keep_final: true} would have): they train from the start")
    }
    return lines.joined(separator: "\n")
  }
}
