import Foundation
import TestSupport
import Testing

@testable import HDF5

@Suite struct RefusalTests {
  private func error(_ body: () throws -> Void) throws -> HDF5Error {
    try #require(throws: HDF5Error.self, performing: body)
  }

  @Test func filesThatCannotBeOpened() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      var found = try error { _ = try HDF5File(openingAt: path) }
      #expect(found.code == .missing && found.description.contains(path))
      try Data("not a results file".utf8).write(to: URL(filePath: path))
      found = try error { _ = try HDF5File(openingAt: path) }
      #expect(found.code == .notHDF5 && found.description.contains(path))
      #expect(mkdir(folder + "/folder", 0o755) == 0)
      found = try error { _ = try HDF5File(openingAt: folder + "/folder") }
      #expect(found.code == .notHDF5)
    }
  }

  @Test func aFileThatWasCutOff() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let file = try HDF5File(composing: path)
      try file.root.createDataset("d", shape: [10_000], values: [Double](repeating: 1, count: 10_000))
      try save(file)
      let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
      #expect(truncate(path, size - 1) == 0)
      let found = try error { _ = try HDF5File(openingAt: path) }
      #expect(found.code == .library && found.message.contains("truncated"), "\(found)")
    }
  }

  @Test func namesAndTypesThatAreNotThere() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File(composing: folder + "/a.h5")
      let root = file.root
      try root.createGroup("g")
      let dataset = try root.createDataset("d", shape: [1], values: [Float(1)])
      try root.setAttribute("a", "text")
      #expect(try error { _ = try root.group("none") }.message == "lacks the group /none")
      #expect(try error { _ = try root.group("d") }.code == .missing)
      #expect(try error { _ = try root.dataset("g") }.code == .missing)
      #expect(try error { _ = try root.group("g").dataset("x") }.message == "lacks the dataset /g/x")
      #expect(
        try error { _ = try dataset.read(as: Double.self) }.message == "/d should hold float64, found float32"
      )
      #expect(try error { _ = try root.attribute("a", as: Int32.self) }.code == .typeMismatch)
      #expect(try error { _ = try root.attribute("b", as: Int32.self) }.message == "lacks the attribute b")
      #expect(try error { try root.createGroup("g") }.code == .library)
      #expect(try error { try root.createDataset("e", shape: [2], values: [Float(1)]) }.code == .invalidValue)
      #expect(try error { try root.setAttribute("nul", "a\0b") }.code == .invalidValue)
      try file.close()
      #expect(try error { try file.close() }.code == .closed)
      #expect(try error { _ = try dataset.read(as: Float.self) }.code == .closed)
    }
  }

  @Test func aPieceWithoutItsChecksum() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      // Incompressible, so that nearly every byte of the file is data.
      var generator = SystemRandomNumberGenerator()
      let values = (0..<50_000).map { _ in Int64.random(in: .min ... .max, using: &generator) }
      let file = try HDF5File(composing: path)
      try file.root.createDataset("d", shape: [50_000], values: values, storage: .compressed(level: 1))
      try save(file)
      var bytes = try Data(contentsOf: URL(filePath: path))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: URL(filePath: path))
      let dataset = try HDF5File(openingAt: path).root.dataset("d")
      let found = try error { _ = try dataset.read(as: Int64.self) }
      #expect(found.code == .library && found.stack.contains { $0.contains("checksum") }, "\(found.stack)")
    }
  }
}
