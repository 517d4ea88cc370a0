import Glibc
import Testing

@testable import Ledger

/// Where a ledger is copied to for reading, and what is left of it.
@Suite struct CopyFolderTests {
  @Test func withoutAFolderForTemporaryFilesCopiesLieHiddenInTheResultsFolder() throws {
    let folder = try TemporaryFolder()
    let path = try folder.open().path
    do {
      let copy = try LedgerCopy(of: path, in: folder.path + "/gone")
      #expect(copy.path.hasPrefix(folder.path + "/.igr-ledger."), "\(copy.path)")
      #expect(access(copy.path, R_OK) == 0)
    }
    #expect(!folder.names.contains { $0.hasPrefix(".igr-ledger.") }, "\(folder.names)")
  }

  @Test func whereNeitherCanBeWrittenBothAreNamed() throws {
    do {
      _ = try CopyFolder.make(in: "/nowhere/temporary", orIn: "/nowhere/results")
      Issue.record("made")
    } catch {
      #expect(error.code == .disk)
      for words in ["/nowhere/results: ", "/nowhere/temporary", "TMPDIR", "No such file or directory"] {
        #expect(error.description.contains(words), "\(error)")
      }
    }
  }

  @Test func copiesOfDeadProcessesAreRemovedAndOthersAreNot() throws {
    let folder = try TemporaryFolder()
    // A process of our own that has ended and was waited for has a number that nobody else has yet.
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    defer { free(arguments[0]) }
    try #require(posix_spawnp(&child, "true", nil, nil, &arguments, nil) == 0)
    var status: Int32 = 0
    try #require(waitpid(child, &status, 0) == child)
    let made = try CopyFolder.make(in: folder.path, orIn: "/nowhere")
    let prefix = String(made.dropLast("\(getpid()).XXXXXX".count))
    let others = ["\(prefix)\(getppid()).abcdef", "\(folder.path)/igr-ledger.elsewhere.\(child).abcdef"]
    for path in ["\(prefix)\(child).abcdef"] + others { try #require(mkdir(path, 0o700) == 0) }
    let again = try CopyFolder.make(in: folder.path, orIn: "/nowhere")
    #expect(access("\(prefix)\(child).abcdef", F_OK) != 0, "a dead process's copy is still there")
    for path in others + [made] { #expect(access(path, F_OK) == 0, "\(path) is gone") }
    for path in others + [made, again] { rmdir(path) }
  }
}
