import CZeroMQ
import Glibc

/// A libzmq call that failed: what was called, on which endpoint, and the system's reason.
public struct ZeroMQError: Error, Hashable, Sendable, CustomStringConvertible {
  /// libzmq's error number: a system `errno` or one of libzmq's own.
  public struct Code: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Another process holds the port.
    public static let addressInUse = Code(rawValue: EADDRINUSE)
    /// No interface of this machine has the address.
    public static let addressNotAvailable = Code(rawValue: EADDRNOTAVAIL)
    /// The text is no endpoint, or an option has an impossible value.
    public static let invalid = Code(rawValue: EINVAL)
    /// A message has more frames or bytes than the socket's options allow. The message is consumed.
    public static let oversized = Code(rawValue: EMSGSIZE)
    /// The context was shut down: the thread closes its sockets and ends.
    public static let shutDown = Code(rawValue: ETERM)
  }

  public let code: Code
  /// The reason in words.
  public let text: String
  /// The libzmq function.
  public let call: String
  /// The endpoint the call was about, where it was about one.
  public let endpoint: String?

  public var description: String {
    let place = endpoint.map { " \($0)" } ?? ""
    return "\(call)\(place): \(text) (error \(code.rawValue))"
  }

  init(code: Code, text: String, call: String, endpoint: String? = nil) {
    self.code = code
    self.text = text
    self.call = call
    self.endpoint = endpoint
  }

  /// The error of the call that just failed on this thread.
  static func last(_ call: String, endpoint: String? = nil) -> ZeroMQError {
    let number = zmq_errno()
    // These three mean that this module used a handle wrongly; no caller can do anything about it.
    precondition(number != ENOTSOCK && number != EFSM && number != EFAULT, "\(call): error \(number)")
    return ZeroMQError(
      code: Code(rawValue: number), text: String(cString: zmq_strerror(number)), call: call,
      endpoint: endpoint)
  }
}
