import CZlib
import Digests
import Foundation
import Testing

@testable import Datasets

/// A data folder with files that a test makes; removed at the end.
final class DataFolderOnDisk {
  let folder = DataFolder(path: NSTemporaryDirectory() + "igr-data-" + UUID().uuidString)

  deinit { try? FileManager.default.removeItem(atPath: folder.path) }

  func path(_ name: String) -> String { folder.path + "/" + name }

  /// - Parameter name: with its folder, as in `omniglot/chardata.mat`.
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// Cuts the file off at many lengths, every one for a small file, and expects each to be refused by name.
  func expectEveryTruncationToBeRefused(
    _ name: String, seed: UInt64 = 7, load: () throws(DatasetError) -> Void
  ) throws {
    let bytes = try read(name)
    var lengths = Set(0..<min(bytes.count, 400)).union(max(0, bytes.count - 40)..<bytes.count)
    var generator = SplitMix(state: seed)
    for _ in 0..<40 { lengths.insert(Int.random(in: 0..<bytes.count, using: &generator)) }
    for length in lengths.sorted() {
      try write(bytes.prefix(length), to: name)
      let error = #expect(throws: DatasetError.self, "\(name) cut to \(length) bytes, seed \(seed)") {
        try load()
      }
      #expect(error?.message.contains(path(name)) == true, "cut to \(length): \(error?.message ?? "")")
    }
    try write(bytes, to: name)
  }

  static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var length = compressBound(UInt(bytes.count))
    var packed = [UInt8](repeating: 0, count: Int(length))
    precondition(compress(&packed, &length, bytes, UInt(bytes.count)) == Z_OK)
    return Array(packed.prefix(Int(length)))
  }
}

/// A generator whose numbers follow from its seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
