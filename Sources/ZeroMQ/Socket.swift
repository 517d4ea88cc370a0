import CZeroMQ
import Glibc

/// One ZeroMQ socket.
///
/// Thread rule: a socket lives and dies on the thread that made it; every call checks that. Calls never block.
/// The owner closes it with `close()`; `deinit` closes what was left open.
public final class Socket {
  public enum Role: Hashable, Sendable {
    /// Talks to many peers. The first frame of each message is the peer's routing id, which libzmq draws at random
    /// for each connection. With `mandatory`, a send to an unknown peer or a full queue is a result; without, such
    /// messages vanish.
    case router(mandatory: Bool)
    /// Talks to whatever it is connected to.
    case dealer
    /// Hears what libzmq tells of another socket.
    case pair
  }

  /// How connections are protected.
  public enum Security: Hashable, Sendable {
    /// Not at all.
    case none
    /// Encrypted (CURVE, ZeroMQ RFC 26), with this side's own keys. An `AccessDesk` decides who may connect.
    case server(CurveKeyPair)
    /// Encrypted, to a server of which this is the public key.
    case client(CurveKeyPair, server: CurveKey)
  }

  /// What libzmq must know before a socket is bound or connected.
  public struct Options: Hashable, Sendable {
    /// How long messages that were sent may still be delivered after `close()`.
    public var linger: Duration
    /// Messages per peer before a send would block.
    public var sendQueue: Int
    public var receiveQueue: Int
    /// A peer that sends a larger frame is disconnected.
    public var maximumFrameBytes: Int
    /// `receive()` refuses a message with more frames.
    public var maximumFrames: Int
    /// Interval of libzmq's own signs of life; a connection that gives none for five intervals is closed and, on the
    /// connecting side, made anew. Nil: only TCP notices.
    public var heartbeat: Duration?
    /// Sends would block while there is no connection, instead of piling up messages that are stale once there is.
    public var queuesOnlyForConnections: Bool
    public var security: Security
    /// A connection whose handshake takes longer is closed. Nil: libzmq's 30 s.
    public var handshake: Duration?

    public init(
      linger: Duration, sendQueue: Int = 1000, receiveQueue: Int = 1000, maximumFrameBytes: Int = 1 << 20,
      maximumFrames: Int = 8, heartbeat: Duration? = nil, queuesOnlyForConnections: Bool = false,
      security: Security = .none, handshake: Duration? = nil
    ) {
      self.linger = linger
      self.sendQueue = sendQueue
      self.receiveQueue = receiveQueue
      self.maximumFrameBytes = maximumFrameBytes
      self.maximumFrames = maximumFrames
      self.heartbeat = heartbeat
      self.queuesOnlyForConnections = queuesOnlyForConnections
      self.security = security
      self.handshake = handshake
    }
  }

  /// What became of a message.
  public enum SendResult: Hashable, Sendable {
    case sent
    /// The queue is full or (a dealer) there is no connection. The message was not taken.
    case wouldBlock
    /// A mandatory router knows no such peer. The message was not taken.
    case unroutable
  }

  /// A message and who sent it.
  public struct Received: Hashable, Sendable {
    public var frames: [[UInt8]]
    /// The sender's public key, as its `AccessDesk` was shown it; nil without keys.
    public var key: CurveKey?
    /// The sender's IP address, where there is one.
    public var address: String?

    public init(frames: [[UInt8]], key: CurveKey? = nil, address: String? = nil) {
      self.frames = frames
      self.key = key
      self.address = address
    }
  }

  private let context: Context
  private let maximumFrames: Int
  private let owner = pthread_self()
  private var handle: UnsafeMutableRawPointer?

  /// - Throws: `ZeroMQError` when an option is out of range or the process has no file descriptors left.
  public init(_ role: Role, in context: Context, options: Options) throws(ZeroMQError) {
    self.context = context
    maximumFrames = options.maximumFrames
    let type =
      switch role {
      case .router: ZMQ_ROUTER
      case .dealer: ZMQ_DEALER
      case .pair: ZMQ_PAIR
      }
    guard let handle = zmq_socket(context.handle, type) else { throw ZeroMQError.last("zmq_socket") }
    self.handle = handle
    try set(ZMQ_LINGER, options.linger.milliseconds)
    try set(ZMQ_SNDHWM, Int32(clamping: options.sendQueue))
    try set(ZMQ_RCVHWM, Int32(clamping: options.receiveQueue))
    try set(ZMQ_MAXMSGSIZE, Int64(options.maximumFrameBytes))
    try set(ZMQ_IMMEDIATE, Int32(options.queuesOnlyForConnections ? 1 : 0))
    if let heartbeat = options.heartbeat {
      try set(ZMQ_HEARTBEAT_IVL, heartbeat.milliseconds)
      try set(ZMQ_HEARTBEAT_TIMEOUT, (heartbeat * 5).milliseconds)
    }
    if let handshake = options.handshake { try set(ZMQ_HANDSHAKE_IVL, handshake.milliseconds) }
    if case .router(mandatory: true) = role { try set(ZMQ_ROUTER_MANDATORY, Int32(1)) }
    try protect(options.security)
  }

  deinit { close() }

  /// Closes the socket; a second call does nothing.
  public func close() {
    guard let handle else { return }
    checkThread()
    self.handle = nil
    // Fails only for a handle that is no socket.
    precondition(zmq_close(handle) == 0)
  }

  /// Binds, and tells where: a wildcard port is replaced by the one that was given.
  ///
  /// - Throws: `ZeroMQError`, with code `addressInUse` when another process has the port.
  @discardableResult
  public func bind(_ endpoint: Endpoint) throws(ZeroMQError) -> Endpoint {
    try admitIPv6(endpoint)
    guard zmq_bind(open(), endpoint.description) == 0 else {
      throw ZeroMQError.last("zmq_bind", endpoint: endpoint.description)
    }
    var buffer = [CChar](repeating: 0, count: 1024)
    var count = buffer.count
    guard zmq_getsockopt(open(), ZMQ_LAST_ENDPOINT, &buffer, &count) == 0 else {
      throw ZeroMQError.last("zmq_getsockopt", endpoint: endpoint.description)
    }
    let text = String(decoding: buffer[..<max(0, count - 1)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard let bound = Endpoint(text) else {
      throw ZeroMQError(
        code: .invalid, text: "bound to '\(text)', which is no endpoint", call: "zmq_bind",
        endpoint: endpoint.description)
    }
    return bound
  }

  /// Begins to connect; libzmq repeats that, with pauses, until it succeeds and after each loss.
  public func connect(_ endpoint: Endpoint) throws(ZeroMQError) {
    try admitIPv6(endpoint)
    guard zmq_connect(open(), endpoint.description) == 0 else {
      throw ZeroMQError.last("zmq_connect", endpoint: endpoint.description)
    }
  }

  /// Ends what `connect` of this endpoint began; messages that wait for it are dropped.
  public func disconnect(_ endpoint: Endpoint) throws(ZeroMQError) {
    guard zmq_disconnect(open(), endpoint.description) == 0 else {
      throw ZeroMQError.last("zmq_disconnect", endpoint: endpoint.description)
    }
  }

  /// Sends one message as a whole or not at all.
  ///
  /// - Parameter frames: at least one; for a router the first is the peer's routing id.
  public func send(_ frames: [[UInt8]]) throws(ZeroMQError) -> SendResult {
    precondition(!frames.isEmpty, "a message has at least one frame")
    let handle = open()
    for (index, frame) in frames.enumerated() {
      let flags = ZMQ_DONTWAIT | (index < frames.count - 1 ? ZMQ_SNDMORE : 0)
      var sent: Int32
      repeat {
        sent = frame.withUnsafeBytes { zmq_send(handle, $0.baseAddress, $0.count, flags) }
      } while sent == -1 && zmq_errno() == EINTR
      if sent != -1 { continue }
      // libzmq takes or refuses a message at its first frame.
      if index == 0, zmq_errno() == EAGAIN { return .wouldBlock }
      if index == 0, zmq_errno() == EHOSTUNREACH { return .unroutable }
      throw ZeroMQError.last("zmq_send")
    }
    return .sent
  }

  /// The next message's frames, or nil when there is none now.
  ///
  /// - Throws: `ZeroMQError` with code `oversized` for a message of more than `maximumFrames` frames, which is
  ///   consumed; `shutDown` after the context's `shutdown()`.
  public func receive() throws(ZeroMQError) -> [[UInt8]]? { try receiveNamed(false)?.frames }

  /// As `receive()`, with the sender's key and address.
  public func receiveNamed() throws(ZeroMQError) -> Received? { try receiveNamed(true) }

  private func receiveNamed(_ isNamed: Bool) throws(ZeroMQError) -> Received? {
    let handle = open()
    var received = Received(frames: [])
    var count = 0
    while true {
      var message = zmq_msg_t()
      zmq_msg_init(&message)
      defer { zmq_msg_close(&message) }
      var size: Int32
      repeat {
        size = zmq_msg_recv(&message, handle, ZMQ_DONTWAIT)
      } while size == -1 && zmq_errno() == EINTR
      if size == -1 {
        if count == 0, zmq_errno() == EAGAIN { return nil }
        throw ZeroMQError.last("zmq_msg_recv")
      }
      count += 1
      if count <= maximumFrames {
        received.frames.append(
          Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message))))
      }
      // A router's first frame is its own and carries nothing of the peer.
      if isNamed, count == 2 {
        received.key = property("User-Id", of: &message).flatMap(CurveKey.init)
        received.address = property("Peer-Address", of: &message)
      }
      if zmq_msg_more(&message) == 0 { break }
    }
    guard count <= maximumFrames else {
      throw ZeroMQError(
        code: .oversized, text: "a message of \(count) frames; at most \(maximumFrames) are accepted",
        call: "zmq_msg_recv")
    }
    return received
  }

  private func property(_ name: String, of message: inout zmq_msg_t) -> String? {
    zmq_msg_gets(&message, name).map { String(cString: $0) }
  }

  func bind(inproc name: String) throws(ZeroMQError) {
    guard zmq_bind(open(), name) == 0 else { throw ZeroMQError.last("zmq_bind", endpoint: name) }
  }

  func connect(inproc name: String) throws(ZeroMQError) {
    guard zmq_connect(open(), name) == 0 else { throw ZeroMQError.last("zmq_connect", endpoint: name) }
  }

  /// The handle, for this module's calls on the owner's thread.
  func open() -> UnsafeMutableRawPointer {
    checkThread()
    guard let handle else { preconditionFailure("the socket is closed") }
    return handle
  }

  private func checkThread() {
    precondition(pthread_equal(owner, pthread_self()) != 0, "a socket belongs to the thread that made it")
  }

  // Only where an address asks for it: with it, `tcp://*` would listen on IPv6 as well.
  private func admitIPv6(_ endpoint: Endpoint) throws(ZeroMQError) {
    if endpoint.isIPv6Address { try set(ZMQ_IPV6, Int32(1)) }
  }

  private func protect(_ security: Security) throws(ZeroMQError) {
    switch security {
    case .none: break
    case .server(let keys):
      try set(ZMQ_CURVE_SERVER, Int32(1))
      try set(ZMQ_CURVE_SECRETKEY, key: keys.secretKey)
      // With a domain nobody gets in where no desk answers.
      try set(ZMQ_ZAP_DOMAIN, text: "igr")
    case .client(let keys, let server):
      try set(ZMQ_CURVE_PUBLICKEY, key: keys.publicKey)
      try set(ZMQ_CURVE_SECRETKEY, key: keys.secretKey)
      try set(ZMQ_CURVE_SERVERKEY, key: server)
    }
  }

  private func set(_ option: Int32, key: CurveKey) throws(ZeroMQError) {
    let result = key.bytes.withUnsafeBytes { zmq_setsockopt(open(), option, $0.baseAddress, $0.count) }
    guard result == 0 else { throw ZeroMQError.last("zmq_setsockopt(\(option))") }
  }

  private func set(_ option: Int32, text: String) throws(ZeroMQError) {
    guard zmq_setsockopt(open(), option, text, text.utf8.count) == 0 else {
      throw ZeroMQError.last("zmq_setsockopt(\(option))")
    }
  }

  private func set<Value: BitwiseCopyable>(_ option: Int32, _ value: Value) throws(ZeroMQError) {
    let result = withUnsafeBytes(of: value) { zmq_setsockopt(open(), option, $0.baseAddress, $0.count) }
    guard result == 0 else { throw ZeroMQError.last("zmq_setsockopt(\(option))") }
  }
}

extension Duration {
  /// Whole milliseconds, rounded up so that a short wait is not a busy loop.
  var milliseconds: Int32 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    if overflow { return seconds > 0 ? .max : 0 }
    return Int32(clamping: max(0, product + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
  }
}
