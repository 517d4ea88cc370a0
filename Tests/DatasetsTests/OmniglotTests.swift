import Foundation
import Testing

@testable import Datasets

@Suite struct OmniglotTests {
  static let file = "omniglot/chardata.mat"
  let data = DataFolderOnDisk()

  /// Element `index` of the matrix in the order of the file.
  static func value(_ index: Int, storage: MATWriter.Storage) -> Double {
    switch storage {
    case .uint8: Double(index * 7 % 3 % 2)
    case .single: Double(index % 257) / 256
    case .double: Double(index * 31 % 1_009) / 1_009
    }
  }

  static func matrix(_ name: String, _ count: Int, _ storage: MATWriter.Storage = .double) -> [UInt8] {
    MATWriter.matrix(
      name, rows: 784, columns: count, values: (0..<784 * count).map { value($0, storage: storage) },
      storage: storage)
  }

  func write(_ elements: [[UInt8]], compressed: Bool = false) throws {
    var writer = MATWriter()
    for element in elements { writer.append(element, compressed: compressed) }
    try data.write(writer.bytes, to: Self.file)
  }

  func load(train: Int = 3, test: Int = 2) throws(DatasetError) -> ImageDataset {
    try OmniglotFiles.locate(in: data.folder).load(counts: (train, test))
  }

  @Test(arguments: [MATWriter.Storage.double, .single, .uint8], [false, true])
  func imagesStandUprightWithTheNumbersOfTheFile(storage: MATWriter.Storage, compressed: Bool) throws {
    try write(
      [
        MATWriter.matrix("target", rows: 50, columns: 3, values: .init(repeating: 1, count: 150)),
        Self.matrix("testdata", 2, storage), Self.matrix("data", 3, storage),
        MATWriter.matrix("c", rows: 1, columns: 3, values: [4, 5, 6], storage: .uint8),
      ], compressed: compressed)
    let dataset = try load()
    for set in [dataset.train, dataset.test] {
      #expect((set.height, set.width, set.channels) == (28, 28, 1))
      let values = set.values
      for image in 0..<set.count {
        for row in 0..<28 {
          for column in 0..<28 {
            // Column after column, as MATLAB lays a picture out.
            let want = Self.value(image * 784 + column * 28 + row, storage: storage)
            #expect(values[(image * 28 + row) * 28 + column] == Float(want))
          }
        }
      }
    }
    #expect(dataset.train.count == 3 && dataset.test.count == 2)
    #expect(dataset.sourceDescription.hasPrefix("not the published chardata.mat"))
  }

  /// A file that another program wrote, from pictures that are also there upright.
  @Test func aFileOfSciPyHoldsTheseUprightPictures() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Golden")
    try data.write(Data(contentsOf: golden.appendingPathComponent("omniglot_small.mat")), to: Self.file)
    let pictures = try Data(contentsOf: golden.appendingPathComponent("omniglot_small-idx3-ubyte"))
    let want = pictures.dropFirst(IdxHeader.length).map { Float(Double($0) / 255) }
    let dataset = try load()
    #expect(dataset.train.values + dataset.test.values == want)
    try data.expectEveryTruncationToBeRefused(Self.file) { () throws(DatasetError) in _ = try load() }
  }

  @Test(arguments: [false, true]) func everyTruncationIsRefused(compressed: Bool) throws {
    try write([Self.matrix("data", 3), Self.matrix("testdata", 2)], compressed: compressed)
    _ = try load()
    try data.expectEveryTruncationToBeRefused(Self.file) { () throws(DatasetError) in _ = try load() }
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let elements: [[UInt8]]
    let words: [String]
  }

  static let faults = [
    Fault(testDescription: "one variable", elements: [matrix("data", 3)], words: ["lacks", "testdata"]),
    Fault(
      testDescription: "twice", elements: [matrix("data", 3), matrix("data", 3), matrix("testdata", 2)],
      words: ["data twice"]),
    Fault(
      testDescription: "another count", elements: [matrix("data", 4), matrix("testdata", 2)],
      words: ["784×4", "784×3"]),
    Fault(
      testDescription: "another class",
      elements: [
        MATWriter.matrix(
          "data", rows: 784, columns: 3, values: .init(repeating: 0, count: 2_352), matrixClass: 7)
      ], words: ["class 7", "class 6"]),
    Fault(
      testDescription: "complex",
      elements: [
        MATWriter.matrix(
          "data", rows: 784, columns: 3, values: .init(repeating: 0, count: 2_352), matrixClass: 0x0806)
      ], words: ["real"]),
    Fault(
      testDescription: "fewer numbers than promised",
      elements: [MATWriter.matrix("data", rows: 784, columns: 3, values: .init(repeating: 0, count: 784))],
      words: ["784×3", "784 numbers"]),
    Fault(
      testDescription: "a size that overflows",
      elements: [MATWriter.matrix("data", rows: 2_147_483_647, columns: 2_147_483_647, values: [0])],
      words: ["1 numbers"]),
    Fault(
      testDescription: "above one",
      elements: [
        MATWriter.matrix("data", rows: 784, columns: 3, values: .init(repeating: 1.5, count: 2_352))
      ],
      words: ["1.5", "from 0 to 1"]),
    Fault(
      testDescription: "NaN",
      elements: [
        MATWriter.matrix("data", rows: 784, columns: 3, values: .init(repeating: .nan, count: 2_352))
      ],
      words: ["nan"]),
    Fault(
      testDescription: "no variable", elements: [MATWriter.element(9, [0, 0, 0, 0, 0, 0, 0, 0])],
      words: ["type 9"]),
  ]

  @Test(arguments: faults) func faultyFilesAreRefusedByName(_ fault: Fault) throws {
    try write(fault.elements)
    let error = #expect(throws: DatasetError.self) { try load() }
    for word in [data.path(Self.file)] + fault.words {
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
  }

  /// One altered bit gives an error or, in padding and unused text, the same images; it never crashes.
  @Test(arguments: [false, true]) func anAlteredBitNeverPassesForOtherImages(compressed: Bool) throws {
    try write([Self.matrix("data", 3, .uint8), Self.matrix("testdata", 2, .uint8)], compressed: compressed)
    let whole = try load()
    let bytes = try data.read(Self.file)
    var generator = SplitMix(state: 11)
    for _ in 0..<300 {
      var altered = bytes
      let bit = Int.random(in: 0..<8 * bytes.count, using: &generator)
      altered[bit / 8] ^= 1 << (bit % 8)
      try data.write(altered, to: Self.file)
      let dataset: ImageDataset
      do { dataset = try load() } catch { continue }
      #expect(dataset.digest != whole.digest, "bit \(bit), seed 11")
      // A compressed file has a sum of its content.
      if compressed { #expect(dataset.train.values == whole.train.values, "bit \(bit), seed 11") }
    }
  }

  @Test func whatIsNoMATLABFileIsRefused() throws {
    for bytes in [[UInt8](repeating: 0, count: 500), [UInt8](repeating: 0, count: 126) + [0x4D, 0x49]] {
      try data.write(bytes, to: Self.file)
      let error = #expect(throws: DatasetError.self) { try load() }
      #expect(error?.message.contains("MATLAB 5") == true)
    }
  }

  @Test func theNameAsksForThePublishedCounts() throws {
    try write([Self.matrix("data", 3), Self.matrix("testdata", 2)])
    let error = #expect(throws: DatasetError.self) {
      try ImageDataset.load(name: "omniglot", in: data.folder, verifyDigest: true)
    }
    #expect(error?.message.contains("784×24345") == true, "\(error?.message ?? "")")
  }

  // MARK: idx files

  static func idx(_ count: Int, side: Int = 28) -> [UInt8] {
    IdxHeader(count: count, height: side, width: side).bytes
      + (0..<count * side * side).map { UInt8(truncatingIfNeeded: $0 * 13) }
  }

  @Test func idxFilesOfAnyCountAreReadAndSaySo() throws {
    try data.write(Self.idx(5), to: "omniglot/train-images-idx3-ubyte")
    try data.write(Self.idx(2), to: "omniglot/t10k-images-idx3-ubyte")
    let dataset = try ImageDataset.load(name: "omniglot", in: data.folder, verifyDigest: true)
    #expect(dataset.train.count == 5 && dataset.test.count == 2)
    #expect(dataset.train[4] == Array(Self.idx(5).suffix(784)))
    #expect(dataset.sourceDescription.contains("idx files, 5 + 2 images; not comparable"))
    #expect(try DatasetName.omniglot.digest(in: data.folder) == dataset.digest)
    // Other pixels, another identity; the MATLAB file goes before.
    try data.write(Self.idx(6), to: "omniglot/train-images-idx3-ubyte")
    #expect(try DatasetName.omniglot.digest(in: data.folder) != dataset.digest)
    try write([Self.matrix("data", 3), Self.matrix("testdata", 2)])
    #expect(try load().sourceDescription.contains("chardata.mat"))
  }

  @Test func idxFilesOfAnotherShapeOrLengthAreRefused() throws {
    try data.write(Self.idx(2), to: "omniglot/t10k-images-idx3-ubyte")
    let load = { () throws(DatasetError) in
      _ = try ImageDataset.load(name: "omniglot", in: self.data.folder, verifyDigest: false)
    }
    for bytes in [Self.idx(5, side: 27), Self.idx(0), Self.idx(5) + [0]] {
      try data.write(bytes, to: "omniglot/train-images-idx3-ubyte")
      #expect(throws: DatasetError.self) { try load() }
    }
    try data.write(Self.idx(1), to: "omniglot/train-images-idx3-ubyte")
    try data.expectEveryTruncationToBeRefused("omniglot/train-images-idx3-ubyte") { () throws(DatasetError) in
      try load()
    }
  }

  @Test func aCompressedFileThatPromisesTooMuchTakesNoMemory() throws {
    let synthetic = try SyntheticDataset()
    try synthetic.write(
      IdxHeader(count: 4_000_000_000, height: 28, width: 28).bytes, to: "train-images-idx3-ubyte")
    try synthetic.compress("train-images-idx3-ubyte")
    try data.write(
      try synthetic.read("train-images-idx3-ubyte.gz"), to: "omniglot/train-images-idx3-ubyte.gz")
    try data.write(Self.idx(2), to: "omniglot/t10k-images-idx3-ubyte")
    let error = #expect(throws: DatasetError.self) {
      try ImageDataset.load(name: "omniglot", in: data.folder, verifyDigest: false)
    }
    #expect(error?.message.contains("4000000000 images") == true, "\(error?.message ?? "")")
  }

  @Test func nothingThereSaysWhatMayLieThere() {
    let error = #expect(throws: DatasetError.self) {
      try ImageDataset.load(name: "omniglot", in: data.folder, verifyDigest: true)
    }
    #expect(error?.code == .missing)
    #expect(error?.message.contains("chardata.mat") == true && error?.message.contains("idx3") == true)
  }
}
