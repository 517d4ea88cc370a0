import Foundation
import TestSupport
import Testing
import Trials

@testable import ResultStore

@Suite struct PublishingTests {
  private func withRun(_ body: (RunPaths, TrialRecord) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(
        root: folder + "/run", source: SweepSource(sweepFile: "name: run\n", overrides: []))
      try body(paths, try Sample.record())
    }
  }

  @Test func aFinishedFileGetsItsFinalName() throws {
    try withRun { paths, record in
      let id = record.trial.id
      let incoming = paths.incomingTrialFile(trial: id, token: Sample.token())
      let announced = try TrialFile.write(record, to: incoming)
      #expect(try paths.publishedTrials() == [])
      let summary = try TrialFile.publish(id, token: Sample.token(), announced: announced, in: paths)
      #expect(summary.trial == record.trial && summary.metrics["samples"] == 100)
      #expect(try paths.publishedTrials() == [id])
      #expect(!FileManager.default.fileExists(atPath: incoming))
      #expect(try FileFingerprint(ofFileAt: paths.trialFile(id)) == announced)
      // Again, as after a crash between the rename and its record.
      #expect(
        try TrialFile.publish(id, token: Sample.token(), announced: announced, in: paths).trial
          == record.trial)
    }
  }

  @Test func whatIsNotTheAnnouncedFileIsRefused() throws {
    try withRun { paths, record in
      let id = record.trial.id
      let token = Sample.token()
      let incoming = paths.incomingTrialFile(trial: id, token: token)
      func refusal(_ trial: TrialID, _ announced: FileFingerprint) throws -> ResultStoreError {
        let error = try #require(throws: ResultStoreError.self) {
          try TrialFile.publish(trial, token: token, announced: announced, in: paths)
        }
        #expect(try paths.publishedTrials() == [])
        return error
      }
      var announced = FileFingerprint(byteCount: 1, sha256: String(repeating: "0", count: 64))
      var error = try refusal(id, announced)
      #expect(error.code == .missing && error.path == incoming)
      announced = try TrialFile.write(record, to: incoming)
      error = try refusal(id, FileFingerprint(byteCount: announced.byteCount + 1, sha256: announced.sha256))
      #expect(error.code == .wrongTrial && error.message.contains("\(announced.byteCount + 1) bytes"))
      // Damaged before it was announced: the fingerprint is right, the file is not.
      var bytes = try Data(contentsOf: URL(filePath: incoming))
      bytes[bytes.count / 3] ^= 1
      try bytes.write(to: URL(filePath: incoming))
      #expect(try refusal(id, try FileFingerprint(ofFileAt: incoming)).code == .damaged)
      // Another trial's file under this trial's name.
      announced = try TrialFile.write(try Sample.record(seed: 2), to: incoming)
      error = try refusal(id, announced)
      #expect(error.code == .wrongTrial && error.message.contains("not \(id)"))
    }
  }

  @Test func aLateAttemptDoesNotTouchTheOther() throws {
    try withRun { paths, record in
      let id = record.trial.id
      let first = try TrialFile.write(record, to: paths.incomingTrialFile(trial: id, token: Sample.token(1)))
      let late = paths.incomingTrialFile(trial: id, token: Sample.token(2))
      try Data("half".utf8).write(to: URL(filePath: late))
      try TrialFile.publish(id, token: Sample.token(1), announced: first, in: paths)
      #expect(try DurableFile.read(late) == "half")
    }
  }
}
