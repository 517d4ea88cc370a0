import Foundation

/// One number, measured several times, and what its median should be.
struct Figure: Codable {
  enum Target: Codable {
    case atLeast(Double)
    case below(Double)
    /// Told for comparison.
    case none
  }

  var name: String
  /// The median of `values`.
  var value: Double
  var unit: String
  var target: Target
  /// One of each run.
  var values: [Double]

  init(_ name: String, _ values: [Double], unit: String, target: Target = .none) {
    self.name = name
    self.values = values
    self.unit = unit
    self.target = target
    let inOrder = values.sorted()
    let middle = inOrder.count / 2
    value = inOrder.count % 2 == 1 ? inOrder[middle] : (inOrder[middle - 1] + inOrder[middle]) / 2
  }

  var holds: Bool {
    switch target {
    case .atLeast(let least): value >= least
    case .below(let most): value < most
    case .none: true
    }
  }

  var line: String {
    let wanted =
      switch target {
      case .atLeast(let least): String(format: "at least %g", least)
      case .below(let most): String(format: "below %g", most)
      case .none: ""
      }
    let range =
      values.count > 1
      ? String(format: "(%g to %g) ", values.min() ?? .nan, values.max() ?? .nan) : ""
    return name.padding(toLength: 66, withPad: " ", startingAt: 0) + String(format: "%10.3f ", value)
      + unit.padding(toLength: 6, withPad: " ", startingAt: 0) + range + wanted + (holds ? "" : "  MISSED")
  }
}

/// What `--json` writes.
struct Report: Codable {
  var figures: [Figure]
  /// Of the machine, over the last minute, before and after.
  var loadBefore: Double
  var loadAfter: Double

  static var load: Double {
    var loads = [0.0]
    return getloadavg(&loads, 1) == 1 ? loads[0] : .nan
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
