import CZeroMQ

/// libzmq's background threads and the sockets that use them. One per process is enough.
///
/// Every `Socket` keeps its context alive, and the last reference terminates it: `zmq_ctx_term` waits for open
/// sockets, so it must never run before they are closed.
///
/// May be used from any thread.
public final class Context: @unchecked Sendable {
  // Sound because libzmq's contexts are thread-safe and the pointer never changes.
  let handle: UnsafeMutableRawPointer

  /// - Throws: `ZeroMQError` when the process has no file descriptors left.
  public init() throws(ZeroMQError) {
    guard let handle = zmq_ctx_new() else { throw ZeroMQError.last("zmq_ctx_new") }
    self.handle = handle
  }

  deinit {
    while zmq_ctx_term(handle) == -1 && zmq_errno() == EINTR {}
  }

  /// Makes every later or waiting call on the context's sockets fail with `ZeroMQError.Code.shutDown`, so that the
  /// threads that own them can close them and end.
  public func shutdown() { zmq_ctx_shutdown(handle) }
}
