import HDF5
import Testing

@testable import Datasets

@Suite struct HDF5ImagesTests {
  static let name = "own.h5"
  let data = DataFolderOnDisk()

  func write(_ compose: (Group) throws -> Void) throws {
    let file = try HDF5File(composing: data.path(Self.name))
    try compose(file.root)
    try data.write(try file.finish(), to: Self.name)
  }

  func load() throws(DatasetError) -> ImageDataset {
    try ImageDataset.load(name: "hdf5:own.h5", in: data.folder, verifyDigest: true)
  }

  @Test func bytesStayBytesAndTheLastTenthIsTheTest() throws {
    let bytes = (0..<25 * 12).map { UInt8($0 * 5 % 256) }
    try write { try $0.createDataset("images", shape: [25, 2, 3, 2], values: bytes) }
    let dataset = try load()
    #expect(dataset.train.count == 23 && dataset.test.count == 2)
    #expect((dataset.test.height, dataset.test.width, dataset.test.channels) == (2, 3, 2))
    #expect(dataset.train[22] == Array(bytes[22 * 12..<23 * 12]))
    #expect(dataset.test[0] == Array(bytes[23 * 12..<24 * 12]))
    #expect(dataset.test.values == bytes[23 * 12..<25 * 12].map { Float($0) / 255 })
    #expect(dataset.sourceDescription.contains("23 + 2 images (the last tenth as test images)"))
    #expect(try DatasetName(text: "hdf5:own.h5").digest(in: data.folder) == dataset.digest)
    #expect(
      try ImageDataset.load(name: "hdf5:" + data.path(Self.name), in: data.folder, verifyDigest: false).digest
        == dataset.digest)
  }

  @Test func floatsAreKeptToTheBit() throws {
    let floats = (0..<6 * 20).map { Float($0) / 119 }
    let doubles = (0..<2 * 20).map { Double($0) / 39 }
    try write {
      try $0.createDataset("images", shape: [6, 4, 5], values: floats, storage: .compressed(level: 4))
      try $0.createDataset("test_images", shape: [2, 4, 5, 1], values: doubles)
    }
    let dataset = try load()
    #expect(dataset.train.count == 6 && dataset.test.count == 2 && dataset.test.channels == 1)
    #expect(dataset.train.values == floats)
    #expect(dataset.test.values == doubles.map { Float($0) })
    #expect(dataset.sourceDescription.contains("test images as given"))
  }

  @Test func otherBytesAreAnotherIdentity() throws {
    var digests: Set<String> = []
    for value in [UInt8(10), 11] {
      try write { try $0.createDataset("images", shape: [2, 1, 1], values: [value, 200]) }
      digests.insert(try load().digest)
    }
    #expect(digests.count == 2)
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let words: [String]
    let compose: @Sendable (Group) throws -> Void
  }

  static let faults = [
    Fault(testDescription: "no images", words: ["lacks", "images"]) {
      try $0.createDataset("pictures", shape: [2, 1, 1], values: [UInt8(0), 9])
    },
    Fault(testDescription: "two axes", words: ["[2, 3]", "[n, height, width]"]) {
      try $0.createDataset("images", shape: [2, 3], values: [UInt8](repeating: 9, count: 6))
    },
    Fault(testDescription: "nothing in it", words: ["[0, 3, 3]"]) {
      try $0.createDataset("images", shape: [0, 3, 3], values: [UInt8]())
    },
    Fault(testDescription: "integers", words: ["int32", "uint8"]) {
      try $0.createDataset("images", shape: [2, 1, 1], values: [Int32(0), 9])
    },
    Fault(testDescription: "NaN", words: ["images[1, 0, 1, 0]", "nan", "from 0 to 1"]) {
      try $0.createDataset("images", shape: [2, 1, 2, 1], values: [Float(0), 1, 0.5, .nan])
    },
    Fault(testDescription: "above 1", words: ["images[0, 0, 1]", "1.001"]) {
      try $0.createDataset("images", shape: [2, 1, 2], values: [0, 1.001, 0.5, 0.5])
    },
    Fault(testDescription: "below 0", words: ["images[1, 0, 1]", "-0.25"]) {
      try $0.createDataset("images", shape: [2, 1, 2], values: [Float(0), 1, 0.5, -0.25])
    },
    Fault(testDescription: "zeros and ones as bytes", words: ["only the bytes 0 and 1"]) {
      try $0.createDataset("images", shape: [2, 1, 2], values: [UInt8(0), 1, 1, 0])
    },
    Fault(testDescription: "one image", words: ["1 image and no test_images"]) {
      try $0.createDataset("images", shape: [1, 1, 2], values: [UInt8(0), 9])
    },
    Fault(testDescription: "test images of another shape", words: ["[1, 3, 1]", "[1, 2, 1]"]) {
      try $0.createDataset("images", shape: [2, 1, 2], values: [UInt8(0), 9, 9, 9])
      try $0.createDataset("test_images", shape: [1, 1, 3], values: [UInt8(0), 9, 9])
    },
  ]

  @Test(arguments: faults) func faultyFilesAreRefusedByName(_ fault: Fault) throws {
    try write(fault.compose)
    let error = #expect(throws: DatasetError.self) { try load() }
    for word in [data.path(Self.name)] + fault.words {
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
  }

  @Test func everyTruncationIsRefused() throws {
    try write {
      try $0.createDataset(
        "images", shape: [8, 5, 5], values: (0..<200).map { UInt8($0) }, storage: .compressed(level: 4))
    }
    try data.expectEveryTruncationToBeRefused(Self.name) { () throws(DatasetError) in
      do throws(DatasetError) {
        _ = try load()
      } catch {
        // In words for a person, without the library's.
        #expect(!error.message.contains("H5F") || error.message.contains("is damaged"), "\(error.message)")
        #expect(error.code != .unreadable, "\(error.message)")
        throw error
      }
    }
  }

  @Test func aMissingFileAndAnotherKindOfFileAreTold() throws {
    #expect(#expect(throws: DatasetError.self) { try load() }?.code == .missing)
    try data.write("no HDF5".utf8, to: Self.name)
    let error = #expect(throws: DatasetError.self) { try load() }
    #expect(error?.code == .misshaped && error?.message.contains("not an HDF5 file") == true)
  }
}
