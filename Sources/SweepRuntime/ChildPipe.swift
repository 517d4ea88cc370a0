import Glibc
import Synchronization

/// The reading end of a child's pipe, non-blocking, cut into lines.
///
/// Owns its file descriptor. Thread rule: used by one thread.
final class ChildPipe {
  /// A longer line is cut into pieces of this many bytes, so that no child can fill our memory.
  static let longestLine = 1 << 20

  let fileDescriptor: Int32
  private(set) var isAtEnd = false
  private var partial: [UInt8] = []

  init(_ fileDescriptor: Int32) {
    self.fileDescriptor = fileDescriptor
    _ = fcntl(fileDescriptor, F_SETFL, fcntl(fileDescriptor, F_GETFL) | O_NONBLOCK)
  }

  deinit { close(fileDescriptor) }

  /// Held while a program is started, and between the making of a pipe and its mark. One child's life line in
  /// another child would keep the first alive after our death.
  static let inheritance = Mutex(())

  /// Both ends of a new pipe, closed in programs that we start; nil with `errno` set.
  static func ends() -> (read: Int32, write: Int32)? {
    inheritance.withLock { _ in
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }
  }

  /// The lines that are complete by now, without their ends; at the end of the file also a last incomplete one.
  func readLines() -> [String] {
    var lines: [String] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while !isAtEnd {
      let count = read(fileDescriptor, &buffer, buffer.count)
      if count == -1 && errno == EINTR { continue }
      if count == -1 && errno == EAGAIN { break }
      if count <= 0 {
        isAtEnd = true
        if !partial.isEmpty { lines.append(String(decoding: partial, as: UTF8.self)) }
        partial = []
        break
      }
      var rest = buffer[..<count]
      while let newline = rest.firstIndex(of: 0x0A) {
        lines.append(String(decoding: partial + rest[..<newline], as: UTF8.self))
        partial = []
        rest = rest[(newline + 1)...]
      }
      partial += rest
      if partial.count >= Self.longestLine {
        lines.append(String(decoding: partial, as: UTF8.self))
        partial = []
      }
      // A child that writes without end must not keep us from everybody else.
      if lines.count > 1000 { break }
    }
    return lines
  }
}
