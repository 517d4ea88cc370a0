/// How the 95 % interval of a mean is computed.
public enum IntervalMethod: Hashable, Sendable {
  /// Student's t: exact where a metric is normally distributed over seeds.
  case studentT
  /// Percentile bootstrap (Efron and Tibshirani 1993, chapter 13) of the mean: from the 2.5th to the 97.5th percentile
  /// of the means of so many resamples. Assumes no distribution; narrow with few seeds.
  case bootstrap(seed: UInt64 = 1, resamples: Int = 9_999)

  /// For a caption.
  var text: String {
    switch self {
    case .studentT: "Student's t"
    case .bootstrap(let seed, let resamples):
      "percentile bootstrap, \(resamples) resamples, seed \(seed)"
    }
  }
}
