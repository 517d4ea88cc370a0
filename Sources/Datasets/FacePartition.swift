import Digests

/// CelebA's `list_eval_partition.txt` (Liu, Luo, Wang & Tang 2015): per line a file name and 0 for training, 1 for
/// validation, 2 for test. Validation images belong to neither of our sets.
struct FacePartition {
  let train: [String]
  let validationCount: Int
  let test: [String]
  /// SHA-256 of the file.
  let digest: SHA256Digest

  static let fileName = "list_eval_partition.txt"
  private static let officialCounts = [162_770, 19_867, 19_962]

  init(_ file: FileBytes, path: String) throws(DatasetError) {
    let parts = try file.withBytes { text throws(DatasetError) in try Self.parts(text, path) }
    guard !parts[0].isEmpty, !parts[2].isEmpty else {
      throw DatasetError(
        .misshaped,
        "\(path) names \(parts[0].count) training and \(parts[2].count) test images, expected some of both")
    }
    (train, validationCount, test) = (parts[0], parts[1].count, parts[2])
    digest = file.digest
  }

  /// The names with 0, 1 and 2.
  private static func parts(_ text: UnsafeRawBufferPointer, _ path: String) throws(DatasetError) -> [[String]]
  {
    var parts: [[String]] = [[], [], []]
    var names: Set<String> = []
    var number = 0
    for line in text.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
      number += 1
      let fields = line.split(whereSeparator: { $0 == 32 || $0 == 9 })
      guard fields.count == 2, fields[1].count == 1, let part = fields[1].first, (0x30...0x32).contains(part)
      else {
        throw DatasetError(
          .misshaped,
          "\(path), line \(number): expected a file name and 0, 1 or 2, found "
            + "'\(String(decoding: line, as: UTF8.self))'")
      }
      let name = String(decoding: fields[0], as: UTF8.self)
      guard !name.contains("/"), names.insert(name).inserted else {
        throw DatasetError(
          .misshaped, "\(path), line \(number): \(name) is there twice or is no file name")
      }
      parts[Int(part - 0x30)].append(name)
    }
    return parts
  }

  var count: Int { train.count + validationCount + test.count }

  /// Training images, then test images.
  var decodedNames: [String] { train + test }

  var description: String {
    let isOfficial = [train.count, validationCount, test.count] == Self.officialCounts
    return (isOfficial ? "official partition" : "not the official partition")
      + ", \(train.count) + \(test.count) images (\(validationCount) validation images left out)"
  }
}
