import CZlib
import Digests
import Foundation

@testable import Datasets

extension ImageSet {
  /// The bytes of one image that is stored as bytes: [height, width, channels].
  subscript(row: Int) -> [UInt8] { pixels.withBytes(at: place(of: row)) { Array($0) } }

  /// All images as numbers, without binarization.
  var values: [Float] {
    [Float](unsafeUninitializedCapacity: count * imageSize) { images, filled in
      fill(rows: (0..<count).map(Int32.init), into: images.baseAddress!, binarization: .none)
      filled = count * imageSize
    }
  }
}

/// A small data set on disk: `count` images of 5×7 whose pixels follow a pattern, and a folder that is removed at the
/// end.
final class SyntheticDataset {
  let folder: DataFolder
  let known: KnownDataset

  init(trainCount: Int = 40, testCount: Int = 12) throws {
    folder = DataFolder(path: NSTemporaryDirectory() + "igr-datasets-" + UUID().uuidString)
    try FileManager.default.createDirectory(
      atPath: folder.path + "/small", withIntermediateDirectories: true)
    let train = Self.file(count: trainCount)
    let test = Self.file(count: testCount)
    known = KnownDataset(
      name: "small",
      train: KnownFile(name: "train", count: trainCount, height: 5, width: 7, digest: Self.digest(train)),
      test: KnownFile(name: "test", count: testCount, height: 5, width: 7, digest: Self.digest(test)))
    try write(train, to: "train")
    try write(test, to: "test")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder.path) }

  static func pixel(image: Int, at index: Int) -> UInt8 { UInt8((image * 37 + index * 11) % 256) }

  static func file(count: Int) -> [UInt8] {
    IdxHeader(count: count, height: 5, width: 7).bytes
      + (0..<count).flatMap { image in (0..<35).map { pixel(image: image, at: $0) } }
  }

  static func digest(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { SHA256.digest(of: $0) }.description
  }

  func path(_ name: String) -> String { folder.path + "/small/" + name }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
  }

  func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// Replaces `name` by `name.gz`.
  func compress(_ name: String) throws {
    let bytes = try read(name)
    let file = gzopen(path(name + ".gz"), "wb")
    gzwrite(file, bytes, UInt32(bytes.count))
    gzclose(file)
    try remove(name)
  }

  func load(verifyDigest: Bool = true) throws(DatasetError) -> ImageDataset {
    try ImageDataset.load(.mnist, known, in: folder, verifyDigest: verifyDigest)
  }
}
