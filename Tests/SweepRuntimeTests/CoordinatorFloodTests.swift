import Glibc
import Keys
import Scheduling
import Testing
import Trials
import WireProtocol
import ZeroMQ

@testable import SweepRuntime

/// Strangers at a coordinator's port while a worker takes part. The minute of it, with its bounds of memory and time, is
/// `Tests/System/hostile-network`.
@Suite struct CoordinatorFloodTests {
  /// Connections of one stranger after the other until `stop`.
  private final class Stranger: Sendable {
    private let port: UInt16
    private let seed: UInt64

    init(port: UInt16, seed: UInt64) {
      self.port = port
      self.seed = seed
    }

    /// Says one kind of nonsense and hangs up.
    func call(_ index: Int) {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let isConnected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      guard isConnected else { return }
      let bytes = words(index)
      _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private func words(_ index: Int) -> [UInt8] {
      var random = SeededNoise(state: seed &+ UInt64(index))
      let noise = (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      // ZMTP 3.1's greeting (RFC 37): signature, version, mechanism, no server, filler.
      func greeting(_ mechanism: String) -> [UInt8] {
        let name = Array(mechanism.utf8)
        return [0xFF] + [UInt8](repeating: 0, count: 8) + [0x7F, 3, 1] + name
          + [UInt8](repeating: 0, count: 20 - name.count) + [UInt8](repeating: 0, count: 32)
      }
      switch index % 6 {
      case 0: return noise
      case 1: return Array(greeting("CURVE").prefix(11))
      case 2: return greeting("CURVE")
      case 3: return greeting("CURVE") + [4, 200] + noise
      case 4: return greeting("NULL") + [4, 25, 5] + Array("READY".utf8) + noise
      default: return Array("GET / HTTP/1.1\r\nHost: here\r\n\r\n".utf8)
      }
    }
  }

  @Test func strangersDisturbNobody() throws {
    let seed = UInt64.random(in: .min ... .max)
    let folder = try TemporaryFolder()
    let paths = try SampleSweep.paths(in: folder)
    let keys = KeyFolder(path: folder.path + "/keys")
    try keys.make()
    let coordinator = try RunningCoordinator(
      try SampleSweep.make(3), in: paths, ledger: MemoryLedger(), keys: keys)
    let worker = try PlayedWorker(
      "w", coordinator.endpoint,
      security: .client(try keys.pair(.worker), server: try keys.publicKey(.server)))
    try worker.join()
    let stranger = Stranger(port: try #require(coordinator.endpoint.port), seed: seed)
    for round in 0..<3 {
      let grant = try worker.lease()
      for call in 0..<400 {
        stranger.call(round * 400 + call)
        if call % 100 == 99 {
          try worker.say(.heartbeat([LeaseProgress(lease: grant.lease, epoch: 0, step: call)]))
          // An answer proves that words still come through.
          try worker.sayHello(held: [grant.lease])
          guard case .welcome = try worker.hear() else {
            Issue.record("seed \(seed): the worker was not welcomed again")
            return
          }
        }
      }
      try worker.say(.attemptEnded(grant.lease, try SampleSweep.writeResult(grant, in: paths)))
      #expect(try worker.hear() == .endAcknowledged(grant.lease, .accepted), "seed \(seed)")
    }
    #expect(try worker.hear() == .sweepOver)
    try worker.say(.goodbye)
    #expect(try coordinator.outcome() == .completed)
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
private struct SeededNoise {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
