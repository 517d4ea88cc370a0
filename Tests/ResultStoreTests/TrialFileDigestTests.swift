import HDF5
import TestSupport
import Testing
import Trials

@testable import ResultStore

@Suite struct TrialFileDigestTests {
  /// Computed once by the Python lines of docs/results-format.md on this record's file. It may change only together
  /// with `TrialFile.schemaVersion`.
  @Test func theDigestIsStable() throws {
    #expect(
      TrialFile.digest(of: try Sample.record()).description
        == "059189c519d9537f656fdfde4b1c9dcdd342005ebf6903c44c865cf99ba0b991")
  }

  @Test func whatIsNotANumberOfTheResultDoesNotCount() throws {
    let expected = TrialFile.digest(of: try Sample.record())
    var other = try Sample.record(seed: 2)
    other.sweep = "renamed"
    other.gitRevision = "def"
    other.timing = Sample.timing(epochs: 2)
    other.attempts.removeLast()
    other.tensors.reverse()
    other.finals.reverse()
    #expect(TrialFile.digest(of: other) == expected)
  }

  @Test func everyNumberAndNameCounts() throws {
    let changes: [(inout TrialRecord) -> Void] = [
      { $0.metrics.append(epoch: 9, [:]) },
      { $0.finals[3].value = -.nan },
      { $0.finals[0].value.negate() },
      { $0.tensors[0].values[7] = Float(bitPattern: $0.tensors[0].values[7].bitPattern ^ 1) },
      { $0.tensors[0].name = "weights/encoder_2/kernel" },
      { $0.tensors[0].axes = ["in", "out"] },
      { $0.tensors[0] = Sample.tensor("weights/encoder_1/kernel", ["input", "output"], [12, 28], seed: 2) },
      { $0.tensors.removeLast() },
    ]
    var digests = Set([TrialFile.digest(of: try Sample.record())])
    for change in changes {
      var record = try Sample.record()
      change(&record)
      digests.insert(TrialFile.digest(of: record))
    }
    #expect(digests.count == changes.count + 1)
  }

  @Test func theFileGivesTheDigestOfTheRecord() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let record = try Sample.record()
      try TrialFile.write(record, to: path)
      let file = try HDF5File(openingAt: path)
      #expect(try ResultDigest(of: file).finish() == TrialFile.digest(of: record))
      #expect(try file.root.attribute("result_digest") == TrialFile.digest(of: record).description)
    }
  }
}
