import Foundation
import TestSupport
import Testing
import Trials

@testable import ResultStore

@Suite struct CheckpointFileTests {
  @Test func everyBitComesBackInOrder() throws {
    try withTemporaryFolder { folder in
      let trial = try Sample.trial().id
      let snapshot = Sample.snapshot(trial)
      try CheckpointFile.write(snapshot, to: folder + "/a.h5")
      let found = try CheckpointFile.read(folder + "/a.h5", expecting: trial)
      #expect(found.trialID == trial)
      #expect(
        found.epoch == snapshot.epoch && found.stepInEpoch == snapshot.stepInEpoch
          && found.step == snapshot.step)
      #expect(found.parameters.hasSameBits(as: snapshot.parameters))
      #expect(found.firstMoments.hasSameBits(as: snapshot.firstMoments))
      #expect(found.secondMoments.hasSameBits(as: snapshot.secondMoments))
      #expect(found.metrics.hasSameBits(as: snapshot.metrics))
      #expect(found.timing.hasSameBits(as: snapshot.timing))
      #expect(found.accumulators.mapValues(\.bitPattern) == snapshot.accumulators.mapValues(\.bitPattern))
    }
  }

  /// Before the first measured epoch there are no rows and no sums.
  @Test func theVeryFirstSnapshot() throws {
    try withTemporaryFolder { folder in
      let trial = try Sample.trial().id
      let snapshot = TrainingSnapshot(
        trialID: trial, epoch: 0, stepInEpoch: 0, step: 0, parameters: [], firstMoments: [],
        secondMoments: [],
        metrics: Sample.metrics(epochs: 0), timing: EpochTable(names: []), accumulators: [:])
      try CheckpointFile.write(snapshot, to: folder + "/a.h5")
      #expect(try CheckpointFile.read(folder + "/a.h5", expecting: trial) == snapshot)
    }
  }

  @Test func theNewerReplacesTheOlder() throws {
    try withTemporaryFolder { folder in
      let trial = try Sample.trial().id
      var snapshot = Sample.snapshot(trial)
      try CheckpointFile.write(snapshot, to: folder + "/a.h5")
      snapshot.step += 1
      try CheckpointFile.write(snapshot, to: folder + "/a.h5")
      #expect(try CheckpointFile.read(folder + "/a.h5", expecting: trial).step == snapshot.step)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.h5"])
    }
  }

  @Test func whatCannotBeUsedIsTold() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let trial = try Sample.trial().id
      func code(expecting: TrialID) throws -> ResultStoreError.Code {
        let error = try #require(throws: ResultStoreError.self) {
          try CheckpointFile.read(path, expecting: expecting)
        }
        #expect(error.description.hasPrefix(path + ": "))
        return error.code
      }
      #expect(try code(expecting: trial) == .missing)
      try CheckpointFile.write(Sample.snapshot(trial), to: path)
      #expect(try code(expecting: Sample.trial(seed: 2).id) == .wrongTrial)
      var bytes = try Data(contentsOf: URL(filePath: path))
      bytes[bytes.count / 2] ^= 4
      try bytes.write(to: URL(filePath: path))
      #expect(try code(expecting: trial) == .damaged)
      try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
      #expect(try code(expecting: trial) == .damaged)
      try Data("text".utf8).write(to: URL(filePath: path))
      #expect(try code(expecting: trial) == .notHDF5)
      // A trial file is HDF5 and sealed, and still no checkpoint.
      try TrialFile.write(try Sample.record(), to: path)
      #expect(try code(expecting: trial) == .incomplete)
    }
  }
}
