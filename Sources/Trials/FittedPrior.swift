/// The prior that a trial of experiment `prior_fit` found: what a trial with `prior: {fit: …}` needs beside its
/// configuration.
public struct FittedPrior: Hashable, Sendable {
  /// Mean and log deviation of each stick, of one length.
  public let mu: [Double]
  public let xi: [Double]

  /// - Precondition: as many means as log deviations.
  public init(mu: [Double], xi: [Double]) {
    precondition(mu.count == xi.count, "a prior has a mean and a log deviation for each stick")
    self.mu = mu
    self.xi = xi
  }
}
