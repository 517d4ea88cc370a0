import Datasets
import Digests
import Foundation
import Testing

@testable import DatasetFetching

/// Fetching with a source of the test's own in place of the network.
@Suite final class FetchTests {
  let folder = DataFolder(path: NSTemporaryDirectory() + "igr-fetch-" + UUID().uuidString)
  let known: KnownDataset

  init() {
    let digest = Self.bytes(3).withUnsafeBytes { SHA256.digest(of: $0) }.description
    let file = { KnownFile(name: $0, count: 3, height: 2, width: 2, digest: digest) }
    known = KnownDataset(name: "small", train: file("train"), test: file("test"))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder.path) }

  static func bytes(_ count: Int) -> [UInt8] {
    IdxHeader(count: count, height: 2, width: 2).bytes + (0..<UInt8(4 * count)).map { $0 }
  }

  func path(_ name: String) -> String { folder.path + "/small/" + name }

  var contents: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/small")) ?? []).sorted()
  }

  func good(_ known: KnownDataset, staging: URL, tell: (String) -> Void) throws {
    for file in known.files { try Data(Self.bytes(3)).write(to: staging.appendingPathComponent(file.name)) }
    try Data([1]).write(to: staging.appendingPathComponent("download"))
  }

  @Test func fetchedFilesHaveTheirNamesAndNothingElseIsLeft() throws {
    let outcome = try DatasetFetch.fetch(known, into: folder, from: good, tell: { _ in })
    #expect(outcome == .fetched)
    #expect(contents == ["test", "train"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path("train"))) == Data(Self.bytes(3)))
  }

  @Test func whatIsPresentAndVerifiedIsNotFetched() throws {
    _ = try DatasetFetch.fetch(known, into: folder, from: good, tell: { _ in })
    var told: [String] = []
    let outcome = try DatasetFetch.fetch(
      known, into: folder, from: { _, _, _ in Issue.record("the source was asked") },
      tell: { told.append($0) })
    #expect(outcome == .present)
    #expect(told == ["small: present and verified in \(folder.path)/small, skipped"])
  }

  @Test func anAlteredFileIsNamedAndReplaced() throws {
    _ = try DatasetFetch.fetch(known, into: folder, from: good, tell: { _ in })
    var bytes = Self.bytes(3)
    bytes[20] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: path("train")))
    var told: [String] = []
    #expect(try DatasetFetch.fetch(known, into: folder, from: good, tell: { told.append($0) }) == .fetched)
    #expect(told.first?.contains(path("train")) == true && told.first?.contains("SHA-256") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path("train"))) == Data(Self.bytes(3)))
  }

  @Test func otherBytesThanExpectedAreRefusedAndLeaveNothing() throws {
    let error = #expect(throws: DatasetFetchError.self) {
      try DatasetFetch.fetch(
        known, into: folder,
        from: { known, staging, _ in
          try Data(Self.bytes(3)).write(to: staging.appendingPathComponent("train"))
          try Data(Self.bytes(2)).write(to: staging.appendingPathComponent("test"))
        }, tell: { _ in })
    }
    #expect(error?.message.contains("expected 3") == true, "\(error?.message ?? "")")
    #expect(contents.isEmpty)
  }

  @Test func aFailedSourceLeavesNothing() throws {
    #expect(throws: DatasetFetchError.self) {
      try DatasetFetch.fetch(
        known, into: folder,
        from: { _, staging, _ in
          try Data([1]).write(to: staging.appendingPathComponent("train"))
          throw DatasetFetchError("no network")
        }, tell: { _ in })
    }
    #expect(contents.isEmpty)
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    try Data([1]).write(to: URL(fileURLWithPath: folder.path))
    let error = #expect(throws: DatasetFetchError.self) {
      try DatasetFetch.fetch(known, into: folder, from: good, tell: { _ in })
    }
    #expect(error?.message.contains(folder.path) == true)
  }

  @Test func aMissingProgramSaysWhatToDo() throws {
    let error = #expect(throws: DatasetFetchError.self) {
      try Command(program: "igr-no-such-program", arguments: [], remedy: "write it").run(
        in: FileManager.default.temporaryDirectory)
    }
    #expect(error?.message == "igr-no-such-program is not installed: write it")
  }

  @Test func aFailingProgramIsQuoted() throws {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let error = #expect(throws: DatasetFetchError.self) {
      try Command(program: "ls", arguments: ["no-such-file"], remedy: "").run(
        in: URL(fileURLWithPath: folder.path))
    }
    #expect(error?.message.contains("no-such-file") == true && error?.message.contains("status 2") == true)
  }
}
