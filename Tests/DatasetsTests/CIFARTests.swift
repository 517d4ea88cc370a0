import Digests
import Testing

@testable import Datasets

@Suite struct CIFARTests {
  static let perFile = 3
  let data = DataFolderOnDisk()
  let files: CIFARFiles

  init() throws {
    let name = { (index: Int) in index < 2 ? "data_batch_\(index + 1).bin" : "test_batch.bin" }
    let batches = (0..<3).map { index in
      let digest = Self.file(index).withUnsafeBytes { SHA256.digest(of: $0) }.description
      return CIFARFiles.BatchFile(name: name(index), digest: digest)
    }
    files = CIFARFiles(
      train: Array(batches[..<2]), test: Array(batches[2...]), recordsPerFile: Self.perFile)
    for index in 0..<3 { try data.write(Self.file(index), to: "cifar/" + name(index)) }
  }

  /// Byte of a channel's plane.
  static func pixel(file: Int, record: Int, channel: Int, at place: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: file * 101 + record * 57 + channel * 80 + place * 3)
  }

  static func file(_ index: Int) -> [UInt8] {
    (0..<perFile).flatMap { record in
      [UInt8(record)]
        + (0..<3).flatMap { channel in
          (0..<1_024).map { pixel(file: index, record: record, channel: channel, at: $0) }
        }
    }
  }

  func load(_ name: DatasetName = .cifar) throws(DatasetError) -> ImageDataset {
    try files.load(name, in: data.folder, verifyDigest: true)
  }

  @Test(arguments: [false, true]) func planesBecomePixelsWithThreeChannels(inArchiveFolder: Bool) throws {
    if inArchiveFolder {
      for name in ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"] {
        try data.write(data.read("cifar/" + name), to: "cifar/cifar-10-batches-bin/" + name)
        try data.remove("cifar/" + name)
      }
    }
    let dataset = try load()
    #expect(dataset.train.count == 6 && dataset.test.count == 3)
    #expect((dataset.train.height, dataset.train.width, dataset.train.channels) == (32, 32, 3))
    for (row, file, record) in [(0, 0, 0), (4, 1, 1), (5, 1, 2)] {
      let want = (0..<1_024).flatMap { place in
        (0..<3).map { Self.pixel(file: file, record: record, channel: $0, at: place) }
      }
      #expect(dataset.train[row] == want)
      let values = dataset.train.subset([row]).values
      #expect(values == want.map { Float($0) / 255 })
    }
    #expect(dataset.test[2].first == Self.pixel(file: 2, record: 2, channel: 0, at: 0))
  }

  @Test func greyIsTheRoundedLuma() throws {
    let set = try load(.cifarGrey).train
    #expect((set.count, set.height, set.width, set.channels) == (6, 32, 32, 1))
    let image = set[4]
    for place in 0..<1_024 {
      let (red, green, blue) = (
        Double(Self.pixel(file: 1, record: 1, channel: 0, at: place)),
        Double(Self.pixel(file: 1, record: 1, channel: 1, at: place)),
        Double(Self.pixel(file: 1, record: 1, channel: 2, at: place))
      )
      let luma = 0.299 * red + 0.587 * green + 0.114 * blue
      #expect(abs(Double(image[place]) - luma) <= 0.5 + 1e-9)
    }
    #expect(files.digest(isGrey: true) != files.digest(isGrey: false))
  }

  @Test func wrongFilesAreRefused() throws {
    let name = "cifar/data_batch_2.bin"
    let bytes = try data.read(name)
    var otherLabel = bytes
    otherLabel[3_073] = 10
    var otherPixel = bytes
    otherPixel[500] ^= 1
    for (wrong, words) in [
      (bytes + [0], ["too long", "9219", "9220"]), (bytes.dropLast(3_073), ["truncated", "9219", "6146"]),
      (otherLabel, ["record 1", "label 10"]), (otherPixel, ["SHA-256", "expected", "found"]),
    ] {
      try data.write(wrong, to: name)
      let error = #expect(throws: DatasetError.self) { try load() }
      for word in [data.path(name)] + words {
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
      }
    }
    try data.write(bytes, to: name)
    try data.expectEveryTruncationToBeRefused(name) { () throws(DatasetError) in _ = try load() }
    try data.remove(name)
    #expect(throws: DatasetError.self) { try load() }
  }

  @Test func theKnownSetIsTheWholeOne() throws {
    #expect(DatasetName.cifar.knownDigest != DatasetName.cifarGrey.knownDigest)
    let error = #expect(throws: DatasetError.self) {
      try ImageDataset.load(name: "cifar", in: data.folder, verifyDigest: false)
    }
    #expect(error?.message.contains("30730000") == true, "\(error?.message ?? "")")
  }
}
