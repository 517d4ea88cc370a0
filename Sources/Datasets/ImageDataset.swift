import Randomness

/// The training and test images of one data set.
public struct ImageDataset: Sendable {
  public let name: DatasetName
  public let train: ImageSet
  public let test: ImageSet

  /// Opens the data set `name` (a value of `dataset_name`). Plain idx files are mapped, compressed ones unpacked into
  /// memory. The header and length are always checked.
  ///
  /// - Parameters:
  ///   - folder: where data sets lie.
  ///   - verifyDigest: also compare the SHA-256 of the unpacked bytes, about 0.05 s. A coordinator does so once; its
  ///     trials need not.
  /// - Throws: `DatasetError` of every code.
  public static func load(
    name: String, in folder: DataFolder = .standard, verifyDigest: Bool
  ) throws(DatasetError) -> ImageDataset {
    let name = try DatasetName(text: name)
    return try load(name, name.known, in: folder, verifyDigest: verifyDigest)
  }

  static func load(
    _ name: DatasetName, _ known: KnownDataset, in folder: DataFolder, verifyDigest: Bool
  ) throws(DatasetError) -> ImageDataset {
    ImageDataset(
      name: name,
      train: try ImageFile.load(
        known.train, of: known.name, in: folder, verifyDigest: verifyDigest, part: .train),
      test: try ImageFile.load(
        known.test, of: known.name, in: folder, verifyDigest: verifyDigest, part: .test))
  }

  /// The first 60 training and the first 10 test images: `run_with_sample`.
  public func sampled() -> ImageDataset {
    ImageDataset(
      name: name, train: train.subset(0..<min(60, train.count)), test: test.subset(0..<min(10, test.count)))
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
        "validation_n = \(count) leaves no image to train on: \(name.rawValue) has \(train.count) training images here"
      )
    }
    guard count > 0 else { return (train, train.subset([])) }
    let order = RandomKey(seed: 0, purpose: .validationSplit).permutation(train.count, step: 0).map(Int.init)
    return (train.subset(order.dropLast(count).sorted()), train.subset(order.suffix(count).sorted()))
  }
}
