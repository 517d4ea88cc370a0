/// The toy problem on which REBAR and RELAX are compared (Tucker 2017; Grathwohl 2018, section 4.1; engine
/// specification part 11): minimise E Σ(b − t)² over the logits of independent bits b.
public struct ToyConfiguration: Hashable, Sendable {
  public enum Estimator: String, CaseIterable, Sendable {
    /// The score function's estimate, no control variate.
    case reinforce
    /// c(z) = scale·f(sigmoid(z/exp(log_temp))) (Tucker 2017).
    case rebar
    /// c(z) = f(s) + r(s), s = sigmoid(z/exp(log_temp)) (Grathwohl 2018).
    case relax
  }

  public var estimator: Estimator
  /// t, one for each bit.
  public var targets: [Double]

  public init(estimator: Estimator, targets: [Double]) {
    self.estimator = estimator
    self.targets = targets
  }
}
