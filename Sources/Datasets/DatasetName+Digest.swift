import Digests

extension DatasetName {
  /// 64 hexadecimal digits that name the images of a known set in a trial's identity, without reading any file: SHA-256
  /// of the text of the known digests of its files, training images first, each followed by a newline. Nil where the
  /// images are those that the files hold.
  public var knownDigest: String? {
    switch self {
    case .mnist, .fmnist:
      knownIdxFiles.map { known in Self.digest(of: known.files.map(\.digest)) }
    case .cifar, .cifarGrey: CIFARFiles.known.digest(isGrey: self == .cifarGrey)
    case .omniglot, .celebA, .hdf5: nil
    }
  }

  /// 64 hexadecimal digits that name the images in a trial's identity: `knownDigest`, else a SHA-256 that depends on
  /// every pixel of the files at hand.
  ///
  /// - Parameters:
  ///   - folder: where data sets lie.
  ///   - mayDecode: whether CelebA's images may be decoded, which takes minutes, where that was not done before.
  /// - Throws: `DatasetError` where files are needed and missing, unreadable or not what they should be.
  public func digest(
    in folder: DataFolder = .standard, mayDecode: Bool = true
  ) throws(DatasetError) -> String {
    if let knownDigest { return knownDigest }
    switch self {
    case .mnist, .fmnist, .cifar, .cifarGrey: preconditionFailure("known sets have known digests")
    case .omniglot: return try OmniglotFiles.locate(in: folder).digest()
    case .celebA: return try CelebAFolder(in: folder).decoded(mayDecode: mayDecode).digest
    case .hdf5(let path): return try HDF5Images(path: path, in: folder).digest()
    }
  }

  /// SHA-256 of the lines, each followed by a newline.
  static func digest(of lines: [String]) -> String {
    SHA256.digest(of: lines.map { $0 + "\n" }.joined()).description
  }
}
