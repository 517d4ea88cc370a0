import Foundation
import TestSupport
import Testing
import Trials

@testable import ResultStore

/// Lets SIGXFSZ end this process; the threads of Swift's tasks block every signal.
private func endAtSizeLimit() {
  signal(SIGXFSZ, SIG_DFL)
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGXFSZ)
  pthread_sigmask(SIG_UNBLOCK, &signals, nil)
}

/// Writers that end in the middle, each a process of its own.
@Suite struct KilledWriterTests {
  private let source = SweepSource(sweepFile: "name: run\n", overrides: [])

  /// The kernel ends the writer with SIGXFSZ at the first byte beyond the limit: a kill at a chosen point of the
  /// file, from its first byte to its seal.
  @Test(arguments: [0, 1, 2_000, 20_000, 60])
  func nothingStandsUnderTheFinalName(limit: Int) async throws {
    try await withTemporaryFolder { folder in
      let paths = try RunPaths.create(root: folder + "/run", source: source)
      let whole = try TrialFile.write(try Sample.record(), to: folder + "/whole.h5").byteCount
      // The last limit counts from the end: within the seal.
      let bytes = limit == 60 ? whole - limit : limit
      _ = await #expect(processExitsWith: .signal(SIGXFSZ)) {
        [folder = folder as String, bytes = bytes as Int] in
        let paths = RunPaths(root: folder + "/run")
        let record = try Sample.record()
        endAtSizeLimit()
        var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
        setrlimit(__rlimit_resource_t(1), &limit)
        let announced = try TrialFile.write(
          record, to: paths.incomingTrialFile(trial: record.trial.id, token: Sample.token()))
        try TrialFile.publish(record.trial.id, token: Sample.token(), announced: announced, in: paths)
      }
      #expect(try paths.publishedTrials() == [])
      // The same attempt, begun again, is not hindered by what was left.
      let record = try Sample.record()
      let announced = try TrialFile.write(
        record, to: paths.incomingTrialFile(trial: record.trial.id, token: Sample.token()))
      try TrialFile.publish(record.trial.id, token: Sample.token(), announced: announced, in: paths)
      #expect(try TrialFile.verify(paths.trialFile(record.trial.id)).trial == record.trial)
    }
  }

  @Test func anOlderCheckpointOutlivesItsKilledReplacement() async throws {
    try await withTemporaryFolder { folder in
      let paths = try RunPaths.create(root: folder + "/run", source: source)
      let trial = try Sample.trial().id
      let snapshot = Sample.snapshot(trial)
      try CheckpointFile.write(snapshot, to: paths.checkpointFile(trial))
      _ = await #expect(processExitsWith: .signal(SIGXFSZ)) { [folder = folder as String] in
        let paths = RunPaths(root: folder + "/run")
        let trial = try Sample.trial().id
        var newer = Sample.snapshot(trial)
        newer.step += 1
        endAtSizeLimit()
        var limit = rlimit(rlim_cur: 5_000, rlim_max: 5_000)
        setrlimit(__rlimit_resource_t(1), &limit)
        try CheckpointFile.write(newer, to: paths.checkpointFile(trial))
      }
      #expect(try CheckpointFile.read(paths.checkpointFile(trial), expecting: trial).step == snapshot.step)
      try paths.removeLeftovers()
      #expect(try DurableFile.names(in: paths.checkpointsFolder) == ["\(trial).h5"])
    }
  }

  /// SIGKILL after the file is whole and before it is published: the coordinator can still publish it.
  @Test func aFinishedFileOutlivesItsWriter() async throws {
    try await withTemporaryFolder { folder in
      let paths = try RunPaths.create(root: folder + "/run", source: source)
      _ = await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
        let paths = RunPaths(root: folder + "/run")
        let record = try Sample.record()
        try TrialFile.write(
          record, to: paths.incomingTrialFile(trial: record.trial.id, token: Sample.token()))
        kill(getpid(), SIGKILL)
      }
      #expect(try paths.publishedTrials() == [])
      let trial = try Sample.trial().id
      let announced = try FileFingerprint(
        ofFileAt: paths.incomingTrialFile(trial: trial, token: Sample.token()))
      try TrialFile.publish(trial, token: Sample.token(), announced: announced, in: paths)
      #expect(try paths.publishedTrials() == [trial])
    }
  }
}
