import Trials

extension SweepPlan {
  /// The plan for programs: one JSON object with `name`, `description`, `digest`, `trial_count`, `excluded_count`,
  /// `merged_count`, `varying`, `objective` (or null), `checkpoint_every_seconds`, `retry`, `warnings`, `estimate` (or
  /// null) and `trials`, each with `id`, `label`, `config`, `data_digest`, `threads`, `priority`, `depends_on` and, where
  /// that is known, `done`. One line per trial, ending in a newline.
  ///
  /// - Parameters:
  ///   - estimate: a JSON value of what the plan costs.
  ///   - done: trials with a result; nil: not known.
  public func json(estimate: String? = nil, done: Set<TrialID>? = nil) -> String {
    let quoted = { (text: String) in HyperparameterValue.string(text).canonicalJSON }
    let list = { (texts: [String]) in "[" + texts.map(quoted).joined(separator: ", ") + "]" }
    let objective =
      sweep.objective.map {
        "{\"metric\": \(quoted($0.metric.name)), \"direction\": \(quoted($0.direction.rawValue))}"
      } ?? "null"
    let trials = sweep.trials.map { trial in
      "    {\"id\": \(quoted(trial.id.description)), \"label\": \(quoted(label(of: trial))),"
        + " \"data_digest\": \(quoted(trial.dataDigest)), \"threads\": \(trial.threads),"
        + " \"priority\": \(sweep.priorities[trial.id] ?? 0), \"depends_on\":"
        + " \(list((sweep.dependencies[trial.id] ?? []).sorted().map(\.description))),"
        + (done.map { " \"done\": \($0.contains(trial.id))," } ?? "")
        + " \"config\": \(trial.configuration.canonicalJSON)}"
    }
    let seconds = HyperparameterValue.real(sweep.checkpoint.everySeconds).canonicalJSON
    return """
      {
        "name": \(quoted(sweep.name)),
        "description": \(quoted(sweep.summary)),
        "digest": \(quoted(digest)),
        "trial_count": \(sweep.trials.count),
        "excluded_count": \(excludedCount),
        "merged_count": \(mergedCount),
        "varying": \(list(varying.names)),
        "objective": \(objective),
        "checkpoint_every_seconds": \(seconds),
        "retry": {"lost": \(sweep.retry.lost), "crash": \(sweep.retry.crash), "oom": \(sweep.retry.outOfMemory)},
        "warnings": \(list(warnings)),
        "estimate": \(estimate ?? "null"),
        "trials": [
      \(trials.joined(separator: ",\n"))
        ]
      }

      """
  }
}
