import HDF5
import Trials

extension TrialFile {
  /// The table of metrics per epoch, without the rest of the file and without a check of the digest.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func readMetrics(_ path: String) throws(ResultStoreError) -> EpochTable {
    try ResultStoreError.translating(path) {
      try EpochTable(readFrom: SealedFile.open(path).root.group("metrics"), path: path)
    }
  }

  /// The tensors of one group below `/tensors`, named as in the whole record; none where the file has no such group.
  ///
  /// - Throws: `ResultStoreError`, with the path and what is missing or wrong.
  public static func readTensors(
    _ path: String, in group: String
  ) throws(ResultStoreError) -> [NamedTensor] {
    try ResultStoreError.translating(path) {
      let tensors = try SealedFile.open(path).root.group("tensors")
      guard try tensors.kind(of: group) == .group else { return [] }
      return try TensorGroups.read(tensors.group(group), prefix: group + "/")
    }
  }
}
