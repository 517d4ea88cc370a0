import Aggregation
import Foundation
import HDF5
import Reporting
import SweepFiles
import TestSupport
import Testing
import Trials

@testable import ResultStore

/// From a results folder with real trial files to tables.
@Suite struct SweepResultsTests {
  static let sweepFile = """
    name: small
    base: {dataset_name: mnist, epochs: 2}
    cases: [{model_type: GS_Dis, n_required: 10}, {model_type: IGR_I_Dis, n_required: 9}]
    grid: {temp: [0.25, 0.5], seed: [1, 2]}
    """

  private func plan(_ overrides: [String] = [], digest: String = "data") throws -> SweepPlan {
    try SweepDefinition.parse(Self.sweepFile, path: "sweep.yaml", overrides: overrides).plan { _ in digest }
  }

  /// A folder with the results of `trials`, each with a training loss of its own.
  private func withResults(
    of trials: [Trial], overrides: [String] = [], _ body: (RunPaths) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(
        root: folder + "/small", source: SweepSource(sweepFile: Self.sweepFile, overrides: overrides))
      for (index, trial) in trials.enumerated() {
        try TrialFile.write(record(trial, loss: 100 + Double(index)), to: paths.trialFile(trial.id))
      }
      try body(paths)
    }
  }

  @Test func anotherTrialsFileIsNotShownAsThisOnes() throws {
    let trials = try plan().sweep.trials
    try withResults(of: [trials[0]]) { paths in
      try FileManager.default.copyItem(
        atPath: paths.trialFile(trials[0].id), toPath: paths.trialFile(trials[1].id))
      let page = TrialPage.read(trials[1], in: paths, state: .pending, attempts: [])
      #expect(page.state == .pending && page.finals.isEmpty && page.sourcePath == nil)
      #expect(page.remarks.contains { $0.contains("holds trial \(trials[0].id), not \(trials[1].id)") })
    }
  }

  private func record(_ trial: Trial, loss: Double) -> TrialRecord {
    var metrics = EpochTable(names: Metric.perEpoch.map(\.name))
    metrics.append(epoch: 0, ["test_elbo": -500])
    metrics.append(epoch: 1, ["train_loss": loss + 50, "test_elbo": -loss])
    metrics.append(epoch: 2, ["train_loss": loss])
    var timing = EpochTable(names: ["seconds", "images_per_second"])
    for epoch in 0...2 { timing.append(epoch: Int32(epoch), ["seconds": 1]) }
    return TrialRecord(
      trial: trial, sweep: "small", state: .completed, engineVersion: "0.1.0", gitRevision: "r",
      metrics: metrics,
      finals: Metric.atEnd.map { ($0.name, $0 == .testLogLikelihood ? -loss + 2 : .nan) }, tensors: [],
      timing: timing,
      attempts: [
        AttemptRecord(
          number: 1, token: FencingToken(coordinatorEpoch: 1, counter: 1), worker: "w", host: "h",
          startedUnixSeconds: 0, endedUnixSeconds: 1, cause: .completed, lastEpoch: 2)
      ])
  }

  @Test func everyPlannedTrialIsThereOnceWithItsLastMeasurements() throws {
    let trials = try plan().sweep.trials
    try withResults(of: trials) { paths in
      let results = try SweepResults.read(paths)
      #expect(results.sweep == "small")
      #expect(results.summaries.map(\.trial) == trials)
      #expect(results.summaries.allSatisfy { $0.state == .completed })
      #expect(results.summaries.map { $0.metrics["train_loss"] } == (0..<8).map { 100 + Double($0) })
      #expect(results.summaries[3].metrics["test_elbo"] == -103)
      #expect(results.summaries[3].metrics["test_log_likelihood"] == -101)
      #expect(results.unreadable == [] && results.unplanned == [])
    }
  }

  @Test func whatIsMissingIsKnownFromThePlan() throws {
    let trials = try plan().sweep.trials
    try withResults(of: Array(trials.prefix(5))) { paths in
      // A coordinator of another machine is at work, as far as anybody knows.
      try status().write(to: paths.statusFile)
      let standings = [
        trials[5].id: SweepResults.Standing(state: .running),
        trials[6].id: SweepResults.Standing(state: .failed, cause: .nan),
        // A result on disk counts more than what is said of it.
        trials[0].id: SweepResults.Standing(state: .failed),
      ]
      let results = try SweepResults.read(paths, standings: standings)
      #expect(results.summaries.map(\.trial) == trials)
      #expect(
        results.summaries.map(\.state)
          == [.completed, .completed, .completed, .completed, .completed, .running, .failed, .pending])
      #expect(results.summaries[6].cause == .nan)
      #expect(try results.report().plainText.contains("1 failed: IGR_I_Dis temp=0.5 seed=1 (nan)"))
    }
  }

  /// A coordinator's last word.
  private func status(
    on host: String = "another machine", secondsAgo: Double = 0, hasEnded: Bool = false,
    running: [Trial] = [], failed: [Trial] = [],
    finished: [(Trial, TrialState)] = []
  ) -> StatusSnapshot {
    StatusSnapshot(
      sweep: "small", coordinator: .init(host: host, processID: 1, epoch: 1, endpoint: "tcp://127.0.0.1:1"),
      startedUnixSeconds: 0, writtenUnixSeconds: Date().timeIntervalSince1970 - secondsAgo,
      hasEnded: hasEnded, counts: [:],
      workers: running.map {
        .init(
          id: "w", host: host, processID: 2, trial: $0.id.description, epoch: 1, step: 5,
          imagesPerSecond: nil,
          lastWordUnixSeconds: 1)
      }, imagesPerSecond: 0, best: nil, secondsLeft: nil,
      recentlyFinished: finished.enumerated().map { index, entry in
        .init(
          sequence: index + 1, trial: entry.0.id.description, label: "", state: entry.1,
          cause: entry.1.rawValue,
          seconds: 1, metrics: [:])
      }, failures: failed.map { .init(trial: $0.id.description, cause: "hung", message: "", logPath: "") })
  }

  @Test func runningTrialsAreShownWhileACoordinatorMayBeAtWork() throws {
    let trials = try plan().sweep.trials
    try withResults(of: Array(trials.prefix(4))) { paths in
      func states() throws -> [TrialState] {
        try SweepResults.read(paths).summaries.dropFirst(4).map(\.state)
      }
      let finished = [(trials[6], TrialState.pruned), (trials[7], .cancelled), (trials[5], .completed)]
      try status(running: [trials[4]], finished: finished).write(to: paths.statusFile)
      // A completed trial without its file is missing, whatever the status says.
      #expect(try states() == [.running, .pending, .pruned, .cancelled])
      let report = try SweepResults.read(paths).report()
      #expect(report.plainText.contains("1 not finished: IGR_I_Dis temp=0.25 seed=1"), "\(report.plainText)")
      try status(hasEnded: true, running: [trials[4]], finished: finished).write(to: paths.statusFile)
      #expect(try states() == [.pending, .pending, .pruned, .cancelled])
      // One that fell silent an hour ago, as after a power failure, trains nothing any more.
      try status(secondsAgo: 3600, running: [trials[4]], finished: finished).write(to: paths.statusFile)
      #expect(try states() == [.pending, .pending, .pruned, .cancelled])
      // Of this machine it is known that no coordinator holds the folder.
      let here = ProcessInfo.processInfo.hostName
      try status(on: here, running: [trials[4]], finished: finished).write(to: paths.statusFile)
      #expect(try states() == [.pending, .pending, .pruned, .cancelled])
    }
  }

  /// A status names the latest ends only; the ledger has all, and knows what was revived since.
  @Test func theLedgerIsBelievedBeforeTheStatus() throws {
    let trials = try plan().sweep.trials
    try withResults(of: Array(trials.prefix(5))) { paths in
      try status(running: [trials[5]], failed: [trials[6]]).write(to: paths.statusFile)
      let ledger = [trials[7].id: SweepResults.Standing(state: .failed, cause: .outOfMemory)]
      let states = try SweepResults.read(paths, standings: ledger).summaries.dropFirst(5).map(\.state)
      #expect(states == [.running, .pending, .failed])
    }
  }

  @Test func failuresAreReadFromTheStatus() throws {
    let trials = try plan().sweep.trials
    try withResults(of: Array(trials.dropFirst())) { paths in
      try status(hasEnded: true, failed: [trials[0]]).write(to: paths.statusFile)
      let results = try SweepResults.read(paths)
      #expect(results.summaries[0].state == .failed)
      #expect(results.summaries[0].cause == .hung)
    }
  }

  @Test func aFileThatIsNoResultIsNamedAndItsTrialMissing() throws {
    let trials = try plan().sweep.trials
    try withResults(of: trials) { paths in
      let damaged = paths.trialFile(trials[2].id)
      try Data("not HDF5".utf8).write(to: URL(filePath: damaged))
      let copied = paths.trialFile(trials[4].id)
      try FileManager.default.removeItem(atPath: copied)
      try FileManager.default.copyItem(atPath: paths.trialFile(trials[3].id), toPath: copied)
      let results = try SweepResults.read(paths)
      #expect(results.unreadable.map(\.path).sorted() == [damaged, copied].sorted())
      #expect(results.unreadable.allSatisfy { !$0.reason.isEmpty && $0.description.hasPrefix($0.path) })
      #expect(results.summaries[2].state == .pending && results.summaries[4].state == .pending)
      #expect(results.summaries.count { $0.state == .completed } == 6)
    }
  }

  /// Cut off, of a newer version, without a group, and no HDF5 at all: each is told with its reason, and the others make
  /// the table.
  @Test func everyKindOfUnreadableFileIsToldAndTheTableIsMade() throws {
    let trials = try plan().sweep.trials
    try withResults(of: trials) { paths in
      let whole = try Data(contentsOf: URL(filePath: paths.trialFile(trials[0].id)))
      try whole.prefix(whole.count / 2).write(to: URL(filePath: paths.trialFile(trials[0].id)))
      for (index, schema, rules) in [(1, Int32(99), Int32(1)), (2, 1, 99)] {
        try sealed(paths.trialFile(trials[index].id)) { root in
          try root.setAttribute("schema_version", schema)
          try root.setAttribute("engine_result_version", rules)
        }
      }
      try Data("trial,loss\n".utf8).write(to: URL(filePath: paths.trialFile(trials[3].id)))
      try Data("mine".utf8).write(to: URL(filePath: paths.trialsFolder + "/notes.txt"))
      let results = try SweepResults.read(paths)
      let reasons = Dictionary(results.unreadable.map { ($0.path, $0.reason) }) { $1 }
      for (index, words) in [
        (0, "was cut off, damaged or changed"), (1, "has schema version 99, this program reads up to 1"),
        (2, "version 99 of the engine's rules"), (3, "is not an HDF5 file"),
      ] {
        #expect(reasons[paths.trialFile(trials[index].id)]?.contains(words) == true, "\(reasons)")
      }
      #expect(reasons[paths.trialsFolder + "/notes.txt"]?.contains("is no trial file") == true)
      #expect(reasons.count == 5)
      let table = try results.report().plainText
      #expect(table.contains("0 of 2: 2 missing") && table.contains("4 without a result: GS_Dis"), "\(table)")
    }
  }

  /// An HDF5 file with the right seal and whatever `fill` puts in.
  private func sealed(_ path: String, _ fill: (Group) throws -> Void) throws {
    let file = try HDF5File(composing: path)
    try fill(file.root)
    try SealedFile.write(file.finish(), to: path)
  }

  @Test func aResultThatTheSweepNoLongerNamesIsLeftOut() throws {
    let trials = try plan().sweep.trials
    try withResults(of: trials, overrides: ["temp=0.5"]) { paths in
      let results = try SweepResults.read(paths)
      #expect(results.summaries.count == 4)
      #expect(results.summaries.allSatisfy { $0.state == .completed })
      #expect(results.unplanned.count == 4)
    }
  }

  /// The same configuration trained on altered data is another trial; the data of most results is the sweep's.
  @Test func resultsOnOtherDataAreNotMixedIn() throws {
    let trials = try plan().sweep.trials
    let other = try plan(digest: "altered").sweep.trials
    try withResults(of: trials + [other[0]]) { paths in
      let results = try SweepResults.read(paths)
      #expect(results.summaries.map(\.trial) == trials)
      #expect(results.unplanned.map(\.path) == [paths.trialFile(other[0].id)])
    }
  }

  @Test func tablesAreWrittenInEveryFormat() throws {
    let trials = try plan().sweep.trials
    try withResults(of: trials) { paths in
      let report = try SweepResults.read(paths).report()
      let written = try report.write(to: paths)
      #expect(written == ["md", "csv", "tex"].map { paths.root + "/tables/comparison.\($0)" })
      let texts = try written.map { String(decoding: try Data(contentsOf: URL(filePath: $0)), as: UTF8.self) }
      #expect(texts == [report.markdown, report.csv, report.latex])
      // Again, over the old ones, with nothing left beside them.
      try report.write(to: paths)
      #expect(try FileManager.default.contentsOfDirectory(atPath: paths.tablesFolder).count == 3)
    }
  }

  @Test func trialFilesAloneMakeTheTableToo() throws {
    let trials = try plan().sweep.trials
    let other = try plan(digest: "altered").sweep.trials
    try withResults(of: trials + [other[0]]) { paths in
      let whole = try SweepResults.read(paths).report()
      for path in [paths.sweepFile, paths.overridesFile] { try FileManager.default.removeItem(atPath: path) }
      let results = try SweepResults.read(paths)
      #expect(!results.hasPlan && results.sweep == "small")
      #expect(Set(results.summaries.map(\.trial)) == Set(trials))
      // The one on the data of most results stays.
      #expect(results.unplanned.map(\.path) == [paths.trialFile(other[0].id)])
      let report = try results.report()
      #expect(report.csv == whole.csv)
      #expect(
        report.comparison.notes.first == "there is no sweep.yaml: trials without a result cannot be told")
    }
  }

  @Test func theSummaryMakesTheSameTableWithoutReadingAFile() throws {
    let trials = try plan().sweep.trials
    try withResults(of: trials) { paths in
      let first = try SweepResults.read(paths)
      #expect(first.files.readCount == 8)
      try first.files.write()
      let second = try SweepResults.read(paths)
      #expect(second.files.readCount == 0)
      #expect(try second.report().csv == first.report().csv)
      #expect(try second.figures(from: paths) == first.figures(from: paths))
    }
  }

  @Test func foldersWithoutTrialsSaySo() throws {
    try withTemporaryFolder { folder in
      let paths = RunPaths(root: folder)
      try FileManager.default.createDirectory(atPath: paths.trialsFolder, withIntermediateDirectories: true)
      let error = #expect(throws: ResultStoreError.self) { try SweepResults.read(paths) }
      #expect(error?.message == "has no sweep.yaml, and its folder trials/ holds no trial file")
      let gone = #expect(throws: ResultStoreError.self) {
        try SweepResults.read(RunPaths(root: folder + "/x"))
      }
      #expect(gone?.message == "there is no such folder")
      try Data().write(to: URL(filePath: paths.trialsFolder + "/a.h5"))
      let inside = #expect(throws: ResultStoreError.self) {
        try SweepResults.read(RunPaths(root: paths.trialsFolder))
      }
      #expect(inside?.message.contains("put them into a folder trials/ and give the folder above") == true)
    }
  }

  @Test func twoFoldersAreComparedTrialByTrial() throws {
    let trials = try plan().sweep.trials
    let altered = try plan(digest: "altered").sweep.trials
    try withResults(of: trials) { first in
      try withResults(of: trials) { second in
        #expect(try SweepComparison(first, second).areEqual)
        // Another loss in the fourth, another digest and other numbers in the fifth; the sixth is gone.
        for index in 3...5 { try FileManager.default.removeItem(atPath: second.trialFile(trials[index].id)) }
        try TrialFile.write(record(trials[3], loss: 103.5), to: second.trialFile(trials[3].id))
        try TrialFile.write(record(altered[4], loss: 104), to: second.trialFile(altered[4].id))
        try Data("x".utf8).write(to: URL(filePath: second.trialFile(trials[0].id)))
        let comparison = try SweepComparison(first, second)
        #expect(!comparison.areEqual)
        #expect(comparison.unreadable.map(\.path) == [second.trialFile(trials[0].id)])
        #expect(
          Set(comparison.onlyInFirst.map(\.trial.id)) == [trials[0].id.description, trials[5].id.description])
        #expect(comparison.onlyInSecond == [])
        let different = comparison.pairs.filter { !$0.isEqual }
        #expect(different.map(\.first.id) == [trials[3].id.description])
        let worst = try #require(different.first?.differences.first)
        #expect(worst.largest == 0.5)
        #expect(different.first?.differences.map(\.name).contains("metrics/test_elbo") == true)
        let renamed = comparison.pairs.filter { !$0.reasons.isEmpty }
        #expect(renamed.map(\.reasons) == [["other data"]] && renamed[0].isEqual)
        let text = comparison.text()
        #expect(text.contains("6 trials in both\n  5 equal, bit for bit\n"), "\(text)")
        #expect(text.contains("although under another id (other data)"), "\(text)")
        #expect(text.contains("GS_Dis temp=0.5 seed=2 (\(trials[3].id)): "), "\(text)")
        #expect(text.contains("differs by up to 0.5"), "\(text)")
        struct Page: Decodable { let equal: Bool, trials: [Pair], onlyInFirst: [Single] }
        struct Pair: Decodable { let trial: String, equal: Bool }
        struct Single: Decodable { let trial: String }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let page = try decoder.decode(Page.self, from: Data(comparison.json.utf8))
        #expect(!page.equal && page.trials.count == 6 && page.onlyInFirst.count == 2)
      }
    }
  }

  /// Whole files, sealed and of one digest; the numbers of one of them are others.
  @Test func equalMeansEqualNumbersWhateverTheDigestSays() throws {
    let trials = Array(try plan().sweep.trials.prefix(2))
    try withResults(of: trials) { first in
      try withResults(of: trials) { second in
        let path = second.trialFile(trials[1].id)
        let header = TrialFileHeader(of: record(trials[1], loss: 101))
        let content = try TrialFile.content(of: record(trials[1], loss: 102), under: header, for: path)
        try SealedFile.write(content, to: path)
        let comparison = try SweepComparison(first, second)
        #expect(!comparison.areEqual)
        #expect(comparison.pairs.map(\.first.id) == [trials[0].id.description])
        #expect(comparison.unreadable.map(\.path) == [path])
        #expect(comparison.unreadable[0].reason.contains("its numbers are not the ones that were written"))
        #expect(comparison.text().contains("  1 file cannot be read or trusted\n    \(path): "))
      }
    }
  }

  @Test func aForeignFilesNameStaysOnItsLine() throws {
    try withResults(of: Array(try plan().sweep.trials.prefix(1))) { paths in
      try Data().write(to: URL(filePath: paths.trialsFolder + "/a\nb\u{1B}[2Jé.h5"))
      let left = try SweepResults.read(paths).unreadable
      #expect(left.map(\.path) == [paths.trialsFolder + "/a\nb\u{1B}[2Jé.h5"])
      #expect(left[0].description.hasPrefix(paths.trialsFolder + "/a\\nb\\u{1B}[2Jé.h5: is no trial file"))
    }
  }

  @Test func aFolderThatIsNoResultsFolderIsRefused() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: ResultStoreError.self) { try SweepResults.read(RunPaths(root: folder)) }
      #expect(error?.code == .missing)
      #expect(error?.path.hasPrefix(folder) == true)
    }
  }

  @Test func aSpoiltSweepFileIsNamedWithItsPlace() throws {
    try withResults(of: []) { paths in
      try Data("name: small\nbase: {tmep: 1}\n".utf8).write(to: URL(filePath: paths.sweepFile))
      let error = #expect(throws: SweepFileError.self) { try SweepResults.read(paths) }
      #expect(
        error?.description == "\(paths.sweepFile):2:8: unknown hyperparameter 'tmep'; did you mean 'temp'?")
    }
  }
}
