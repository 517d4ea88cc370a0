import Foundation
import TestSupport
import Testing
import Trials

@testable import ResultStore

@Suite struct RunPathsTests {
  private let source = SweepSource(
    sweepFile: "name: example\n# µ\n", overrides: ["epochs=2", "temp=[0.1, 0.5]"])

  @Test func aNewFolderIsCompleteAndHoldsItsSource() throws {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(root: folder + "/results/example/", source: source)
      #expect(paths.root == folder + "/results/example")
      #expect(paths.isResultsFolder)
      #expect(try paths.readSource() == source)
      #expect(try paths.ledgerEpochs() == [])
      #expect(try paths.publishedTrials() == [])
      #expect(
        try FileManager.default.subpathsOfDirectory(atPath: paths.root).sorted() == [
          "checkpoints", "logs", "overrides.txt", "sweep.yaml", "tables", "trials", "trials/.incoming",
        ])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/results") == ["example"])
    }
  }

  @Test func whatIsThereIsNotTouched() throws {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(root: folder + "/example", source: source)
      let error = try #require(throws: ResultStoreError.self) {
        try RunPaths.create(root: folder + "/example", source: SweepSource(sweepFile: "other", overrides: []))
      }
      #expect(error.code == .exists && error.path == paths.root, "\(error)")
      #expect(try paths.readSource() == source)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["example"])
      #expect(!RunPaths(root: folder).isResultsFolder)
    }
  }

  @Test func placesWhereNoFolderCanBe() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: URL(filePath: folder + "/file"))
      let error = try #require(throws: ResultStoreError.self) {
        try RunPaths.create(root: folder + "/file/example", source: source)
      }
      #expect(error.code == .disk && error.message.contains("Not a directory"), "\(error)")
      let refused = try #require(throws: ResultStoreError.self) {
        try RunPaths.create(root: folder + "/b", source: SweepSource(sweepFile: "", overrides: ["a=1\nb=2"]))
      }
      #expect(refused.code == .invalidRecord)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
  }

  @Test func namesOfFilesAreFound() throws {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(root: folder + "/example", source: source)
      let trial = try Sample.trial().id
      for path in [
        paths.ledgerFile(epoch: 10), paths.ledgerFile(epoch: 9), paths.root + "/ledger.x.sqlite",
        paths.ledgerFile(epoch: 9) + "-wal", paths.trialFile(trial), paths.trialsFolder + "/notes.txt",
        paths.incomingTrialFile(trial: trial, token: Sample.token()),
      ] {
        try Data().write(to: URL(filePath: path))
      }
      #expect(try paths.ledgerEpochs() == [9, 10])
      #expect(try paths.publishedTrials() == [trial])
      #expect(paths.table("comparison", .latex) == paths.root + "/tables/comparison.tex")
    }
  }

  @Test func trialsAreFoundByTheNamesOfTheirFilesInTheOrderOfTheirNames() throws {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(root: folder + "/example", source: source)
      let names = [
        "fedcba9876543210.h5", "0000000000000001.h5", "00000000000000a0.h5", "7fffffffffffffff.h5",
        "0123456789ABCDEF.h5", "0123456789abcde.h5", "0123456789abcdef0.h5", "0123456789abcdeg.h5", ".h5",
        "h5",
        "0123456789abcdef.h5.damaged", "0123456789abcdef", "0123456789abcdef.H5", ".0123456789abcdef.h5",
      ]
      for name in names {
        try Data().write(to: URL(filePath: "\(paths.trialsFolder)/\(name)"))
        try Data().write(to: URL(filePath: "\(paths.checkpointsFolder)/\(name)"))
      }
      let expected = ["0000000000000001", "00000000000000a0", "7fffffffffffffff", "fedcba9876543210"]
      #expect(try paths.publishedTrials().map(\.description) == expected)
      #expect(try paths.keptCheckpoints().map(\.description) == expected)
    }
  }

  @Test func aFileHasOneStampByWhicheverWayItIsFound() throws {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(root: folder + "/example", source: source)
      let trial = try Sample.trial().id
      let other = try #require(TrialID("0123456789abcdef"))
      try Data("12345".utf8).write(to: URL(filePath: paths.trialFile(trial)))
      try FileManager.default.createDirectory(
        atPath: paths.trialFile(other), withIntermediateDirectories: false)
      let trials = try TrialFolder(of: paths)
      // The macros cannot hold a value that is not copied.
      let (found, ofFolder) = (trials.stamp(of: trial), trials.stamp(of: other))
      let stamp = try #require(found)
      #expect(stamp == FileStamp(ofFileAt: paths.trialFile(trial)))
      #expect(stamp.byteCount == 5)
      #expect(ofFolder == nil, "a folder is no result")
      try FileManager.default.removeItem(atPath: paths.trialFile(trial))
      let afterwards = trials.stamp(of: trial)
      #expect(afterwards == nil)
      let error = #expect(throws: ResultStoreError.self) {
        _ = try TrialFolder(of: RunPaths(root: folder + "/none")).stamp(of: trial)
      }
      #expect(error?.code == .missing)
    }
  }

  /// Files of this process, of another machine and of other makers stay; those of an ended process go.
  @Test func leftoversOfEndedProcessesAreRemoved() async throws {
    try await withTemporaryFolder { folder in
      let paths = try RunPaths.create(root: folder + "/example", source: source)
      // An ended process that left a checkpoint and a results folder under their temporary names.
      await #expect(processExitsWith: .success) { [folder = folder as String] in
        let paths = RunPaths(root: folder + "/example")
        try DurableFile.write("half", to: TemporaryName.beside(paths.checkpointsFolder + "/a.h5"))
        try paths.makeFiguresFolder()
        try DurableFile.write("half", to: TemporaryName.beside(paths.figure("a", .svg)))
        let other = RunPaths(root: TemporaryName.beside(folder + "/other"))
        try FileManager.default.createDirectory(atPath: other.trialsFolder, withIntermediateDirectories: true)
        try DurableFile.write("name: other", to: other.sweepFile)
      }
      let own = TemporaryName.beside(paths.checkpointsFolder + "/b.h5")
      let foreign = paths.checkpointsFolder + "/.c.h5.another-host.1.1.new"
      for path in [own, foreign] { try Data().write(to: URL(filePath: path)) }
      #expect(try DurableFile.names(in: paths.checkpointsFolder).count == 3)
      try paths.removeLeftovers()
      #expect(
        try DurableFile.names(in: paths.checkpointsFolder).map { paths.checkpointsFolder + "/" + $0 }
          == [own, foreign].sorted())
      #expect(try DurableFile.names(in: paths.figuresFolder).isEmpty)
      #expect(try DurableFile.names(in: folder).count == 2)
      _ = try RunPaths.create(root: folder + "/other", source: source)
      #expect(try DurableFile.names(in: folder) == ["example", "other"])
    }
  }
}
