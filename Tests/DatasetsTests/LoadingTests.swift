import Testing

@testable import Datasets

@Suite struct LoadingTests {
  @Test(arguments: [[], ["train"], ["train", "test"]]) func plainAndCompressedFilesHoldTheSameImages(
    compressed: [String]
  ) throws {
    let synthetic = try SyntheticDataset()
    for name in compressed { try synthetic.compress(name) }
    let dataset = try synthetic.load()
    for (set, count) in [(dataset.train, 40), (dataset.test, 12)] {
      #expect((set.count, set.height, set.width, set.channels) == (count, 5, 7, 1))
      for row in 0..<count {
        #expect(set[row] == (0..<35).map { SyntheticDataset.pixel(image: row, at: $0) })
      }
    }
  }

  @Test func aMissingFileSaysWhereItWasLookedForAndHowToFetchIt() throws {
    let synthetic = try SyntheticDataset()
    try synthetic.remove("test")
    let error = #expect(throws: DatasetError.self) { try synthetic.load() }
    #expect(error?.code == .missing)
    #expect(error?.message.contains(synthetic.path("test")) == true)
    #expect(error?.message.contains("igr data fetch small") == true)
  }

  @Test func anUnknownNameIsRefusedWithTheKnownOnes() {
    let error = #expect(throws: DatasetError.self) {
      try ImageDataset.load(name: "mnits", verifyDigest: false)
    }
    #expect(
      error?.message
        == "no data set is called 'mnits'; there are mnist, fmnist, omniglot, celeb_a, cifar, cifar:grey, hdf5:PATH"
    )
  }

  @Test func identityOfTheDataIsAConstant() {
    #expect(
      DatasetName.mnist.knownDigest == "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3")
  }
}

/// Every kind of damage to either form of a file, with the code and the words that its message must hold.
@Suite struct DamageTests {
  struct Damage: Sendable, CustomTestStringConvertible {
    let name: String
    let code: DatasetError.Code
    let words: [String]
    let apply: @Sendable ([UInt8]) -> [UInt8]
    var testDescription: String { name }
  }

  static let plain: [Damage] = [
    Damage(name: "empty", code: .misshaped, words: ["0 bytes"]) { _ in [] },
    Damage(name: "shorter than the header", code: .misshaped, words: ["9 bytes", "16"]) {
      Array($0.prefix(9))
    },
    Damage(name: "truncated", code: .wrongLength, words: ["truncated", "1416", "1415"]) { $0.dropLast() },
    Damage(name: "too long", code: .wrongLength, words: ["too long", "1416", "1417"]) { $0 + [0] },
    Damage(name: "another magic number", code: .misshaped, words: ["2049", "2051"]) {
      [0, 0, 8, 1] + $0.dropFirst(4)
    },
    Damage(name: "another count", code: .misshaped, words: ["41 images", "expected 40"]) {
      $0.prefix(7) + [41] + $0.dropFirst(8)
    },
    Damage(name: "another shape", code: .misshaped, words: ["5×6", "5×7"]) {
      $0.prefix(15) + [6] + $0.dropFirst(16)
    },
    Damage(name: "one altered pixel", code: .altered, words: ["SHA-256", "expected", "found"]) {
      $0.dropLast() + [$0.last! ^ 1]
    },
  ]

  @Test(arguments: plain, [false, true]) func isRefused(_ damage: Damage, compressed: Bool) throws {
    let synthetic = try SyntheticDataset()
    try synthetic.write(damage.apply(synthetic.read("train")), to: "train")
    if compressed { try synthetic.compress("train") }
    let error = #expect(throws: DatasetError.self) { try synthetic.load() }
    // More bytes than expected are not unpacked to be counted.
    #expect(error?.code == damage.code)
    let path = synthetic.path(compressed ? "train.gz" : "train")
    #expect(error?.message.contains(path) == true, "\(error?.message ?? "")")
    guard !(compressed && damage.name == "too long") else { return }
    for word in damage.words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
  }

  @Test(arguments: [1, 30, 200]) func aTruncatedCompressedFileIsRefused(lost: Int) throws {
    let synthetic = try SyntheticDataset()
    try synthetic.compress("train")
    let bytes = try synthetic.read("train.gz")
    try #require(bytes.count > lost)
    try synthetic.write(bytes.dropLast(lost), to: "train.gz")
    let error = #expect(throws: DatasetError.self) { try synthetic.load() }
    #expect(error?.code == .wrongLength, "\(error?.message ?? "")")
  }

  @Test func damagedCompressionIsRefused() throws {
    let synthetic = try SyntheticDataset()
    try synthetic.compress("train")
    var bytes = try synthetic.read("train.gz")
    bytes[bytes.count - 6] ^= 0xFF
    try synthetic.write(bytes, to: "train.gz")
    let error = #expect(throws: DatasetError.self) { try synthetic.load() }
    #expect(error?.code == .wrongLength, "\(error?.message ?? "")")
  }

  @Test func withoutTheDigestOnlyShapeAndLengthAreChecked() throws {
    let synthetic = try SyntheticDataset()
    var bytes = try synthetic.read("train")
    bytes[100] ^= 1
    try synthetic.write(bytes, to: "train")
    #expect(try synthetic.load(verifyDigest: false).train.count == 40)
  }

  @Test func aFolderInPlaceOfTheFileIsRefused() throws {
    let synthetic = try SyntheticDataset()
    try synthetic.remove("train")
    let error = #expect(throws: DatasetError.self) {
      _ = try FileBytes.mapping(synthetic.folder.path)
    }
    #expect(error?.code == .unreadable)
  }
}
