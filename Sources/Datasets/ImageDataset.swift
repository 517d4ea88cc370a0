import Randomness

/// The training and test images of one data set.
public struct ImageDataset: Sendable {
  public let name: DatasetName
  public let train: ImageSet
  public let test: ImageSet
  /// The name of these images in a trial's identity: `DatasetName.digest`.
  public let digest: String
  /// Which files these images come from and how many there are, in words for tables and people.
  public let sourceDescription: String

  /// Opens the data set `name` (a value of `dataset_name`). Header and length of every file are always checked. Plain idx
  /// files and decoded faces are mapped, everything else is held in memory.
  ///
  /// - Parameters:
  ///   - folder: where data sets lie.
  ///   - verifyDigest: also compare the SHA-256 of the pixels with the known or recorded one, about 0.05 s for MNIST, some
  ///     seconds for CelebA. A coordinator does so once; its trials need not.
  ///   - mayDecode: whether CelebA's images may be decoded, which takes minutes, where that was not done before.
  ///   - tell: receives lines for people, without newline, while something takes long.
  /// - Throws: `DatasetError` of every code.
  public static func load(
    name: String, in folder: DataFolder = .standard, verifyDigest: Bool, mayDecode: Bool = true,
    tell: (String) -> Void = { _ in }
  ) throws(DatasetError) -> ImageDataset {
    let name = try DatasetName(text: name)
    switch name {
    case .mnist: return try load(name, .mnist, in: folder, verifyDigest: verifyDigest)
    case .fmnist: return try load(name, .fmnist, in: folder, verifyDigest: verifyDigest)
    case .omniglot: return try OmniglotFiles.locate(in: folder).load()
    case .celebA:
      return try CelebAFolder(in: folder).load(verifyDigest: verifyDigest, mayDecode: mayDecode, tell: tell)
    case .cifar, .cifarGrey:
      return try CIFARFiles.known.load(name, in: folder, verifyDigest: verifyDigest)
    case .hdf5(let path): return try HDF5Images(path: path, in: folder).load()
    }
  }

  static func load(
    _ name: DatasetName, _ known: KnownDataset, in folder: DataFolder, verifyDigest: Bool
  ) throws(DatasetError) -> ImageDataset {
    ImageDataset(
      name: name,
      train: try ImageFile.load(
        known.train, of: known.name, in: folder, verifyDigest: verifyDigest, part: .train),
      test: try ImageFile.load(
        known.test, of: known.name, in: folder, verifyDigest: verifyDigest, part: .test),
      digest: DatasetName.digest(of: known.files.map(\.digest)),
      sourceDescription: "idx files, \(known.train.count) + \(known.test.count) images")
  }

  /// All images with `side` rows and columns: `ImageSet.resized(to:)`.
  public func resized(to side: Int) -> ImageDataset {
    with(train: train.resized(to: side), test: test.resized(to: side))
  }

  /// The first 60 training and the first 10 test images: `run_with_sample`.
  public func sampled() -> ImageDataset {
    with(train: train.subset(0..<min(60, train.count)), test: test.subset(0..<min(10, test.count)))
  }

  /// Holds `count` training images out for validation: the last of a permutation that no seed changes. Both parts keep
  /// the order of the file.
  ///
  /// - Throws: `impossibleSplit` where `count` leaves no image to train on.
  public func splittingValidation(_ count: Int) throws(DatasetError) -> (
    training: ImageSet, validation: ImageSet
  ) {
    guard count >= 0, count < train.count else {
      throw DatasetError(
        .impossibleSplit,
        "validation_n = \(count) leaves no image to train on: \(name.text) has \(train.count) training images here"
      )
    }
    guard count > 0 else { return (train, train.subset([])) }
    let order = RandomKey(seed: 0, purpose: .validationSplit).permutation(train.count, step: 0).map(Int.init)
    return (train.subset(order.dropLast(count).sorted()), train.subset(order.suffix(count).sorted()))
  }

  private func with(train: ImageSet, test: ImageSet) -> ImageDataset {
    ImageDataset(
      name: name, train: train, test: test, digest: digest, sourceDescription: sourceDescription)
  }
}
