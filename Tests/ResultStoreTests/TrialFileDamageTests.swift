import Foundation
import HDF5
import TestSupport
import Testing
import Trials

@testable import ResultStore

@Suite struct TrialFileDamageTests {
  private static let readers: [@Sendable (String) throws -> Void] = [
    { _ = try TrialFile.read($0) }, { _ = try TrialFile.readSummary($0) }, { try TrialFile.verify($0) },
  ]

  /// Every reader refuses the file with this code and names the path.
  private func expectRefusal(_ path: String, _ code: ResultStoreError.Code, _ words: String) throws {
    for reader in Self.readers {
      let error = try #require(throws: ResultStoreError.self) { try reader(path) }
      #expect(error.code == code && error.message.contains(words), "\(error)")
      #expect(error.description.hasPrefix(path + ": "))
    }
  }

  @Test func whatIsNoTrialFileAtAll() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try expectRefusal(path, .missing, "No such file")
      try Data().write(to: URL(filePath: path))
      try expectRefusal(path, .notHDF5, "is not an HDF5 file")
      try Data("name: example\n".utf8).write(to: URL(filePath: path))
      try expectRefusal(path, .notHDF5, "is not an HDF5 file")
      try FileManager.default.removeItem(atPath: path)
      let empty = try HDF5File(composing: path).finish()
      try Data(empty).write(to: URL(filePath: path))
      try expectRefusal(path, .damaged, "the checksum at its end is missing")
      try SealedFile.write(empty, to: path)
      try expectRefusal(path, .incomplete, "lacks the attribute schema_version")
    }
  }

  @Test func aNewerSchemaIsRefusedWithBothNumbers() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File(composing: folder + "/a.h5")
      try file.root.setAttribute("schema_version", Int32(TrialFile.schemaVersion + 1))
      try SealedFile.write(file.finish(), to: folder + "/a.h5")
      try expectRefusal(folder + "/a.h5", .newerSchema, "has schema version 2, this program reads up to 1")
    }
  }

  @Test func otherRulesAreRefusedWithBothNumbers() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File(composing: folder + "/a.h5")
      try file.root.setAttribute("schema_version", Int32(1))
      try file.root.setAttribute("engine_result_version", Int32(99))
      try SealedFile.write(file.finish(), to: folder + "/a.h5")
      try expectRefusal(folder + "/a.h5", .otherEngine, "version 99 of the engine's rules")
    }
  }

  @Test func aFileWithoutOneOfItsGroups() throws {
    let groups = ["metrics", "final", "tensors", "timing", "provenance"]
    try withTemporaryFolder { folder in
      for missing in groups {
        let path = "\(folder)/\(missing).h5"
        let file = try HDF5File(composing: path)
        try TrialFileHeader(of: try Sample.record()).write(in: file.root)
        for name in groups where name != missing { try file.root.createGroup(name) }
        try SealedFile.write(file.finish(), to: path)
        try expectRefusal(path, .incomplete, "lacks the group /\(missing)")
      }
    }
  }

  @Test func aConfigurationThatIsNotTheTrials() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let file = try HDF5File(composing: path)
      try file.root.setAttribute("schema_version", Int32(1))
      try file.root.setAttribute("engine_result_version", Int32(EngineVersion.result))
      for name in ["metrics", "final", "tensors", "timing", "provenance"] { try file.root.createGroup(name) }
      try file.root.setAttribute("trial_id", try Sample.trial(seed: 1).id.description)
      try file.root.setAttribute("config", try Sample.trial(seed: 2).configuration.canonicalJSON)
      try file.root.setAttribute("data_digest", try Sample.trial().dataDigest)
      try file.root.setAttribute("threads", Int32(2))
      try SealedFile.write(file.finish(), to: path)
      try expectRefusal(path, .damaged, "is named trial")
    }
  }

  @Test func numbersThatAreNotTheOnesThatWereWritten() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      var other = try Sample.record()
      other.metrics.append(epoch: 9, ["test_elbo": 0])
      let header = TrialFileHeader(of: try Sample.record())
      try SealedFile.write(TrialFile.content(of: other, under: header, for: path), to: path)
      for reader in [Self.readers[0], Self.readers[2]] {
        let error = try #require(throws: ResultStoreError.self) { try reader(path) }
        #expect(error.code == .damaged && error.message.contains("result_digest"), "\(error)")
      }
    }
  }

  @Test func columnsOfDifferentLength() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let file = try HDF5File(composing: path)
      try TrialFileHeader(of: try Sample.record()).write(in: file.root)
      let metrics = try file.root.createGroup("metrics")
      try metrics.createDataset("epoch", shape: [2], values: [Int32(0), 1])
      try metrics.createDataset("test_elbo", shape: [3], values: [1.0, 2, 3])
      for name in ["final", "tensors", "timing", "provenance"] { try file.root.createGroup(name) }
      try SealedFile.write(file.finish(), to: path)
      try expectRefusal(path, .damaged, "/metrics/test_elbo has 3 rows, /metrics/epoch 2")
    }
  }

  @Test func aFileCutOffAnywhereIsRefused() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try TrialFile.write(try Sample.record(), to: path)
      let whole = try Data(contentsOf: URL(filePath: path))
      for length in Swift.stride(from: 0, to: whole.count, by: whole.count / 40) + [whole.count - 1] {
        try whole.prefix(length).write(to: URL(filePath: path))
        let error = try #require(throws: ResultStoreError.self, "\(length) bytes") {
          try TrialFile.verify(path)
        }
        #expect([.notHDF5, .damaged].contains(error.code), "\(length) bytes: \(error)")
      }
    }
  }

  /// The library itself ends the process on some of these files, so the test is that it never sees one.
  @Test func anyFlippedBitIsFound() throws {
    let seed = UInt64.random(in: 0 ... .max)
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try TrialFile.write(try Sample.record(), to: path)
      let whole = try Data(contentsOf: URL(filePath: path))
      var generator = SampleGenerator(state: seed)
      for _ in 0..<300 {
        var bytes = whole
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[position] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
        try bytes.write(to: URL(filePath: path))
        for reader in Self.readers {
          let error = try #require(throws: ResultStoreError.self, "byte \(position), seed \(seed)") {
            try reader(path)
          }
          #expect([.notHDF5, .damaged].contains(error.code), "byte \(position), seed \(seed): \(error)")
        }
      }
    }
  }
}
