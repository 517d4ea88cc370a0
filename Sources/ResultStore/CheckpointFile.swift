import Digests
import Glibc
import HDF5
import Trials

/// Where a trial's training stands, as one HDF5 file. Replaced by rename, so that a reader finds the old one or the
/// new one, never a part.
public enum CheckpointFile {
  /// Rises when an older reader could misread a file.
  public static let schemaVersion = 2

  /// Puts a snapshot under `path`, in place of an older one.
  ///
  /// - Throws: `ResultStoreError`: `disk` with the system's reason. What was under `path` stays then.
  public static func write(_ snapshot: TrainingSnapshot, to path: String) throws(ResultStoreError) {
    let bytes = try ResultStoreError.translating(path) { try content(of: snapshot, for: path) }
    let temporary = TemporaryName.beside(path)
    do {
      try SealedFile.write(bytes, to: temporary)
      _ = try read(temporary, expecting: snapshot.trialID)
      try DurableFile.rename(temporary, to: path)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// The snapshot, the same bits that were written.
  ///
  /// - Parameter expecting: the trial it must belong to.
  /// - Throws: `ResultStoreError`: `missing` when there is none; anything else means that the checkpoint is unusable,
  ///   and the trial starts over.
  public static func read(
    _ path: String, expecting trial: TrialID
  ) throws(ResultStoreError) -> TrainingSnapshot {
    try ResultStoreError.translating(path) {
      let file = try SealedFile.open(path)
      let root = file.root
      let schema = Int(try root.attribute("checkpoint_version", as: Int32.self))
      guard schema == schemaVersion else {
        throw ResultStoreError(
          .newerSchema, path, "has checkpoint version \(schema), this program reads \(schemaVersion)")
      }
      let id: String = try root.attribute("trial_id")
      guard id == trial.description else {
        throw ResultStoreError(.wrongTrial, path, "is a checkpoint of trial \(id), not of \(trial)")
      }
      let snapshot = TrainingSnapshot(
        trialID: trial, epoch: Int(try root.attribute("epoch", as: Int64.self)),
        stepInEpoch: Int(try root.attribute("step_in_epoch", as: Int64.self)),
        step: Int(try root.attribute("step", as: Int64.self)),
        parameters: try readTensors(root.group("parameters")),
        firstMoments: try readTensors(root.group("first_moments")),
        secondMoments: try readTensors(root.group("second_moments")),
        metrics: try EpochTable(readFrom: root.group("metrics"), path: path),
        timing: try EpochTable(readFrom: root.group("timing"), path: path),
        accumulators: try readAccumulators(root.group("accumulators")),
        kept: try readTensors(root.group("kept")))
      let expected: String = try root.attribute("digest")
      guard digest(of: snapshot).description == expected else {
        throw ResultStoreError(.damaged, path, "its content is not what was written (digest \(expected))")
      }
      return snapshot
    }
  }

  /// The SHA-256 over everything in a snapshot.
  static func digest(of snapshot: TrainingSnapshot) -> SHA256Digest {
    var hash = SHA256()
    hash.update("\(snapshot.trialID) \(snapshot.epoch) \(snapshot.stepInEpoch) \(snapshot.step)\n")
    for (group, tensors) in tensorGroups(of: snapshot) {
      for tensor in tensors {
        hash.update("\(group)/\(tensor.name) \(tensor.axes) \(tensor.shape)\n")
        tensor.values.withUnsafeBytes { hash.update($0) }
      }
    }
    for (group, table) in [("metrics", snapshot.metrics), ("timing", snapshot.timing)] {
      hash.update("\(group) \(table.names) \(table.epochs)\n")
      for column in table.columns { column.withUnsafeBytes { hash.update($0) } }
    }
    for (name, value) in snapshot.accumulators.sorted(by: { $0.key < $1.key }) {
      hash.update("\(name) \(value.bitPattern)\n")
    }
    return hash.finish()
  }

  private static func tensorGroups(of snapshot: TrainingSnapshot) -> [(name: String, tensors: [NamedTensor])]
  {
    [
      ("parameters", snapshot.parameters), ("first_moments", snapshot.firstMoments),
      ("second_moments", snapshot.secondMoments), ("kept", snapshot.kept),
    ]
  }

  private static func content(of snapshot: TrainingSnapshot, for path: String) throws -> [UInt8] {
    let file = try HDF5File(composing: path)
    let root = file.root
    try root.setAttribute("checkpoint_version", Int32(schemaVersion))
    try root.setAttribute("trial_id", snapshot.trialID.description)
    try root.setAttribute("epoch", Int64(snapshot.epoch))
    try root.setAttribute("step_in_epoch", Int64(snapshot.stepInEpoch))
    try root.setAttribute("step", Int64(snapshot.step))
    try root.setAttribute("digest", digest(of: snapshot).description)
    for (name, tensors) in tensorGroups(of: snapshot) {
      try writeTensors(tensors, in: root.createGroup(name))
    }
    for (name, table) in [("metrics", snapshot.metrics), ("timing", snapshot.timing)] {
      let columns = table.names.map { ColumnDescription($0, units: "1", $0) }
      try table.write(in: root.createGroup(name), columns)
    }
    let accumulators = try root.createGroup("accumulators")
    for (name, value) in snapshot.accumulators.sorted(by: { $0.key < $1.key }) {
      try accumulators.setAttribute(name, value)
    }
    return try file.finish()
  }

  /// One dataset per tensor, uncompressed, named by its position so that the order is kept.
  private static func writeTensors(_ tensors: [NamedTensor], in group: Group) throws {
    for (index, tensor) in tensors.enumerated() {
      let dataset = try group.createDataset(String(index), shape: tensor.shape, values: tensor.values)
      try dataset.setAttribute("name", tensor.name)
      try dataset.setAttribute("axes", list: tensor.axes)
    }
  }

  private static func readTensors(_ group: Group) throws -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for index in try group.members().indices {
      let dataset = try group.dataset(String(index))
      let shape = try dataset.form().shape
      let axes = try dataset.attributeList("axes", as: String.self)
      guard axes.count == shape.count else {
        throw ResultStoreError(
          .damaged, group.attributeFile.path,
          "\(dataset.path) has \(shape.count) axes, \(axes.count) are named")
      }
      tensors.append(
        NamedTensor(name: try dataset.attribute("name"), axes: axes, shape: shape, values: try dataset.read())
      )
    }
    return tensors
  }

  private static func readAccumulators(_ group: Group) throws -> [String: Double] {
    var values: [String: Double] = [:]
    for name in try group.attributeNames() { values[name] = try group.attribute(name, as: Double.self) }
    return values
  }
}
