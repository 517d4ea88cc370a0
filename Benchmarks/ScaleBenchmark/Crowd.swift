import Keys
import Scheduling
import SweepRuntime
import Trials
import WireProtocol
import ZeroMQ

/// Many workers in one process that only connect, take one trial each and keep it.
final class Crowd {
  private let context: Context
  private var sockets: [Socket] = []
  private let start = ContinuousClock.now

  /// Returns once each has its trial.
  ///
  /// - Parameter onFirstGrant: told when the first one has.
  init(_ count: Int, at endpoint: String, _ keys: KeyFolder, onFirstGrant: () -> Void) throws {
    guard let endpoint = Endpoint(endpoint) else { throw Failure("'\(endpoint)' is no endpoint") }
    let (files, allowed) = (count * 4 + 100, OpenFileLimit.raise())
    guard allowed >= files else {
      throw Failure("\(files) open files are needed, the system allows \(allowed): raise 'ulimit -Hn'")
    }
    context = try Context()
    let security = Socket.Security.client(try keys.workerPair(nil), server: try keys.publicKey(.server))
    var isWaiting = true
    for number in 0..<count {
      let socket = try Socket(
        .dealer, in: context,
        options: Socket.Options(linger: .zero, heartbeat: .seconds(5), security: security))
      try socket.connect(endpoint)
      sockets.append(socket)
      _ = try socket.send([try WorkerMessage.hello(Self.introduction(number)).encoded()])
      // Looked at meanwhile: the time until the first one has its trial is not that of connecting them all.
      if isWaiting, try hear(sockets[0]) {
        onFirstGrant()
        isWaiting = false
      }
    }
    var missing = Set(sockets.indices.dropFirst(isWaiting ? 0 : 1))
    while !missing.isEmpty {
      if ContinuousClock.now - start > .seconds(120) {
        throw Failure("\(missing.count) of \(count) workers got no trial in 120 s")
      }
      let places = missing.sorted()
      var poller = Poller(places.map { Poller.Item(sockets[$0]) })
      _ = try poller.wait(timeout: .seconds(1))
      for (item, place) in zip(poller.items, places) where item.isReadable {
        guard try hear(sockets[place]) else { continue }
        if isWaiting { onFirstGrant() }
        isWaiting = false
        missing.remove(place)
      }
    }
  }

  /// - Returns: whether a trial came.
  private func hear(_ socket: Socket) throws -> Bool {
    while let frames = try socket.receive() {
      switch try CoordinatorMessage(decoding: frames[0]) {
      case .welcome: _ = try socket.send([try WorkerMessage.requestTrial.encoded()])
      case .grant: return true
      case .refused(let reason): throw Failure("refused: \(reason)")
      default: break
      }
    }
    return false
  }

  private static func introduction(_ number: Int) -> WorkerIntroduction {
    WorkerIntroduction(
      worker: .random(), host: "node\(number % 100)", processID: Int32(number + 1), slots: 1,
      cpu: "Intel(R) Xeon(R) Platinum 8480+, avx512", blas: "OpenBLAS 0.3.21 SkylakeX",
      engineResultVersion: EngineVersion.result, held: [])
  }

  func close() { for socket in sockets { socket.close() } }
}
