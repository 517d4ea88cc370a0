import CZeroMQ

/// What a connection's handshake came to.
public enum HandshakeEvent: Hashable, Sendable {
  case succeeded
  /// The other side's access control said no.
  case refused
  /// One side wants keys and the other has none.
  case mechanismMismatch
  /// The keys do not fit: the connecting side expects another server key, or it is garbage.
  case cryptographic
  /// Something that is not ZeroMQ's protocol.
  case garbage
  /// The other side closed the connection, or was silent, before the handshake was over.
  case brokenOff

  /// In words for a log.
  public var text: String {
    switch self {
    case .succeeded: "succeeded"
    case .refused: "the key is not allowed"
    case .mechanismMismatch: "one side uses keys and the other has none"
    case .cryptographic: "the keys do not fit"
    case .garbage: "it does not speak ZeroMQ's protocol"
    case .brokenOff: "it was broken off"
    }
  }

  init?(event: UInt16, value: UInt32) {
    switch Int32(event) {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: self = .succeeded
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: self = .refused
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: self = .brokenOff
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      switch Int64(value) {
      case Int64(ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH): self = .mechanismMismatch
      case Int64(ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC), Int64(ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE):
        self = .cryptographic
      default: self = .garbage
      }
    default: return nil
    }
  }
}

/// Tells how the handshakes of a socket's connections go.
///
/// Thread rule: as for the socket.
public final class HandshakeMonitor {
  /// Readable when there is something to tell.
  public let socket: Socket

  /// - Throws: `ZeroMQError` when the process has no file descriptors left.
  public init(of watched: Socket, in context: Context) throws(ZeroMQError) {
    let name = "inproc://handshakes-\(UInt64.random(in: .min ... .max))"
    let events =
      ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
      | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
    guard zmq_socket_monitor(watched.open(), name, events) == 0 else {
      throw ZeroMQError.last("zmq_socket_monitor")
    }
    socket = try Socket(.pair, in: context, options: Socket.Options(linger: .zero))
    try socket.connect(inproc: name)
  }

  /// The next event, or nil when there is none now.
  public func next() throws(ZeroMQError) -> HandshakeEvent? {
    while let frames = try socket.receive() {
      // 16 bits of event and 32 bits of value in the machine's byte order (zmq_socket_monitor(3)).
      guard let head = frames.first, head.count == 6 else { continue }
      let event = UInt16(head[0]) | UInt16(head[1]) << 8
      let value = UInt32(head[2]) | UInt32(head[3]) << 8 | UInt32(head[4]) << 16 | UInt32(head[5]) << 24
      if let event = HandshakeEvent(event: event, value: value) { return event }
    }
    return nil
  }

  public func close() { socket.close() }
}
