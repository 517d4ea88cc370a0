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

  /// Half are garbage behind a good head, half are messages with bytes flipped, cut, repeated, spliced or set to extremes.
  @Test func aMillionHostilePayloads() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("hostile payloads: seed \(seed)")
    var generator = try MessageGenerator(seed: seed)
    var pool: [[UInt8]] = []
    for _ in 0..<300 {
      pool.append(try generator.workerMessage().encoded())
      pool.append(try generator.coordinatorMessage().encoded())
    }
    var readable = 0
    for round in 0..<1_000_000 {
      let payload: [UInt8]
      if round % 2 == 0 {
        let types: [UInt8] = (1...12).map { $0 } + (129...140).map { $0 }
        payload =
          WireFormat.magic + [WireFormat.version, types[generator.below(types.count)]]
          + generator.bytes(generator.below(60))
      } else {
        payload = mutation(of: pool[generator.below(pool.count)], pool, &generator)
      }
      if try check(payload, seed) { readable += 1 }
    }
    print("hostile payloads: \(readable) of 1000000 were messages by chance")
  }

  private func mutation(
    of message: [UInt8], _ pool: [[UInt8]], _ generator: inout MessageGenerator
  ) -> [UInt8] {
    var payload = message
    for _ in 0...generator.below(3) {
      guard !payload.isEmpty else { return payload }
      let place = generator.below(payload.count)
      switch generator.below(7) {
      case 0: payload[place] ^= 1 << generator.below(8)
      case 1: payload.removeSubrange(place...)
      case 2: payload.insert(contentsOf: generator.bytes(1 + generator.below(8)), at: place)
      case 3: payload.remove(at: place)
      case 4:
        let other = pool[generator.below(pool.count)]
        payload = Array(payload[..<place]) + other[min(place, other.count)...]
      case 5: payload.insert(contentsOf: payload[place...].prefix(16), at: place)
      default:
        // Lengths and numbers at their limits.
        let extreme: [UInt8] = generator.below(2) == 0 ? [255, 255, 255, 255] : [0, 0, 0, 128]
        payload.replaceSubrange(place..<min(place + 4, payload.count), with: extreme)
      }
    }
    return payload
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
