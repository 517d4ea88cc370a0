import Foundation
import TestSupport
import Testing
import Trials

@testable import ResultStore

@Suite struct TrialFileRoundTripTests {
  @Test func everythingComesBack() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let record = try Sample.record()
      let fingerprint = try TrialFile.write(record, to: path)
      #expect(fingerprint == (try FileFingerprint(ofFileAt: path)))
      let found = try TrialFile.read(path)
      #expect(found.trial == record.trial)
      #expect(found.sweep == record.sweep && found.state == record.state)
      #expect(found.engineVersion == record.engineVersion && found.gitRevision == record.gitRevision)
      #expect(found.metrics.hasSameBits(as: record.metrics))
      #expect(found.timing.hasSameBits(as: record.timing))
      #expect(hasSameBits(found.finals, record.finals))
      #expect(found.tensors.hasSameBits(as: record.tensors))
      #expect(found.attempts == record.attempts)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.h5"])
    }
  }

  @Test func theSummaryHasTheLastMeasuredNumbers() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try TrialFile.write(try Sample.record(), to: path)
      for summary in [try TrialFile.readSummary(path), try TrialFile.verify(path)] {
        #expect(summary.trial == (try Sample.trial()))
        #expect(summary.state == .completed && summary.cause == nil)
        #expect(
          summary.metrics == [
            "train_loss": 50, "test_elbo": -149, "n_required": 10, "gradient_norm": 0.1,
            "test_log_likelihood": -101.0625, "standard_error": 0.01, "samples": 100, "best_epoch": 3,
          ])
      }
    }
  }

  @Test func equalRecordsGiveEqualBytes() throws {
    try withTemporaryFolder { folder in
      let first = try TrialFile.write(try Sample.record(), to: folder + "/a.h5")
      // In between, so that memory that is used again would show.
      try TrialFile.write(try Sample.record(seed: 2), to: folder + "/b.h5")
      #expect(try TrialFile.write(try Sample.record(), to: folder + "/c.h5") == first)
    }
  }

  @Test func aFileOfAnEarlierTryIsReplaced() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try Data("half".utf8).write(to: URL(filePath: path))
      try TrialFile.write(try Sample.record(), to: path)
      try TrialFile.verify(path)
    }
  }

  @Test func recordsThatBreakTheFormatAreRefused() throws {
    let changes: [(expected: String, change: (inout TrialRecord) -> Void)] = [
      (
        "lacks the column 'test_elbo'",
        { $0.metrics = EpochTable(names: ["train_loss"], epochs: [0], columns: [[1]]) }
      ),
      ("has no row", { $0.metrics = Sample.metrics(epochs: 0) }),
      (
        "unknown column 'extra'",
        { $0.timing = EpochTable(names: $0.timing.names + ["extra"], epochs: [0], columns: [[1], [1], [1]]) }
      ),
      ("needs 'samples' once", { $0.finals.removeAll { $0.name == "samples" } }),
      ("unknown final number 'other'", { $0.finals.append(("other", 1)) }),
      ("has no attempt", { $0.attempts = [] }),
      ("two tensors are named", { $0.tensors.append($0.tensors[0]) }),
      ("needs a name like", { $0.tensors[0].name = "kernel" }),
      ("needs a name like", { $0.tensors[0].name = "weights/../kernel" }),
      ("need distinct names", { $0.tensors[0].axes = ["unit", "unit"] }),
      ("has 12 and 3 elements", { $0.tensors[1] = Sample.tensor("weights/encoder_1/bias", ["output"], [3]) }),
      (
        "is a tensor and an axis",
        { $0.tensors[1] = Sample.tensor("weights/encoder_1/input", ["output"], [12]) }
      ),
    ]
    try withTemporaryFolder { folder in
      for (expected, change) in changes {
        var record = try Sample.record()
        change(&record)
        let error = try #require(throws: ResultStoreError.self) {
          try TrialFile.write(record, to: folder + "/a.h5")
        }
        #expect(error.code == .invalidRecord && error.message.contains(expected), "\(error)")
        #expect(error.message.contains(record.trial.id.description))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      }
    }
  }
}
