/// The state of one known data set in the data folder: `igr data verify`, and a check of `igr doctor`.
public enum DatasetVerification: Hashable, Sendable {
  /// Both files are there with the known digests.
  case verified(path: String)
  /// At least one file is not there.
  case missing(message: String)
  /// A file is there but is not the known one, or cannot be read.
  case damaged(message: String)

  /// Reads both files whole.
  public static func of(_ name: DatasetName, in folder: DataFolder = .standard) -> DatasetVerification {
    do {
      _ = try ImageDataset.load(name: name.rawValue, in: folder, verifyDigest: true)
      return .verified(path: folder.folder(of: name.rawValue))
    } catch {
      return error.code == .missing ? .missing(message: error.message) : .damaged(message: error.message)
    }
  }
}
