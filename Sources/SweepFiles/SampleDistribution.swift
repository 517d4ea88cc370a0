import Glibc
import Trials

/// What one name of `sample` is drawn from.
enum SampleDistribution {
  /// Uniform on the interval.
  case uniform(Double, Double)
  /// The logarithm is uniform on the interval's logarithms.
  case loguniform(Double, Double)
  /// Integers with both ends, each equally likely.
  case int(Int, Int)
  /// Each equally likely.
  case choice([SweepDefinition.PlacedValue])

  static let names = ["uniform", "loguniform", "int", "choice"]

  /// The value at `share` of the distribution's mass, reals rounded to 12 significant digits as on every axis.
  ///
  /// - Parameter share: in [0, 1).
  func value(at share: Double) -> HyperparameterValue {
    switch self {
    case .uniform(let low, let high): .real(AxisGenerator.rounded(low + (high - low) * share))
    case .loguniform(let low, let high): .real(AxisGenerator.rounded(low * pow(high / low, share)))
    case .int(let low, let high):
      // The product may round up to the count itself.
      .integer(low + min(Int(Double(high - low + 1) * share), high - low))
    case .choice(let values): values[min(Int(Double(values.count) * share), values.count - 1)].value
    }
  }
}

/// `sample: {n: …, seed: …, method: …, of: {…}}` while it is read.
struct SampleDefinition {
  enum Method: String, CaseIterable { case sobol, random }

  struct Dimension {
    let name: String
    let distribution: SampleDistribution
    /// Of the name.
    let place: SweepFileProblem.Place
    /// Of the distribution.
    let valuePlace: SweepFileProblem.Place
    /// Counts the names as written, so that a name that `--set` fixes takes nothing from the others' draws.
    let number: Int
  }

  /// Nil until `sample` is read.
  var place: SweepFileProblem.Place?
  var count: Int?
  var seed: Int?
  var method = Method.sobol
  var dimensions: [Dimension] = []

  /// The shares of `count` draws, one for each dimension.
  func shares() -> [[Double]] {
    let count = count ?? 0
    let draws = SampleDraws(seed: seed)
    return (0..<count).map { index in
      dimensions.map { dimension in
        switch method {
        case .sobol: draws.sobol(index, dimension: dimension.number)
        case .random: draws.random(index, dimension: dimension.number)
        }
      }
    }
  }
}
