/// A question of libzmq: may this connection be made? (ZAP, ZeroMQ RFC 27.)
public struct AccessRequest: Hashable, Sendable {
  /// Where the peer connects from: an IP address.
  public let address: String
  /// The peer's public key; nil for a peer without keys.
  public let key: CurveKey?
  private let route: [UInt8]
  private let requestID: [UInt8]

  /// Reads the frames of a ROUTER; nil for what is no request of this protocol.
  init?(_ frames: [[UInt8]]) {
    // Route, empty, version, request id, domain, address, routing id, mechanism, credentials.
    guard frames.count >= 8, frames[1].isEmpty, frames[2] == Array("1.0".utf8) else { return nil }
    route = frames[0]
    requestID = frames[3]
    address = String(decoding: frames[5], as: UTF8.self)
    key =
      frames[7] == Array("CURVE".utf8) && frames.count == 9 ? CurveKey(bytes: frames[8]) : nil
  }

  /// The answer's frames. A peer that is let in is named by its key in every message it sends.
  func answer(_ isAllowed: Bool) -> [[UInt8]] {
    let status = isAllowed ? ("200", "OK") : ("400", "not allowed")
    let name = isAllowed ? key?.text ?? "" : ""
    return [
      route, [], Array("1.0".utf8), requestID, Array(status.0.utf8), Array(status.1.utf8), Array(name.utf8),
      [],
    ]
  }
}

/// Answers libzmq's questions about connections to the servers of one context. Make it before a server socket is bound:
/// without it a server with keys lets nobody in.
///
/// Thread rule: as for a socket.
public final class AccessDesk {
  /// Readable when somebody waits for an answer.
  public let socket: Socket

  /// - Throws: `ZeroMQError`, with code `addressInUse` when the context has such a desk already.
  public init(in context: Context) throws(ZeroMQError) {
    socket = try Socket(
      .router(mandatory: false), in: context,
      options: Socket.Options(linger: .zero, sendQueue: 0, receiveQueue: 0, maximumFrames: 16))
    try socket.bind(inproc: "inproc://zeromq.zap.01")
  }

  /// Answers everybody who waits.
  public func answer(_ isAllowed: (AccessRequest) -> Bool) throws(ZeroMQError) {
    while let frames = try socket.receive() {
      guard let request = AccessRequest(frames) else { continue }
      _ = try socket.send(request.answer(isAllowed(request)))
    }
  }

  public func close() { socket.close() }
}
