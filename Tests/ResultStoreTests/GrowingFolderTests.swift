import ResultStore
import TestSupport
import Testing

/// The sweep file of a folder is replaced whole or not at all.
@Suite struct GrowingFolderTests {
  private let old = SweepSource(
    sweepFile: "name: a\n", overrides: ["temp=1"], priors: ["fit.h5": [[1], [2]]])
  private let new = SweepSource(sweepFile: "name: a # new\n", overrides: ["temp=2", "seed=3"])

  private func withFolder(_ body: (RunPaths) throws -> Void) throws {
    try withTemporaryFolder { folder in try body(RunPaths.create(root: folder + "/sweep", source: old)) }
  }

  @Test func theOldVersionIsKept() throws {
    try withFolder { paths in
      try paths.replaceSource(with: new)
      #expect(try paths.readSource() == new)
      #expect(try DurableFile.read(paths.formerSweepFile(1)) == old.sweepFile)
      #expect(try DurableFile.read(paths.root + "/overrides.1.txt") == "temp=1\n")
      #expect(try DurableFile.read(paths.root + "/priors.1.json") == "{\"fit.h5\":[[1],[2]]}\n")
      try paths.replaceSource(with: old)
      #expect(try paths.readSource() == old)
      #expect(try DurableFile.read(paths.formerSweepFile(2)) == new.sweepFile)
      #expect(!paths.hasUnfinishedChange)
    }
  }

  /// As if the program had died after each of the files that it puts in place.
  @Test(arguments: 0...4) func aChangeThatWasCutShortCountsAndIsFinished(_ done: Int) throws {
    try withFolder { paths in
      let journal =
        "{\"number\":1,\"sweepFile\":\"name: a # new\\n\",\"overrides\":[\"temp=2\",\"seed=3\"],\"priors\":{}}"
      try DurableFile.replace(paths.root + "/sweep.next.json", with: journal)
      if done > 0 { try DurableFile.replace(paths.formerSweepFile(1), with: old.sweepFile) }
      if done > 1 { try DurableFile.replace(paths.root + "/overrides.1.txt", with: "temp=1\n") }
      if done > 1 { try DurableFile.replace(paths.root + "/priors.1.json", with: "{\"fit.h5\":[[1],[2]]}\n") }
      if done > 2 { try DurableFile.replace(paths.sweepFile, with: new.sweepFile) }
      if done > 3 { try DurableFile.replace(paths.overridesFile, with: "temp=2\nseed=3\n") }
      #expect(paths.hasUnfinishedChange)
      #expect(try paths.readSource() == new)
      try paths.finishReplacingSource()
      #expect(!paths.hasUnfinishedChange)
      #expect(try paths.readSource() == new)
      #expect(try DurableFile.read(paths.sweepFile) == new.sweepFile)
      #expect(try DurableFile.read(paths.formerSweepFile(1)) == old.sweepFile)
      #expect(try DurableFile.read(paths.root + "/overrides.1.txt") == "temp=1\n")
      try paths.finishReplacingSource()
      #expect(try paths.readSource() == new)
    }
  }

  @Test func anUnreadableChangeIsRefusedWithWhatToDo() throws {
    try withFolder { paths in
      try DurableFile.replace(paths.root + "/sweep.next.json", with: "{")
      let error = #expect(throws: ResultStoreError.self) { try paths.readSource() }
      #expect(error?.code == .damaged && error?.description.contains("move it away") == true)
    }
  }

  @Test func aFolderWithACoordinatorIsRefused() throws {
    try withFolder { paths in
      #expect(!paths.hasCoordinator)
      try paths.withoutCoordinator { () throws(ResultStoreError) in
        #expect(paths.hasCoordinator)
        let error = #expect(throws: ResultStoreError.self) {
          try paths.withoutCoordinator { () throws(ResultStoreError) in }
        }
        #expect(error?.code == .inUse)
      }
      #expect(!paths.hasCoordinator)
    }
  }
}
