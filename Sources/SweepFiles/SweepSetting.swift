import Trials

/// The names of the sweep file that are not hyperparameters.
enum SweepSetting {
  /// Keys with the hyperparameters themselves inside.
  static let structural = ["base", "cases", "grid", "zip", "exclude", "when"]
  /// Keys with settings inside.
  static let sections = ["objective", "checkpoint", "retry", "resources", "sample"]
  static let known = [
    "name", "description", "early_stopping", "priority", "reproducibility", "objective.metric",
    "objective.direction", "checkpoint.every_seconds", "checkpoint.ship", "checkpoint.keep_final",
    "retry.lost", "retry.crash", "retry.oom", "retry.rules", "resources.threads", "resources.memory_mb",
    "resources.seconds", "sample.n", "sample.seed", "sample.method", "sample.of",
  ]

  /// Why `key`, which is none of `known`, cannot be set.
  static func refusal(of key: String) -> String {
    let section = key.split(separator: ".").first.map(String.init) ?? ""
    if Hyperparameter.named(key) != nil {
      return "'\(key)' is a hyperparameter; it belongs under 'base', 'cases', 'grid', 'zip' or 'sample: of'"
    }
    let siblings = known.filter { $0.hasPrefix(section + ".") }
    if key.contains("."), !siblings.isEmpty {
      let nearest = nearestName(to: key, among: siblings)
      return "unknown '\(key)'" + suggestion(nearest)
    }
    let top =
      structural + sections + ["num_of_repetitions"] + known.filter { !$0.contains(".") }
    return "unknown key '\(key)'" + suggestion(nearestName(to: key, among: top + Hyperparameter.everyName))
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }
}
