import Glibc

/// Why keys cannot be used or made. The message says what to do.
public struct KeyError: Error, Hashable, Sendable, CustomStringConvertible {
  public let path: String
  public let message: String

  init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  /// - Parameter action: what could not be done: "read", "created".
  init(system number: Int32, _ path: String, cannotBe action: String) {
    self.init(path, "cannot be \(action): \(String(cString: strerror(number)))")
  }

  public var description: String { "\(path): \(message)" }
}
