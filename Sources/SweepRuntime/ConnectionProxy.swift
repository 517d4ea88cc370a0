import Glibc
import Synchronization
import Threads
import ZeroMQ

/// Stands between workers and their coordinator on this machine, passes every byte on, and cuts connections on demand.
/// What is encrypted passes unchanged.
///
/// A thread of its own owns all sockets; others reach it through orders and a pipe that wakes it.
final class ConnectionProxy: Sendable {
  /// Where workers connect.
  let endpoint: Endpoint

  private enum Order {
    case cut(UInt64)
    case end
  }

  private let orders = Mutex<[Order]>([])
  private let connectionCount = Atomic(0)
  private let wakingEnd: Int32

  /// - Parameter target: where the coordinator listens now; asked for each new connection. Nil, or an endpoint
  ///   where nobody listens, closes the connection, and whoever made it tries again.
  /// - Throws: `ChildProcessError` when the system has no sockets or threads left.
  init(target: @escaping @Sendable () -> Endpoint?) throws(ChildProcessError) {
    guard let ends = ChildPipe.ends() else {
      throw ChildProcessError(path: "the proxy", reason: systemReason(errno))
    }
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
    var address = Self.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = Self.withGeneric(&address) { bind(listener, $0, length) == 0 && listen(listener, 128) == 0 }
    guard isBound, Self.withGeneric(&address, { getsockname(listener, $0, &length) }) == 0,
      let endpoint = Endpoint("tcp://127.0.0.1:\(UInt16(bigEndian: address.sin_port))")
    else {
      let reason = systemReason(errno)
      for descriptor in [listener, ends.read, ends.write] { _ = close(descriptor) }
      throw ChildProcessError(path: "the proxy", reason: reason)
    }
    self.endpoint = endpoint
    wakingEnd = ends.write
    let loop = Loop(proxy: self, listener: listener, wake: ends.read, target: target)
    do {
      try SystemThread { loop.run() }.detach()
    } catch {
      for descriptor in [listener, ends.read, ends.write] { _ = close(descriptor) }
      throw ChildProcessError(path: "the proxy", reason: "\(error)")
    }
  }

  /// Cuts one connection.
  ///
  /// - Parameter choice: any number; chooses among those that are open.
  /// - Returns: false when none is open.
  func cut(_ choice: UInt64) -> Bool {
    guard connectionCount.load(ordering: .relaxed) > 0 else { return false }
    give(.cut(choice))
    return true
  }

  /// Cuts everything and ends the thread. Call it once, last.
  func end() { give(.end) }

  private func give(_ order: Order) {
    orders.withLock { $0.append(order) }
    var byte: UInt8 = 0
    _ = write(wakingEnd, &byte, 1)
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
    return address
  }

  private static func withGeneric<Value>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Value
  ) -> Value {
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
    }
  }

  // MARK: The thread

  /// Both ends of one connection, and what waits to be written to them.
  private struct Connection {
    var ends: [Int32]
    var waiting: [[UInt8]] = [[], []]
  }

  private final class Loop {
    let proxy: ConnectionProxy
    let listener: Int32
    let wake: Int32
    let target: @Sendable () -> Endpoint?
    var connections: [Connection] = []

    init(proxy: ConnectionProxy, listener: Int32, wake: Int32, target: @escaping @Sendable () -> Endpoint?) {
      self.proxy = proxy
      self.listener = listener
      self.wake = wake
      self.target = target
    }

    func run() {
      while true {
        var polled = [
          pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
          pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        ]
        for connection in connections {
          for side in 0..<2 {
            // Reads only what can be handed on: no side fills our memory.
            let events =
              (connection.waiting[1 - side].isEmpty ? POLLIN : 0)
              | (connection.waiting[side].isEmpty ? 0 : POLLOUT)
            polled.append(pollfd(fd: connection.ends[side], events: Int16(events), revents: 0))
          }
        }
        guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
        var dead: Set<Int> = []
        for place in connections.indices {
          for side in 0..<2 where polled[2 + 2 * place + side].revents != 0 {
            if !serve(place, side) { dead.insert(place) }
          }
        }
        for place in dead.sorted().reversed() { cut(place) }
        if polled[1].revents != 0 { accept() }
        if polled[0].revents != 0, !obey() { return }
        proxy.connectionCount.store(connections.count, ordering: .relaxed)
      }
    }

    /// - Returns: false when the connection is at its end.
    private func serve(_ place: Int, _ side: Int) -> Bool {
      if connections[place].waiting[1 - side].isEmpty {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(connections[place].ends[side], &buffer, buffer.count)
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { return false }
        if count > 0 { connections[place].waiting[1 - side] = Array(buffer[..<count]) }
      }
      return write(place, side) && write(place, 1 - side)
    }

    private func write(_ place: Int, _ side: Int) -> Bool {
      while !connections[place].waiting[side].isEmpty {
        let bytes = connections[place].waiting[side]
        let count = send(connections[place].ends[side], bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        connections[place].waiting[side].removeFirst(count)
      }
      return true
    }

    private func accept() {
      let near = Glibc.accept(listener, nil, nil)
      guard near >= 0 else { return }
      let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = ConnectionProxy.loopback(port: target()?.port ?? 0)
      let isConnected = ConnectionProxy.withGeneric(&address) {
        connect(far, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
      guard isConnected else {
        _ = (close(near), close(far))
        return
      }
      for descriptor in [near, far] {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        var yes: Int32 = 1
        setsockopt(
          descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
      }
      connections.append(Connection(ends: [near, far]))
    }

    private func cut(_ place: Int) {
      for descriptor in connections.remove(at: place).ends { close(descriptor) }
    }

    /// - Returns: false when this was the last order.
    private func obey() -> Bool {
      var buffer = [UInt8](repeating: 0, count: 64)
      _ = read(wake, &buffer, buffer.count)
      let given = proxy.orders.withLock { orders in
        defer { orders = [] }
        return orders
      }
      for order in given {
        switch order {
        case .cut(let choice):
          if !connections.isEmpty { cut(Int(choice % UInt64(connections.count))) }
        case .end:
          while !connections.isEmpty { cut(0) }
          for descriptor in [listener, wake, proxy.wakingEnd] { close(descriptor) }
          return false
        }
      }
      return true
    }
  }
}
