import Planning
import SweepFiles
import Trials

/// A sweep that needs no data and no engine: one trial for each seed.
enum ScaleSweep {
  static func text(trials: Int) -> String {
    """
    name: scale
    description: trials that do nothing, to measure the coordinator
    base: {experiment: relax_toy, estimator: rebar, toy_targets: [0.4], epochs: 1}
    grid: {seed: {range: [1, \(trials), 1]}}

    """
  }

  static func plan(file: String) throws -> SweepPlan { try SweepDefinition.open(path: file).planWithData() }

  /// What a trial that does nothing reports: ten metrics.
  static func metrics(of trial: Trial) -> [String: Double] {
    let seed = Double(trial.configuration.seed)
    return Dictionary(uniqueKeysWithValues: (0..<10).map { ("metric_\($0)", seed + Double($0) / 8) })
  }
}
