import HDF5
import Trials

/// What a reader needs to know of a column.
struct ColumnDescription {
  var name: String
  var units: String
  var longName: String
  var better: Metric.Better?

  init(_ metric: Metric) {
    name = metric.name
    units = metric.units
    longName = metric.longName
    better = metric.better
  }

  init(_ name: String, units: String, _ longName: String, better: Metric.Better? = nil) {
    self.name = name
    self.units = units
    self.longName = longName
    self.better = better
  }

  func describe(_ dataset: Dataset) throws {
    try dataset.setAttribute("units", units)
    try dataset.setAttribute("long_name", longName)
    if let better { try dataset.setAttribute("better", better.rawValue) }
  }

  // "s", not "seconds": xarray turns columns in "seconds" into time differences.
  static let timing = [
    ColumnDescription("seconds", units: "s", "wall time of the training steps of the epoch"),
    ColumnDescription(
      "images_per_second", units: "1/s", "training images per second of training", better: .higher),
  ]
  static let epoch = ColumnDescription("epoch", units: "1", "finished training epochs; 0: before training")
}

extension EpochTable {
  /// - Returns: what is wrong with the columns' names, or nil.
  func fault(_ columns: [ColumnDescription]) -> String? {
    if let missing = columns.first(where: { !names.contains($0.name) }) {
      return "lacks the column '\(missing.name)'; what was not measured is NaN"
    }
    let known = columns.map(\.name)
    if let unknown = names.first(where: { !known.contains($0) }) {
      return "has an unknown column '\(unknown)'"
    }
    if Set(names).count != names.count { return "has a column twice" }
    if epochs.isEmpty { return "has no row" }
    return nil
  }

  /// Writes one column after the other along the scale `epoch`, in the order of `columns`.
  func write(in group: Group, _ columns: [ColumnDescription]) throws {
    let scale = try group.createDataset(
      "epoch", shape: [epochs.count], values: epochs, storage: TensorGroups.storage)
    try scale.makeScale()
    try ColumnDescription.epoch.describe(scale)
    for column in columns {
      guard let values = self[column.name] else { continue }
      let dataset = try group.createDataset(
        column.name, shape: [values.count], values: values, storage: TensorGroups.storage)
      try dataset.attach(scale, toAxis: 0)
      try column.describe(dataset)
    }
  }

  /// Reads what `write` wrote.
  ///
  /// - Throws: `ResultStoreError` (damaged) when the columns are not of one length.
  init(readFrom group: Group, path: String) throws {
    let epochs = try group.dataset("epoch").read(as: Int32.self)
    var names: [String] = []
    var columns: [[Double]] = []
    for member in try group.members() where member.kind == .dataset && member.name != "epoch" {
      let values = try group.dataset(member.name).read(as: Double.self)
      guard values.count == epochs.count else {
        throw ResultStoreError(
          .damaged, path,
          "\(group.path)/\(member.name) has \(values.count) rows, \(group.path)/epoch \(epochs.count)")
      }
      names.append(member.name)
      columns.append(values)
    }
    self.init(names: names, epochs: epochs, columns: columns)
  }
}
