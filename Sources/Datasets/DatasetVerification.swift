/// The state of one known data set in the data folder: a check of `igr doctor`.
public enum DatasetVerification: Hashable, Sendable {
  /// The files are there and are what they should be.
  case verified(path: String, source: String)
  /// At least one file is not there, or faces are not decoded yet.
  case missing(message: String)
  /// A file is there but is not the known one, or cannot be read.
  case damaged(message: String)

  /// Reads the files whole; decodes nothing.
  public static func of(_ name: DatasetName, in folder: DataFolder = .standard) -> DatasetVerification {
    do {
      let dataset = try ImageDataset.load(
        name: name.text, in: folder, verifyDigest: true, mayDecode: false)
      return .verified(
        path: name.folderName.map(folder.folder(of:)) ?? name.text, source: dataset.sourceDescription)
    } catch {
      return error.code == .missing ? .missing(message: error.message) : .damaged(message: error.message)
    }
  }
}
