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

    public init(
      linger: Duration, sendQueue: Int = 1000, receiveQueue: Int = 1000, maximumFrameBytes: Int = 1 << 20,
      maximumFrames: Int = 8, heartbeat: Duration? = nil, queuesOnlyForConnections: Bool = false
    ) {
      self.linger = linger
      self.sendQueue = sendQueue
      self.receiveQueue = receiveQueue
      self.maximumFrameBytes = maximumFrameBytes
      self.maximumFrames = maximumFrames
      self.heartbeat = heartbeat
      self.queuesOnlyForConnections = queuesOnlyForConnections
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
    if case .router(mandatory: true) = role { try set(ZMQ_ROUTER_MANDATORY, Int32(1)) }
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
  public func receive() throws(ZeroMQError) -> [[UInt8]]? {
    let handle = open()
    var frames: [[UInt8]] = []
    var count = 0
    while true {
      var message = zmq_msg_t()
      zmq_msg_init(&message)
      defer { zmq_msg_close(&message) }
      var received: Int32
      repeat {
        received = zmq_msg_recv(&message, handle, ZMQ_DONTWAIT)
      } while received == -1 && zmq_errno() == EINTR
      if received == -1 {
        if count == 0, zmq_errno() == EAGAIN { return nil }
        throw ZeroMQError.last("zmq_msg_recv")
      }
      count += 1
      if count <= maximumFrames {
        frames.append(
          Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message))))
      }
      if zmq_msg_more(&message) == 0 { break }
    }
    guard count <= maximumFrames else {
      throw ZeroMQError(
        code: .oversized, text: "a message of \(count) frames; at most \(maximumFrames) are accepted",
        call: "zmq_msg_recv")
    }
    return frames
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
