import Foundation
import TestSupport
import Testing
import Trials

@testable import ResultStore

@Suite struct StatusSnapshotTests {
  private let sample = StatusSnapshot(
    sweep: "example",
    coordinator: .init(host: "node-1", processID: 12, epoch: 3, endpoint: "tcp://127.0.0.1:5555"),
    startedUnixSeconds: 1_700_000_000.125, writtenUnixSeconds: 1_700_000_060, hasEnded: false,
    counts: [.running: 2, .completed: 5],
    workers: [
      .init(
        id: "w", host: "node-2", processID: 7, trial: "0123456789abcdef", epoch: 1, step: 700,
        imagesPerSecond: 18_000, lastWordUnixSeconds: 1_700_000_059)
    ],
    imagesPerSecond: 18_000, best: .init(trial: "0123456789abcdef", metric: "val_elbo", value: -101.25),
    secondsLeft: nil,
    recentlyFinished: [
      .init(
        sequence: 5, trial: "0123456789abcdef", label: "GS_Dis temp 0.5", state: .completed,
        cause: "completed",
        seconds: 12.5, metrics: ["test_elbo": -120, "val_elbo": .infinity])
    ],
    failures: [.init(trial: "0123456789abcdef", cause: "disk", message: "µ", logPath: "logs/a.log")])

  @Test func everythingComesBack() throws {
    try withTemporaryFolder { folder in
      try sample.write(to: folder + "/status.json")
      var later = sample
      later.hasEnded = true
      try later.write(to: folder + "/status.json")
      #expect(try StatusSnapshot.read(folder + "/status.json") == later)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["status.json"])
    }
  }

  @Test func everyStateHasACount() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(sample.json.utf8)) as? [String: Any])
    let counts = try #require(object["counts"] as? [String: Int])
    #expect(Set(counts.keys) == Set(TrialState.allCases.map(\.rawValue)))
    #expect(counts["completed"] == 5 && counts["pending"] == 0)
    #expect(sample.count(.running) == 2 && sample.count(.failed) == 0)
  }

  @Test func notANumberHasAWord() throws {
    var snapshot = sample
    snapshot.imagesPerSecond = .nan
    #expect(snapshot.json.contains(#""imagesPerSecond" : "NaN""#))
  }

  @Test func whatCannotBeReadIsTold() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/status.json"
      func error() throws -> ResultStoreError {
        try #require(throws: ResultStoreError.self) { try StatusSnapshot.read(path) }
      }
      #expect(try error().code == .missing)
      try DurableFile.replace(path, with: "{\"version\": 1")
      #expect(try error().code == .damaged)
      try DurableFile.replace(path, with: "{\"version\": 1}")
      #expect(try error().code == .damaged)
      try DurableFile.replace(path, with: "{\"version\": 2}")
      let newer = try error()
      #expect(newer.code == .newerSchema && newer.message.contains("version 2, this program reads up to 1"))
    }
  }
}
