import HDF5
import Trials

/// A column of one value per row, as `summary.h5` and tables in HDF5 hold it.
public struct StoredColumn: Sendable {
  public enum Values: Sendable {
    case texts([String])
    case integers([Int64])
    /// NaN where there is none.
    case numbers([Double])
    /// 0 or 1.
    case flags([Int8])
  }

  public var name: String
  public var values: Values
  /// In words; empty for nothing to say.
  public var longName: String
  public var units: String?
  public var better: Metric.Better?

  public init(
    _ name: String, _ values: Values, longName: String = "", units: String? = nil,
    better: Metric.Better? = nil
  ) {
    self.name = name
    self.values = values
    self.longName = longName
    self.units = units
    self.better = better
  }

  /// A hyperparameter's values in the narrowest of the plain types. Where some trial has none, numbers and booleans
  /// become float64 with NaN, texts the empty text; lists are their JSON.
  public init(_ name: String, hyperparameters values: [HyperparameterValue?], longName: String) {
    self.init(name, Self.typed(values), longName: longName)
  }

  private static func typed(_ values: [HyperparameterValue?]) -> Values {
    let present = values.compactMap(\.self)
    let isWhole = present.count == values.count
    var integers: [Int64] = []
    var numbers: [Double] = []
    var flags: [Int8] = []
    for value in values {
      switch value {
      case nil: numbers.append(.nan)
      case .integer(let integer):
        integers.append(Int64(integer))
        numbers.append(Double(integer))
      case .real(let real): numbers.append(real)
      case .boolean(let flag):
        flags.append(flag ? 1 : 0)
        numbers.append(flag ? 1 : 0)
      case .string, .list: continue
      }
    }
    if integers.count == values.count, isWhole { return .integers(integers) }
    if flags.count == values.count, isWhole { return .flags(flags) }
    if numbers.count == values.count { return .numbers(numbers) }
    return .texts(values.map { $0?.displayText ?? "" })
  }

  func write(in group: Group, along scale: Dataset, count: Int) throws {
    let dataset: Dataset =
      switch values {
      case .texts(let values): try group.createDataset(name, shape: [count], values: values)
      case .integers(let values):
        try group.createDataset(name, shape: [count], values: values, storage: TensorGroups.storage)
      case .numbers(let values):
        try group.createDataset(name, shape: [count], values: values, storage: TensorGroups.storage)
      case .flags(let values):
        try group.createDataset(name, shape: [count], values: values, storage: TensorGroups.storage)
      }
    try dataset.attach(scale, toAxis: 0)
    if !longName.isEmpty { try dataset.setAttribute("long_name", longName) }
    if let units { try dataset.setAttribute("units", units) }
    if let better { try dataset.setAttribute("better", better.rawValue) }
  }
}

extension Group {
  /// The scale of an axis: its indices 0, 1, ….
  func createIndexScale(_ name: String, count: Int) throws -> Dataset {
    let scale = try createDataset(
      name, shape: [count], values: (0..<Int32(count)).map { $0 }, storage: TensorGroups.storage)
    try scale.makeScale()
    return scale
  }
}
