import Glibc

/// One file of a data set at hand.
public struct DatasetFile: Hashable, Sendable {
  /// Without folders.
  public let name: String
  public let path: String
}

extension DatasetName {
  /// The files that lie there and make up the data set, for a machine that lacks it. Of CelebA the list and the decoded
  /// images, which are all that training needs.
  ///
  /// - Throws: `DatasetError` where one is missing.
  public func files(in folder: DataFolder = .standard) throws(DatasetError) -> [DatasetFile] {
    var files: [DatasetFile] = []
    for spellings in fileNames {
      let found = spellings.lazy.compactMap { name in
        candidates(forFile: name, in: folder).first { access($0, F_OK) == 0 }
          .map { DatasetFile(name: name, path: $0) }
      }.first
      if let found {
        files.append(found)
      } else if self != .omniglot {
        throw DatasetError(
          .missing, "data set \(text): \(spellings[0]) is not there, so it cannot be passed on")
      }
    }
    guard !files.isEmpty else {
      throw DatasetError(.missing, "data set \(text): none of its files is there, so it cannot be passed on")
    }
    // Omniglot is either one file or two others.
    if self == .omniglot, files[0].name == OmniglotFiles.matlabFile { return [files[0]] }
    return files
  }

  /// Where a file that another machine passes on belongs.
  ///
  /// - Returns: nil for a name that no file of this data set has, and for a data set outside of the data folder: nobody
  ///   may write elsewhere.
  public func place(ofFile name: String, in folder: DataFolder = .standard) -> String? {
    guard fileNames.contains(where: { $0.contains(name) }) else { return nil }
    if case .hdf5(let path) = self {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard !path.hasPrefix("/"), !parts.contains(".."), !parts.contains("") else { return nil }
    }
    return candidates(forFile: name, in: folder).first
  }

  /// The names of each file that is needed, the preferred one first.
  private var fileNames: [[String]] {
    switch self {
    case .mnist, .fmnist: (knownIdxFiles?.files ?? []).map { [$0.name, $0.name + ".gz"] }
    case .omniglot:
      [
        [OmniglotFiles.matlabFile], ["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"],
        ["t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz"],
      ]
    case .celebA: [[FacePartition.fileName], [DecodedFaces.fileName]]
    case .cifar, .cifarGrey: CIFARFiles.fileNames.map { [$0] }
    case .hdf5(let path): [[path.split(separator: "/").last.map(String.init) ?? path]]
    }
  }

  private func candidates(forFile name: String, in folder: DataFolder) -> [String] {
    guard let folderName else {
      guard case .hdf5(let path) = self else { return [] }
      return [path.hasPrefix("/") ? path : folder.path + "/" + path]
    }
    let place = folder.folder(of: folderName)
    switch self {
    case .celebA: return ["\(place)/\(name)", "\(place)/Eval/\(name)"]
    case .cifar, .cifarGrey: return ["\(place)/\(name)", "\(place)/\(CIFARFiles.archiveFolder)/\(name)"]
    default: return ["\(place)/\(name)"]
    }
  }
}
