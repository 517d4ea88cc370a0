import Testing

@testable import ZeroMQ

@Suite struct CurveTests {
  private final class Server {
    let keys: CurveKeyPair
    let desk: AccessDesk
    let router: Socket
    let monitor: HandshakeMonitor
    let endpoint: Endpoint
    var asked: [AccessRequest] = []

    init(_ context: Context) throws {
      keys = try CurveKeyPair.random()
      desk = try AccessDesk(in: context)
      router = try Socket(
        .router(mandatory: true), in: context,
        options: Socket.Options(linger: .zero, security: .server(keys)))
      monitor = try HandshakeMonitor(of: router, in: context)
      endpoint = try router.bind(Endpoint("tcp://127.0.0.1:*")!)  // A literal that is an endpoint.
    }

    deinit {
      monitor.close()
      router.close()
      desk.close()
    }

    /// Serves until `stop` has an answer.
    func serve<Value>(
      _ allowed: Set<CurveKey>, also other: Socket? = nil, until stop: () throws -> Value?
    ) throws -> Value {
      while true {
        if let value = try stop() { return value }
        var poller = Poller(
          [Poller.Item(desk.socket), Poller.Item(router), Poller.Item(monitor.socket)]
            + (other.map { [Poller.Item($0)] } ?? []))
        try #require(try poller.wait(timeout: .seconds(30)), "nothing happens")
        try desk.answer { request in
          asked.append(request)
          return request.key.map(allowed.contains) ?? false
        }
      }
    }
  }

  private let context: Context

  init() throws { context = try Context() }

  private func dealer(_ security: Socket.Security, _ server: Server) throws -> (Socket, HandshakeMonitor) {
    let socket = try Socket(
      .dealer, in: context, options: Socket.Options(linger: .zero, security: security))
    let monitor = try HandshakeMonitor(of: socket, in: context)
    try socket.connect(server.endpoint)
    return (socket, monitor)
  }

  @Test func anAllowedKeyIsNamedInEveryMessage() throws {
    let server = try Server(context)
    let keys = try CurveKeyPair.random()
    let (socket, monitor) = try dealer(.client(keys, server: server.keys.publicKey), server)
    defer { monitor.close(); socket.close() }
    #expect(try socket.send([[7]]) == .sent)
    let received = try server.serve([keys.publicKey]) { try server.router.receiveNamed() }
    #expect(received.frames.last == [7] && received.key == keys.publicKey && received.address == "127.0.0.1")
    #expect(server.asked.map(\.key) == [keys.publicKey] && server.asked.map(\.address) == ["127.0.0.1"])
  }

  @Test func aKeyThatIsNotAllowedIsToldSoAndHeardByNobody() throws {
    let server = try Server(context)
    let (socket, monitor) = try dealer(.client(try .random(), server: server.keys.publicKey), server)
    defer { monitor.close(); socket.close() }
    #expect(try socket.send([[7]]) == .sent)
    let event = try server.serve([], also: monitor.socket) { try monitor.next() }
    #expect(event == .refused)
    #expect(try server.router.receive() == nil)
  }

  @Test func noKeyIsAMismatchOnBothSides() throws {
    let server = try Server(context)
    let (socket, monitor) = try dealer(.none, server)
    defer { monitor.close(); socket.close() }
    #expect(try socket.send([[7]]) == .sent)
    let event = try server.serve([], also: monitor.socket) { try monitor.next() }
    #expect(event == .mechanismMismatch)
    let atServer = try server.serve([]) { try server.monitor.next() }
    #expect(atServer == .mechanismMismatch)
    #expect(try server.router.receive() == nil)
  }

  @Test func anotherServersKeyGetsNowhere() throws {
    let server = try Server(context)
    let keys = try CurveKeyPair.random()
    let (socket, monitor) = try dealer(
      .client(keys, server: try CurveKeyPair.random().publicKey), server)
    defer { monitor.close(); socket.close() }
    #expect(try socket.send([[7]]) == .sent)
    let event = try server.serve([keys.publicKey]) { try server.monitor.next() }
    #expect(event == .cryptographic)
    #expect(try server.router.receive() == nil && server.asked.isEmpty)
  }

  @Test func keysReadBack() throws {
    let text = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
    let key = try #require(CurveKey(text))
    // The example of zmq_curve(7), decoded by hand after ZeroMQ RFC 32.
    #expect(key.bytes.prefix(4) == [0x54, 0xFC, 0xBA, 0x24])
    #expect(CurveKey(bytes: key.bytes) == key)
    #expect(CurveKey(bytes: [1, 2, 3]) == nil && CurveKey("") == nil)
    #expect(CurveKey(String(repeating: "\"", count: 40)) == nil)
    #expect(try CurveKeyPair.random().isConsistent)
  }
}
