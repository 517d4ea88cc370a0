import Trials

extension SweepResults {
  /// A line about each fit of a prior, for people: what it is, how it stands, how far it is from its target.
  public var fitLines: [String] {
    let varying = VaryingHyperparameters(among: fits.map(\.trial.configuration))
    return fits.map { fit in
      let metric = fit.trial.configuration.selectionMetric
      let value = fit.metrics[metric.name].map { ", \(metric.name) \($0)" } ?? ""
      return
        "prior_fit \(varying.label(of: fit.trial.configuration)) (\(fit.trial.id)): \(fit.state.rawValue)\(value)"
    }
  }
}
