import Glibc

/// CIFAR-10 in its binary version (Krizhevsky 2009): files of records of one label and 32×32 pixels, the red ones first,
/// then the green, then the blue.
package struct CIFARFiles: Sendable {
  let train: [BatchFile]
  let test: [BatchFile]
  let recordsPerFile: Int

  struct BatchFile: Sendable {
    let name: String
    /// SHA-256 of the file.
    let digest: String
  }

  /// The digests are of the files of the archive whose SHA-256 is c4a38c50…ca1dd.
  static let known = CIFARFiles(
    train: [
      BatchFile(
        name: "data_batch_1.bin", digest: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
      BatchFile(
        name: "data_batch_2.bin", digest: "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
      BatchFile(
        name: "data_batch_3.bin", digest: "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
      BatchFile(
        name: "data_batch_4.bin", digest: "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
      BatchFile(
        name: "data_batch_5.bin", digest: "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
    ],
    test: [
      BatchFile(
        name: "test_batch.bin", digest: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b")
    ],
    recordsPerFile: 10_000)

  private static let plane = 32 * 32
  private static let record = 1 + 3 * plane
  /// The folder that the archive unpacks to; the files may also lie beside it.
  static let archiveFolder = "cifar-10-batches-bin"

  /// The name of these images in a trial's identity.
  func digest(isGrey: Bool) -> String {
    DatasetName.digest(of: (isGrey ? ["luma 299 587 114"] : []) + (train + test).map(\.digest))
  }

  /// - Parameter name: `.cifar` or `.cifarGrey`.
  func load(_ name: DatasetName, in folder: DataFolder, verifyDigest: Bool) throws(DatasetError)
    -> ImageDataset
  {
    let isGrey = name == .cifarGrey
    let place = folder.folder(of: "cifar")
    let trainSet = try images(train, in: place, verifyDigest: verifyDigest, isGrey: isGrey, part: .train)
    let testSet = try images(test, in: place, verifyDigest: verifyDigest, isGrey: isGrey, part: .test)
    return ImageDataset(
      name: name, train: trainSet, test: testSet, digest: digest(isGrey: isGrey),
      sourceDescription: "CIFAR-10, binary version, \(trainSet.count) + \(testSet.count) images"
        + (isGrey ? ", luma" : ""))
  }

  private func images(
    _ files: [BatchFile], in place: String, verifyDigest: Bool, isGrey: Bool, part: ImagePart
  ) throws(DatasetError) -> ImageSet {
    let channels = isGrey ? 1 : 3
    let count = files.count * recordsPerFile
    let memory = try FileBytes.filled(count: count * Self.plane * channels) { memory throws(DatasetError) in
      var output = memory.bindMemory(to: UInt8.self).baseAddress!  // a set has images
      for file in files {
        let bytes = try open(file, in: place, verifyDigest: verifyDigest)
        bytes.withBytes { bytes in
          for index in 0..<recordsPerFile {
            // The length was checked, so there is a first byte.
            let record = bytes.baseAddress! + index * Self.record + 1
            let red = record.assumingMemoryBound(to: UInt8.self)
            isGrey ? Self.writeLuma(red, to: output) : Self.interleave(red, to: output)
            output += Self.plane * channels
          }
        }
      }
    }
    let pixels = PixelStore(
      memory: memory, offset: 0, format: .bytes, height: 32, width: 32, channels: channels)
    return ImageSet(count: count, pixels: pixels, part: part)
  }

  private func open(
    _ file: BatchFile, in place: String, verifyDigest: Bool
  ) throws(DatasetError) -> FileBytes {
    guard let path = Self.location(of: file.name, in: place) else {
      throw DatasetError(
        .missing,
        """
        data set cifar: neither \(place)/\(file.name) nor \(Self.archiveFolder)/\(file.name) exists (the binary \
        version is needed); run `igr data fetch cifar`, or set IGR_DATA to the folder that holds cifar/
        """)
    }
    let bytes = try FileBytes.mapping(path)
    try check(bytes, of: file, at: path, verifyDigest: verifyDigest)
    return bytes
  }

  /// Where a file lies, in the folder of the data set or the archive's folder there.
  package static func location(of name: String, in place: String) -> String? {
    ["\(place)/\(name)", "\(place)/\(archiveFolder)/\(name)"].first { access($0, F_OK) == 0 }
  }

  private func check(
    _ bytes: FileBytes, of file: BatchFile, at path: String, verifyDigest: Bool
  ) throws(DatasetError) {
    let expected = recordsPerFile * Self.record
    guard bytes.count == expected else {
      let what = bytes.count < expected ? "truncated" : "too long"
      throw DatasetError(
        .wrongLength, "\(path) is \(what): expected \(expected) bytes, found \(bytes.count)")
    }
    let labels = bytes.withBytes { bytes in (0..<recordsPerFile).map { bytes[$0 * Self.record] } }
    if let record = labels.firstIndex(where: { $0 > 9 }) {
      throw DatasetError(
        .misshaped,
        "\(path) is not of CIFAR-10's binary version: record \(record) has the label \(labels[record]),"
          + " expected 0 to 9")
    }
    guard verifyDigest else { return }
    let digest = bytes.digest.description
    guard digest == file.digest else {
      throw DatasetError(
        .altered,
        """
        \(path) is not the known file of cifar: expected SHA-256 \(file.digest), found \(digest); \
        run `igr data fetch cifar` to replace it
        """)
    }
  }

  /// Three planes to [height, width, 3].
  private static func interleave(_ red: UnsafePointer<UInt8>, to output: UnsafeMutablePointer<UInt8>) {
    for pixel in 0..<plane {
      for channel in 0..<3 { output[3 * pixel + channel] = red[channel * plane + pixel] }
    }
  }

  /// ITU-R BT.601's luma 0.299 R + 0.587 G + 0.114 B, rounded to the nearest byte, halves up, in integers.
  private static func writeLuma(_ red: UnsafePointer<UInt8>, to output: UnsafeMutablePointer<UInt8>) {
    for pixel in 0..<plane {
      let sum = 299 * Int(red[pixel]) + 587 * Int(red[plane + pixel]) + 114 * Int(red[2 * plane + pixel])
      output[pixel] = UInt8((sum + 500) / 1_000)
    }
  }
}

extension CIFARFiles {
  /// Training files, then the test file.
  package static var fileNames: [String] { (known.train + known.test).map(\.name) }

  /// Checks one file at `path`, as fetched.
  package static func verify(_ name: String, at path: String) throws(DatasetError) {
    guard let file = (known.train + known.test).first(where: { $0.name == name }) else {
      throw DatasetError(.unknownName, "CIFAR-10 has no file \(name)")
    }
    try known.check(FileBytes.mapping(path), of: file, at: path, verifyDigest: true)
  }
}
