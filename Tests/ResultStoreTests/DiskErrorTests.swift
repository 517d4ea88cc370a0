import Foundation
import TestSupport
import Testing
import Trials

@testable import ResultStore

/// What the system refuses is told with the path and the system's reason, and leaves nothing behind.
@Suite struct DiskErrorTests {
  /// A limit on file sizes stands for a full disk: both fail in the middle of a write, after a part of it.
  @Test(arguments: [0, 1_000, 6_000, 12_000])
  func aDiskThatIsFull(limit: Int) async throws {
    try await withTemporaryFolder { folder in
      let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
        [folder = folder as String, bytes = limit as Int] in
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
        setrlimit(__rlimit_resource_t(1), &limit)
        let record = try Sample.record()
        let writers: [(String) throws -> Void] = [
          { try TrialFile.write(record, to: $0) },
          { try CheckpointFile.write(Sample.snapshot(record.trial.id), to: $0) },
          { try DurableFile.replace($0, with: String(repeating: "x", count: 20_000)) },
        ]
        for (index, writer) in writers.enumerated() {
          do {
            try writer(folder + "/a.h5")
            preconditionFailure("writer \(index) has not noticed")
          } catch let error as ResultStoreError {
            precondition(
              error.code == .disk && error.path.contains("a.h5") && error.message.contains("File too large"),
              "\(index): \(error)")
          }
          let left = try DurableFile.names(in: folder)
          precondition(left.isEmpty, "writer \(index) left a file")
        }
      }
      if let text = result?.standardErrorContent, !text.isEmpty {
        Issue.record("\(String(decoding: text, as: UTF8.self))")
      }
    }
  }

  @Test func aFolderThatIsNotThere() throws {
    try withTemporaryFolder { folder in
      let record = try Sample.record()
      let path = folder + "/none/a.h5"
      let writers: [@Sendable () throws -> Void] = [
        { try TrialFile.write(record, to: path) },
        { try CheckpointFile.write(Sample.snapshot(record.trial.id), to: path) },
        { try DurableFile.replace(path, with: "x") },
      ]
      for writer in writers {
        let error = try #require(throws: ResultStoreError.self, performing: writer)
        #expect(error.path.hasPrefix(folder + "/none/"), "\(error)")
        #expect(
          error.message.contains("No such file")
            || error.message.contains("there is no folder \(folder)/none"),
          "\(error)")
      }
    }
  }

  /// A person asked for `a.md`, and has never heard of the hidden file that was to become it.
  @Test func theFileThatWasAskedForIsNamed() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/none/a.md"
      let replacing = #expect(throws: ResultStoreError.self) { try DurableFile.replace(path, with: "x") }
      #expect(replacing?.description == "\(path): cannot be written: there is no folder \(folder)/none")
      let creating = #expect(throws: ResultStoreError.self) { try DurableFile.create(path, with: "x") }
      #expect(creating == replacing && creating?.code == .missing)
      try DurableFile.replace(folder + "/file", with: "x")
      let below = #expect(throws: ResultStoreError.self) {
        try DurableFile.replace(folder + "/file/a.md", with: "x")
      }
      #expect(below?.description == "\(folder)/file/a.md: cannot be written: Not a directory")
    }
  }

  /// As another user, since the administrator may write everywhere.
  @Test func aFolderWithoutWritePermission() async throws {
    try await withTemporaryFolder { folder in
      chmod(folder, 0o555)
      _ = await #expect(processExitsWith: .success) { [folder = folder as String] in
        if getuid() == 0 { precondition(setuid(65_534) == 0) }
        let record = try Sample.record()
        let writers: [() throws -> Void] = [
          { try TrialFile.write(record, to: folder + "/a.h5") },
          { try CheckpointFile.write(Sample.snapshot(record.trial.id), to: folder + "/a.h5") },
          { _ = try RunPaths.create(root: folder + "/a", source: SweepSource(sweepFile: "", overrides: [])) },
        ]
        for writer in writers {
          do {
            try writer()
            preconditionFailure("was not noticed")
          } catch let error as ResultStoreError {
            precondition(error.code == .disk && error.message.contains("Permission denied"), "\(error)")
            precondition(error.path.hasPrefix(folder))
          }
        }
      }
      chmod(folder, 0o755)
      let left = try DurableFile.names(in: folder)
      #expect(left.isEmpty)
    }
  }
}
