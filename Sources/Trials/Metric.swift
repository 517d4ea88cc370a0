/// One metric: its name in files and tables, and what a reader needs to know of it.
public struct Metric: Hashable, Sendable {
  public enum Better: String, Sendable { case higher, lower }

  public let name: String
  public let units: String
  public let longName: String
  public let better: Better

  init(_ name: String, units: String, better: Better, _ longName: String) {
    self.name = name
    self.units = units
    self.longName = longName
    self.better = better
  }
}

extension Metric {
  public static let trainLoss = Metric(
    "train_loss", units: "nats", better: .lower,
    "what training minimises, mean over the steps of the epoch: minus the ELBO, or the objective of run_jv or sop"
  )
  public static let testELBO = Metric(
    "test_elbo", units: "nats", better: .higher, "ELBO with the sampled KL, mean over all test images")
  public static let testELBODiscreteKL = Metric(
    "test_elbo_discrete_kl", units: "nats", better: .higher,
    "ELBO with the discrete KL, mean over all test images")
  public static let valELBO = Metric(
    "val_elbo", units: "nats", better: .higher,
    "ELBO with the sampled KL, mean over the held-out training images")
  public static let nRequired = Metric(
    "n_required", units: "1", better: .lower, "sticks or categories in use")
  public static let gradientNorm = Metric(
    "gradient_norm", units: "1", better: .lower,
    "Euclidean norm of the gradient of all parameters, mean over the steps of the epoch")
  public static let testLogLikelihood = Metric(
    "test_log_likelihood", units: "nats", better: .higher,
    "IWAE bound on the test log-likelihood, mean over images")
  public static let testLogLikelihoodPublished = Metric(
    "test_log_likelihood_published", units: "nats", better: .higher,
    "the published code's figure, with the closed KL inside the mean; not a bound")
  public static let standardError = Metric(
    "standard_error", units: "nats", better: .lower, "Monte-Carlo standard error of test_log_likelihood")
  public static let samples = Metric(
    "samples", units: "1", better: .higher, "samples per image of test_log_likelihood")
  public static let bestEpoch = Metric(
    "best_epoch", units: "1", better: .higher, "epoch with the best selection metric")

  public static let vanishedGradients = Metric(
    "vanished_gradients", units: "1", better: .lower,
    "share of |g| <= 1e-10 among the gradients of each example's loss with respect to the discrete parameters"
  )
  public static let gradientVariance = Metric(
    "gradient_variance", units: "1", better: .lower,
    "variance of the gradients with respect to the discrete parameters, mean over the steps of the epoch")
  public static let vertexDistance = Metric(
    "vertex_distance", units: "1", better: .lower,
    "distance of psi to its vertex, mean over test images, 100 samples each and variables")
  public static let unmetThreshold = Metric(
    "unmet_threshold", units: "1", better: .lower,
    "share of (image, sample, variable) whose sticks all together stay at or below the threshold")
  public static let targetDistance = Metric(
    "target_distance", units: "1", better: .lower,
    "distance of the mean of psi to the target: KL in nats, or squared (fit_loss)")
  public static let expectedLoss = Metric(
    "expected_loss", units: "1", better: .lower, "expectation of the toy's loss under the fitted bits")
  public static let vertexDistanceMedian = Metric(
    "vertex_distance_median", units: "1", better: .lower, "median distance of psi to its vertex")
  public static let vertexDistanceP10 = Metric(
    "vertex_distance_p10", units: "1", better: .lower, "tenth percentile of the distance of psi to its vertex"
  )
  public static let vertexDistanceP20 = Metric(
    "vertex_distance_p20", units: "1", better: .lower,
    "twentieth percentile of the distance of psi to its vertex")
  public static let vertexDistanceDeviation = Metric(
    "vertex_distance_deviation", units: "1", better: .lower,
    "standard deviation of the distance of psi to its vertex")

  /// Measured per epoch of an image model, in the order of the file; what is recorded on request follows.
  public static let perEpoch: [Metric] = [
    trainLoss, testELBO, testELBODiscreteKL, valELBO, nRequired, gradientNorm,
  ]
  /// Measured once at the end of an image model, in the order of the file.
  public static let atEnd: [Metric] = [
    testLogLikelihood, standardError, samples, testLogLikelihoodPublished, bestEpoch,
  ]
  public static let all: [Metric] =
    perEpoch + atEnd + [
      vanishedGradients, gradientVariance, vertexDistance, unmetThreshold, targetDistance, expectedLoss,
      vertexDistanceMedian, vertexDistanceP10, vertexDistanceP20, vertexDistanceDeviation,
    ]

  /// False for what describes a trial and makes none better than another, whatever `better` says for its column: counts,
  /// the norm of gradients, a spread.
  public var ranksTrials: Bool {
    ![.nRequired, .gradientNorm, .samples, .bestEpoch, .vertexDistanceDeviation].contains(self)
  }

  public static func named(_ name: String) -> Metric? { all.first { $0.name == name } }

  /// True for what is measured on test images, which no selection may use.
  public var isMeasuredOnTestImages: Bool {
    name.hasPrefix("test_") || [.standardError, .samples, .vertexDistance, .unmetThreshold].contains(self)
  }
}
