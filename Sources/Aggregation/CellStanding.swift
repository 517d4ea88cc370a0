import Trials

/// How a cell's value stands against the best of those it is compared with.
public struct CellStanding: Hashable, Sendable {
  public enum Place: String, Hashable, Sendable {
    case best
    /// Not different from the best at 5 %.
    case notDifferent = "not_different"
    case worse
    /// One value on either side, which no test can tell apart.
    case untested
  }

  public let place: Place
  /// Against the best, adjusted by Holm for as many tests as there were; nil for the best and the untested.
  public let adjustedP: Double?
  /// `paired t` or `Welch t`; nil without a test.
  public let test: String?

  /// Shown in bold.
  public var isBold: Bool { place == .best || place == .notDifferent }

  static let level = 0.05

  /// Ranks cells that are compared with one another.
  ///
  /// - Parameters:
  ///   - values: per cell the finite values by what they were repeated over; empty where nothing was measured.
  ///   - better: which direction is better.
  /// - Returns: one per cell; nil for cells without a value, and for all where only one has any.
  static func ranking(_ values: [[ComparisonTable.Key: Double]], better: Metric.Better) -> [CellStanding?] {
    let means = values.map { $0.isEmpty ? nil : Estimate.mean($0.values.sorted()) }
    let measured = values.indices.filter { means[$0] != nil }
    guard measured.count > 1 else { return values.map { _ in nil } }
    // A single lucky value is not the best of cells that have repeated ones.
    let repeated = measured.filter { values[$0].count > 1 }
    let candidates = repeated.isEmpty ? measured : repeated
    func isBetter(_ a: Int, _ b: Int) -> Bool {
      guard let a = means[a], let b = means[b] else { return false }
      return better == .higher ? a > b : a < b
    }
    let best = candidates.reduce(candidates[0]) { isBetter($1, $0) ? $1 : $0 }
    let tests = values.indices.map { index in
      index == best || means[index] == nil ? nil : TwoSampleTest(values[index], values[best])
    }
    let tested = tests.indices.filter { tests[$0] != nil }
    let adjusted = TwoSampleTest.holm(tested.compactMap { tests[$0]?.pValue })
    var standings: [CellStanding?] = values.indices.map { index in
      guard means[index] != nil else { return nil }
      let place: Place = index == best || means[index] == means[best] ? .best : .untested
      return CellStanding(place: place, adjustedP: nil, test: nil)
    }
    for (index, p) in zip(tested, adjusted) {
      let place: Place = means[index] == means[best] ? .best : p > level ? .notDifferent : .worse
      standings[index] = CellStanding(place: place, adjustedP: p, test: tests[index]?.kind.rawValue)
    }
    return standings
  }
}
