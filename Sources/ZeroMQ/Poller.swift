import CZeroMQ
import Glibc

/// Waits for sockets and file descriptors together.
///
/// Thread rule: as for the sockets it watches.
public struct Poller {
  /// What to wait for.
  public struct Interest: OptionSet, Hashable, Sendable {
    public let rawValue: Int16

    public init(rawValue: Int16) { self.rawValue = rawValue }

    public static let readable = Interest(rawValue: Int16(ZMQ_POLLIN))
    public static let writable = Interest(rawValue: Int16(ZMQ_POLLOUT))
  }

  /// One thing to watch, and what the last `wait` found.
  public struct Item {
    fileprivate let socket: Socket?
    fileprivate let fileDescriptor: Int32
    fileprivate let interest: Interest
    fileprivate var found: Int16 = 0

    public init(_ socket: Socket, for interest: Interest = .readable) {
      self.socket = socket
      fileDescriptor = -1
      self.interest = interest
    }

    /// - Parameter fileDescriptor: stays the caller's.
    public init(fileDescriptor: Int32, for interest: Interest = .readable) {
      socket = nil
      self.fileDescriptor = fileDescriptor
      self.interest = interest
    }

    /// A read gives data, or, where the other end is closed, its end.
    public var isReadable: Bool { found & Int16(ZMQ_POLLIN | ZMQ_POLLERR) != 0 }
    public var isWritable: Bool { found & Int16(ZMQ_POLLOUT) != 0 }
  }

  public var items: [Item]

  public init(_ items: [Item]) { self.items = items }

  /// Waits until an item is ready or the time is over; the items tell which.
  ///
  /// A signal's arrival does not end the wait.
  ///
  /// - Parameter timeout: nil waits without limit.
  /// - Returns: false when the time is over and nothing is ready.
  /// - Throws: `ZeroMQError` with code `shutDown` after the context's `shutdown()`.
  public mutating func wait(timeout: Duration?) throws(ZeroMQError) -> Bool {
    var polled = items.map { item in
      zmq_pollitem_t(
        socket: item.socket?.open(), fd: item.fileDescriptor, events: item.interest.rawValue, revents: 0)
    }
    let clock = ContinuousClock()
    let deadline = timeout.map { clock.now.advanced(by: $0) }
    while true {
      let remaining = deadline.map { max(.zero, clock.now.duration(to: $0)) }
      let ready = zmq_poll(&polled, Int32(polled.count), Int(remaining?.milliseconds ?? -1))
      if ready == -1 && zmq_errno() == EINTR { continue }
      guard ready >= 0 else { throw ZeroMQError.last("zmq_poll") }
      for index in items.indices { items[index].found = polled[index].revents }
      return ready > 0
    }
  }
}
