import HDF5
import Trials

/// The attributes of a trial file's root.
struct TrialFileHeader {
  var trial: Trial
  var sweep: String
  var state: TrialState
  var engineVersion: String
  var gitRevision: String
  var resultDigest: String
  var warnings: [String]
  var dataSource: String

  func write(in root: Group) throws {
    try root.setAttribute("schema_version", Int32(TrialFile.schemaVersion))
    try root.setAttribute("trial_id", trial.id.description)
    try root.setAttribute("sweep", sweep)
    try root.setAttribute("status", state.rawValue)
    try root.setAttribute("config", trial.configuration.canonicalJSON)
    try root.setAttribute("data_digest", trial.dataDigest)
    try root.setAttribute("threads", Int32(clamping: trial.threads))
    try root.setAttribute("engine_version", engineVersion)
    try root.setAttribute("engine_result_version", Int32(EngineVersion.result))
    try root.setAttribute("git_revision", gitRevision)
    try root.setAttribute("result_digest", resultDigest)
    if !dataSource.isEmpty { try root.setAttribute("data_source", dataSource) }
    if !warnings.isEmpty { try root.setAttribute("warnings", warnings.joined(separator: "\n")) }
    for (name, value) in trial.configuration.values.sorted(by: { $0.key < $1.key }) {
      try Self.write(value, name, in: root)
    }
  }

  private static func write(_ value: HyperparameterValue, _ name: String, in root: Group) throws {
    switch value {
    case .integer(let value): try root.setAttribute(name, Int64(value))
    case .real(let value): try root.setAttribute(name, value)
    case .string(let value): try root.setAttribute(name, value)
    // An enumeration would be the honest type, but netCDF readers do not show attributes of that type.
    case .boolean(let value): try root.setAttribute(name, Int8(value ? 1 : 0))
    case .list: try root.setAttribute(name, value.canonicalJSON)
    }
  }

  /// Checks the version, that every group is there, and that the id is the one of the configuration.
  init(readFrom file: HDF5File) throws {
    let root = file.root
    let schema = Int(try root.attribute("schema_version", as: Int32.self))
    guard schema <= TrialFile.schemaVersion else {
      throw ResultStoreError(
        .newerSchema, file.path,
        "has schema version \(schema), this program reads up to \(TrialFile.schemaVersion); use a newer one")
    }
    guard schema >= 1 else { throw ResultStoreError(.damaged, file.path, "has schema version \(schema)") }
    let rules = Int(try root.attribute("engine_result_version", as: Int32.self))
    guard rules == EngineVersion.result else {
      throw ResultStoreError(
        .otherEngine, file.path,
        "was computed by version \(rules) of the engine's rules, this program has version \(EngineVersion.result);"
          + " its numbers cannot be compared with this program's")
    }
    for name in ["metrics", "final", "tensors", "timing", "provenance"] { _ = try root.group(name) }
    let id: String = try root.attribute("trial_id")
    trial = Trial(
      configuration: try TrialConfiguration(canonicalJSON: try root.attribute("config")),
      dataDigest: try root.attribute("data_digest"),
      threads: Int(try root.attribute("threads", as: Int32.self)))
    guard trial.id.description == id else {
      throw ResultStoreError(
        .damaged, file.path,
        "is named trial \(id), but its configuration, data and threads are those of \(trial.id)")
    }
    let status: String = try root.attribute("status")
    guard let state = TrialState(rawValue: status) else {
      throw ResultStoreError(.damaged, file.path, "has the unknown status '\(status)'")
    }
    self.state = state
    sweep = try root.attribute("sweep")
    engineVersion = try root.attribute("engine_version")
    gitRevision = try root.attribute("git_revision")
    resultDigest = try root.attribute("result_digest")
    let names = Set(try root.attributeNames())
    func text(_ name: String) throws -> String { names.contains(name) ? try root.attribute(name) : "" }
    warnings = try text("warnings").split(separator: "\n").map(String.init)
    dataSource = try text("data_source")
  }

  init(of record: TrialRecord) {
    trial = record.trial
    sweep = record.sweep
    state = record.state
    engineVersion = record.engineVersion
    gitRevision = record.gitRevision
    resultDigest = TrialFile.digest(of: record).description
    warnings = record.warnings
    dataSource = record.dataSource
  }
}
