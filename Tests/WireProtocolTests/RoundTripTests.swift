import Testing
import Trials

@testable import WireProtocol

@Suite struct RoundTripTests {
  @Test(arguments: [UInt64](1...20)) func everyMessageReadsBack(_ seed: UInt64) throws {
    var generator = try MessageGenerator(seed: seed)
    for _ in 0..<200 {
      let worker = generator.workerMessage()
      let workerBytes = try worker.encoded()
      // Compared as bytes too: NaN differs from itself.
      #expect(try WorkerMessage(decoding: workerBytes).encoded() == workerBytes, "seed \(seed): \(worker)")
      let coordinator = generator.coordinatorMessage()
      let bytes = try coordinator.encoded()
      #expect(try CoordinatorMessage(decoding: bytes).encoded() == bytes, "seed \(seed): \(coordinator)")
    }
  }

  @Test func valuesReadBackAsTheyWere() throws {
    let trial = try #require(TrialID("0123456789abcdef"))
    let lease = HeldLease(trial: trial, token: FencingToken(coordinatorEpoch: 3, counter: 77))
    let end = AttemptEnd(
      cause: .killedBySignal(9), message: "gone", firstEpoch: 1, lastEpoch: 4, lastStep: 2400,
      peakMemoryMiB: 12.5, result: FileClaim(byteCount: 9, sha256: String(repeating: "ab", count: 32)),
      logTail: ["x", "y"])
    let messages: [WorkerMessage] = [
      .attemptEnded(lease, end), .heartbeat([LeaseProgress(lease: lease, epoch: 2, step: 5)]),
      .epochMeasured(lease, EpochReport(epoch: 1, imagesPerSecond: 3, metrics: ["b": 1, "a": 2])),
    ]
    for message in messages { #expect(try WorkerMessage(decoding: message.encoded()) == message) }
  }

  @Test func everyTruncationIsRefused() throws {
    var generator = try MessageGenerator(seed: 99)
    for _ in 0..<60 {
      let worker = try generator.workerMessage().encoded()
      for count in 0..<worker.count {
        #expect(throws: WireError.self) { try WorkerMessage(decoding: Array(worker[..<count])) }
      }
      let coordinator = try generator.coordinatorMessage().encoded()
      for count in 0..<coordinator.count {
        #expect(throws: WireError.self) { try CoordinatorMessage(decoding: Array(coordinator[..<count])) }
      }
    }
  }

  @Test func textsForPeopleAreCutAtACharacter() throws {
    let long = String(repeating: "é", count: 10_000)
    let bytes = try CoordinatorMessage.refused(reason: long).encoded()
    guard case .refused(let reason) = try CoordinatorMessage(decoding: bytes) else {
      Issue.record("not read back")
      return
    }
    #expect(reason.hasSuffix("é…") && reason.utf8.count <= 4096 && reason.utf8.count > 4090)
  }

  @Test func longLogTailsKeepTheirLastLines() throws {
    let trial = try #require(TrialID("0123456789abcdef"))
    let lease = HeldLease(trial: trial, token: FencingToken(coordinatorEpoch: 1, counter: 1))
    let message = WorkerMessage.attemptEnded(
      lease, AttemptEnd(cause: .bug, logTail: (1...500).map { "line \($0)" }))
    guard case .attemptEnded(_, let end) = try WorkerMessage(decoding: message.encoded()) else {
      Issue.record("not read back")
      return
    }
    #expect(end.logTail == (301...500).map { "line \($0)" })
  }
}
