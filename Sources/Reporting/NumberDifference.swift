import ResultStore
import Trials

/// One named number, column or tensor that two trial files hold differently.
public struct NumberDifference: Hashable, Sendable {
  /// As `metrics/test_elbo`, `final/samples`, `tensors/weights/encoder_1/kernel`.
  public let name: String
  /// The largest absolute difference; infinite where a value is missing or not finite on one side only.
  public let largest: Double
  /// Where it is: the epoch of a metric; nil for a scalar or a tensor.
  public let epoch: Int?
  /// Both values there, the first folder's first; nil where one side has none.
  public let values: [Double?]

  /// Metrics and final numbers that are not the same bits, the largest difference first.
  static func between(_ a: TrialNumbers, _ b: TrialNumbers) -> [NumberDifference] {
    var differences: [NumberDifference] = []
    for name in union(a.metrics.names, b.metrics.names) {
      if let difference = column(name, a.metrics, b.metrics) { differences.append(difference) }
    }
    for name in union(a.finals.map(\.name), b.finals.map(\.name)) {
      let values = [a, b].map { numbers in numbers.finals.first { $0.name == name }?.value }
      guard values[0]?.bitPattern != values[1]?.bitPattern else { continue }
      differences.append(
        NumberDifference(
          name: "final/" + name, largest: distance(values[0], values[1]), epoch: nil, values: values))
    }
    return differences.sorted { ($1.largest, $0.name) < ($0.largest, $1.name) }
  }

  /// Tensors that are not the same bits, the largest difference first.
  static func between(_ a: [NamedTensor], _ b: [NamedTensor]) -> [NumberDifference] {
    let differences = union(a.map(\.name), b.map(\.name)).compactMap { name -> NumberDifference? in
      let (first, second) = (a.first { $0.name == name }, b.first { $0.name == name })
      guard let first, let second, first.shape == second.shape else {
        return NumberDifference(name: "tensors/" + name, largest: .infinity, epoch: nil, values: [])
      }
      var largest: Double?
      for (x, y) in zip(first.values, second.values) where x.bitPattern != y.bitPattern {
        largest = max(largest ?? 0, distance(Double(x), Double(y)))
      }
      return largest.map { NumberDifference(name: "tensors/" + name, largest: $0, epoch: nil, values: []) }
    }
    return differences.sorted { ($1.largest, $0.name) < ($0.largest, $1.name) }
  }

  private static func column(_ name: String, _ a: EpochTable, _ b: EpochTable) -> NumberDifference? {
    func byEpoch(_ table: EpochTable) -> [Int32: Double] {
      Dictionary(zip(table.epochs, table[name] ?? [])) { $1 }
    }
    let (first, second) = (byEpoch(a), byEpoch(b))
    var worst: NumberDifference?
    for epoch in Set(first.keys).union(second.keys).sorted() {
      let values = [first[epoch], second[epoch]]
      guard values[0]?.bitPattern != values[1]?.bitPattern else { continue }
      // A row of NaN and no row at all both say that nothing was measured.
      if (values[0] ?? .nan).isNaN, (values[1] ?? .nan).isNaN { continue }
      let size = distance(values[0], values[1])
      if size > worst?.largest ?? -1 {
        worst = NumberDifference(name: "metrics/" + name, largest: size, epoch: Int(epoch), values: values)
      }
    }
    return worst
  }

  private static func distance(_ a: Double?, _ b: Double?) -> Double {
    guard let a, let b else { return .infinity }
    if a.isNaN && b.isNaN { return 0 }
    let distance = abs(a - b)
    return distance.isNaN ? .infinity : distance
  }

  private static func union(_ a: [String], _ b: [String]) -> [String] {
    a + b.filter { !a.contains($0) }
  }
}
