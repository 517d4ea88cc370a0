import HDF5
import Trials

/// Where the numbers of a trial file come from.
public struct TrialOrigin: Sendable {
  public let engineVersion: String
  public let gitRevision: String
  /// Of the library that wrote the file.
  public let hdf5Version: String
  public let attempts: [AttemptRecord]
}

extension TrialFile {
  /// Versions and attempts, without a number and without a check of the digest.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func readOrigin(_ path: String) throws(ResultStoreError) -> TrialOrigin {
    try ResultStoreError.translating(path) {
      let file = try SealedFile.open(path)
      let provenance = try file.root.group("provenance")
      return TrialOrigin(
        engineVersion: try file.root.attribute("engine_version"),
        gitRevision: try file.root.attribute("git_revision"),
        hdf5Version: try provenance.attribute("hdf5_version"),
        attempts: try ProvenanceTable.read(provenance, path: path))
    }
  }
}
