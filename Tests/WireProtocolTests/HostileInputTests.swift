import Testing
import Trials

@testable import WireProtocol

@Suite struct HostileInputTests {
  /// Whatever is read must be written as the same bytes: then no two payloads mean the same, and nothing is ignored.
  private func check(_ payload: [UInt8], _ seed: UInt64) throws -> Bool {
    guard let again = try rewritten(payload) else { return false }
    // `refused` may carry the version of another coordinator.
    let isForeignRefusal = payload.count > 4 && payload[4] == 130 && payload[3] != WireFormat.version
    #expect(again == payload || isForeignRefusal, "seed \(seed): \(payload)")
    return true
  }

  @Test func hundredThousandGarbagePayloads() throws {
    let seed: UInt64 = 20_260_722
    var generator = try MessageGenerator(seed: seed)
    var readable = 0
    for round in 0..<100_000 {
      var payload = generator.bytes(generator.below(80))
      if round % 2 == 0 {
        let types: [UInt8] = (1...12).map { $0 } + (129...140).map { $0 }
        payload = WireFormat.magic + [WireFormat.version, types[generator.below(types.count)]] + payload
      }
      if try check(payload, seed) { readable += 1 }
    }
    print("seed \(seed): \(readable) of 100000 garbage payloads were messages by chance")
  }

  @Test(arguments: [UInt64](1...10)) func flippedBits(_ seed: UInt64) throws {
    var generator = try MessageGenerator(seed: seed)
    for _ in 0..<20 {
      for payload in [try generator.workerMessage().encoded(), try generator.coordinatorMessage().encoded()] {
        for _ in 0..<50 {
          var flipped = payload
          flipped[generator.below(payload.count)] ^= 1 << generator.below(8)
          _ = try check(flipped, seed)
        }
      }
    }
  }

  @Test func anotherVersionIsToldWithBothNumbers() throws {
    var payload = try WorkerMessage.requestTrial.encoded()
    payload[3] = 9
    #expect(throws: WireError.unknownVersion(found: 9, ours: WireFormat.version)) {
      try WorkerMessage(decoding: payload)
    }
  }

  @Test func aRefusalOfAnyVersionCanBeRead() throws {
    var payload = try CoordinatorMessage.refused(reason: "too old").encoded()
    payload[3] = 200
    #expect(try CoordinatorMessage(decoding: payload) == .refused(reason: "too old"))
  }

  @Test func trailingBytesAreRefused() throws {
    let payload = try WorkerMessage.goodbye.encoded() + [0]
    #expect(throws: WireError.self) { try WorkerMessage(decoding: payload) }
  }

  @Test func aPayloadAboveTheLimitIsRefusedUnread() {
    let payload = [UInt8](repeating: 0x49, count: WireFormat.payloadLimit + 1)
    #expect(
      throws: WireError.oversized(
        what: "the payload", count: WireFormat.payloadLimit + 1, limit: WireFormat.payloadLimit)
    ) { try WorkerMessage(decoding: payload) }
  }

  @Test func aHugeLengthAllocatesNothing() {
    // A heartbeat that promises 4,294,967,295 leases, and one that promises 4,000 and has 2 bytes.
    for count in [[0xFF, 0xFF, 0xFF, 0xFF], [0xA0, 0x0F, 0, 0]] as [[UInt8]] {
      let payload = WireFormat.magic + [WireFormat.version, 3] + count + [1, 2]
      #expect(throws: WireError.self) { try WorkerMessage(decoding: payload) }
    }
  }

  @Test func aMessageTooLargeToSendIsRefusedByTheSender() throws {
    var attempts: [AttemptRecord] = []
    for number in 1...4000 {
      attempts.append(
        AttemptRecord(
          number: number, token: FencingToken(coordinatorEpoch: 1, counter: UInt64(number)), worker: "w",
          host: "h", startedUnixSeconds: 0, message: String(repeating: "x", count: 400)))
    }
    let configuration = try TrialConfiguration(validating: [
      "dataset_name": .string("mnist"), "model_type": .string("GS_Dis"), "temp": .real(0.5),
    ])
    let trial = Trial(configuration: configuration, dataDigest: "d", threads: 1)
    let grant = LeaseGrant(
      lease: HeldLease(trial: trial.id, token: FencingToken(coordinatorEpoch: 1, counter: 1)), trial: trial,
      sweep: "s", attempt: 4001, earlierAttempts: attempts)
    #expect(throws: WireError.self) { try CoordinatorMessage.grant(grant).encoded() }
  }

  @Test func aTrialIsValidatedOnReceipt() throws {
    let configuration = try TrialConfiguration(validating: [
      "dataset_name": .string("mnist"), "model_type": .string("GS_Dis"), "temp": .real(0.5),
    ])
    let trial = Trial(configuration: configuration, dataDigest: "d", threads: 1)
    let other = try #require(TrialID("0123456789abcdef"))
    let grant = LeaseGrant(
      lease: HeldLease(trial: other, token: FencingToken(coordinatorEpoch: 1, counter: 1)), trial: trial,
      sweep: "s", attempt: 1, earlierAttempts: [])
    let payload = try CoordinatorMessage.grant(grant).encoded()
    #expect(throws: WireError.self) { try CoordinatorMessage(decoding: payload) }
  }
}
