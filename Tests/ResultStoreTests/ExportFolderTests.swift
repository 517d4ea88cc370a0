import Foundation
import TestSupport
import Testing

@testable import ResultStore

@Suite struct ExportFolderTests {
  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func nothingAppearsBeforeItIsPublished() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a/out"
      do {
        let export = try ExportFolder(at: path, mayReplace: false)
        try export.write([1, 2], as: "run 1/data")
        #expect(!FileManager.default.fileExists(atPath: path))
      }
      // Given up, it leaves nothing.
      #expect(try names(folder + "/a") == [])
      let export = try ExportFolder(at: path + "/", mayReplace: false)
      try export.write([1, 2], as: "run 1/data")
      try export.write([3], as: "b")
      try export.publish(list: [("format", "\"x\"")])
      #expect(try names(path) == ["b", "export.json", "run 1"])
      #expect(FileManager.default.contents(atPath: path + "/run 1/data") == Data([1, 2]))
      let list = try #require(FileManager.default.contents(atPath: path + "/export.json"))
      let found = try JSONSerialization.jsonObject(with: list) as? [String: Any]
      #expect(found?["format"] as? String == "x" && found?["files"] as? [String] == ["b", "run 1/data"])
    }
  }

  @Test func onlyAnExportIsReplaced() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/out"
      func refusal(mayReplace: Bool) -> String {
        do {
          _ = try ExportFolder(at: path, mayReplace: mayReplace)
          return ""
        } catch { return "\(error)" }
      }
      try Data("text".utf8).write(to: URL(filePath: path))
      #expect(refusal(mayReplace: true).contains("no folder"))
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      #expect(refusal(mayReplace: false).contains("--force replaces it"))
      #expect(refusal(mayReplace: true).contains("is no export of ours"))
      try FileManager.default.removeItem(atPath: path)
      let first = try ExportFolder(at: path, mayReplace: true)
      try first.write([1], as: "deep/er/old")
      try first.publish(list: [])
      let second = try ExportFolder(at: path, mayReplace: true)
      try second.write([2], as: "new")
      try second.publish(list: [])
      #expect(try names(path) == ["export.json", "new"])
      #expect(try names(folder) == ["out"])
    }
  }

  @Test func whatAKilledExportLeftIsRemoved() throws {
    try withTemporaryFolder { folder in
      let dead = Process()
      dead.executableURL = URL(filePath: "/bin/true")
      try dead.run()
      dead.waitUntilExit()
      // `TemporaryName`: name, host, process, counter.
      let mine = TemporaryName.beside(folder + "/out").split(separator: "/").last.map(String.init) ?? ""
      let other = mine.replacingOccurrences(of: ".\(getpid()).", with: ".\(dead.processIdentifier).")
      #expect(mine != other)
      for name in [mine, other] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)/run", withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: "\(folder)/\(name)/run/data"))
      }
      try ExportFolder(at: folder + "/out", mayReplace: false).publish(list: [])
      // A process that lives may still be writing.
      #expect(try names(folder) == [mine, "out"])
    }
  }
}
