import Aggregation
import Trials

/// Which figures an experiment has.
struct FigurePlan {
  /// Hyperparameters whose values tell the lines of a panel apart.
  var rows: [String]
  /// Each drawn against the epoch in a figure of its own.
  var byEpoch: [Metric]
  /// Drawn against the temperature, in one figure each: the figure's name and its panels.
  var byTemperature: [(name: String, metrics: [Metric])]
  /// True where trials keep the target and the distributions before and after the fit.
  var hasHistograms = false

  init(for experiment: Experiment) {
    func single(_ metrics: Metric...) -> [(name: String, metrics: [Metric])] {
      metrics.map { ($0.name, [$0]) }
    }
    rows = ["model_type"]
    switch experiment {
    case .vae:
      byEpoch = [.testELBO, .trainLoss]
      byTemperature = single(.testLogLikelihood, .vanishedGradients, .gradientVariance, .vertexDistance)
    case .sop:
      byEpoch = [.testLogLikelihood, .trainLoss]
      byTemperature = single(.testLogLikelihood)
    case .approximation, .priorFit:
      rows.append("n_required")
      byEpoch = [.targetDistance]
      byTemperature = single(.targetDistance)
      hasHistograms = true
    case .simplexProximity:
      byEpoch = []
      byTemperature = [
        (
          "vertex_distance",
          [.vertexDistanceMedian, .vertexDistanceP20, .vertexDistanceP10, .vertexDistanceDeviation]
        )
      ]
    case .relaxToy:
      rows = ["estimator"]
      byEpoch = [.expectedLoss, .gradientVariance]
      byTemperature = []
    }
  }

  /// Spans many powers of ten within one trial.
  static func isLogarithmic(_ metric: Metric) -> Bool {
    metric == .targetDistance || metric == .gradientVariance
  }

  /// Every name that a figure of any experiment may have, without its page.
  static var everyName: [String] {
    let plans = Experiment.allCases.map(FigurePlan.init)
    let names =
      plans.flatMap { plan in
        plan.byEpoch.map { epochName($0) } + plan.byTemperature.map { temperatureName($0.name) }
      } + [histogramsName]
    return Set(names).sorted()
  }

  static func epochName(_ metric: Metric) -> String { metric.name + "_by_epoch" }
  static func temperatureName(_ name: String) -> String { name + "_by_temp" }
  static let histogramsName = "histograms"
}
