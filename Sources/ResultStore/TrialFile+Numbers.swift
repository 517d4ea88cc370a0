import HDF5
import Trials

/// What names a trial file and its numbers, also of a file whose numbers follow other rules of the engine.
public struct TrialIdentity: Hashable, Sendable {
  /// As the file tells it.
  public var id: String
  public var configuration: TrialConfiguration
  public var dataDigest: String
  public var threads: Int
  public var engineResultVersion: Int
  /// SHA-256 over metrics, final numbers and tensors.
  public var resultDigest: String
}

/// The numbers of a trial file by name, as they lie there.
public struct TrialNumbers: Sendable {
  public var metrics: EpochTable
  public var finals: [(name: String, value: Double)]
}

extension TrialFile {
  /// Whose the numbers are, their digest computed anew: equal digests are equal numbers, whatever the file says of itself.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func readIdentity(_ path: String) throws(ResultStoreError) -> TrialIdentity {
    try ResultStoreError.translating(path) {
      let file = try SealedFile.open(path)
      let root = file.root
      let schema = Int(try root.attribute("schema_version", as: Int32.self))
      guard schema <= schemaVersion else {
        throw ResultStoreError(
          .newerSchema, path,
          "has schema version \(schema), this program reads up to \(schemaVersion); use a newer one")
      }
      let identity = TrialIdentity(
        id: try root.attribute("trial_id"),
        configuration: try TrialConfiguration(canonicalJSON: try root.attribute("config")),
        dataDigest: try root.attribute("data_digest"),
        threads: Int(try root.attribute("threads", as: Int32.self)),
        engineResultVersion: Int(try root.attribute("engine_result_version", as: Int32.self)),
        resultDigest: try root.attribute("result_digest"))
      try compare(ResultDigest(of: file).finish(), with: identity.resultDigest, path)
      return identity
    }
  }

  /// Metrics per epoch and final numbers, whatever rules of the engine they follow.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func readNumbers(_ path: String) throws(ResultStoreError) -> TrialNumbers {
    try ResultStoreError.translating(path) {
      let root = try SealedFile.open(path).root
      return TrialNumbers(
        metrics: try EpochTable(readFrom: root.group("metrics"), path: path),
        finals: try readFinals(root.group("final")))
    }
  }

  /// Every tensor, whatever rules of the engine it follows.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func readTensors(_ path: String) throws(ResultStoreError) -> [NamedTensor] {
    try ResultStoreError.translating(path) {
      try TensorGroups.read(SealedFile.open(path).root.group("tensors"))
    }
  }
}
