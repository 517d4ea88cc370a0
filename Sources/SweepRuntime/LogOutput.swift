import Glibc

/// Where a log's lines go, at once or gathered.
///
/// Used from one thread.
final class LogOutput {
  private let format: LogFormat
  private var bytes: [UInt8] = []
  var gathers = false

  /// More than this does not wait.
  private static let limit = 1 << 16

  init(_ format: LogFormat) { self.format = format }

  deinit { flush() }

  func put(_ event: LogEvent) {
    bytes += event.line(format, at: time(nil)).utf8
    if !gathers || bytes.count >= Self.limit { flush() }
  }

  func flush() {
    guard !bytes.isEmpty else { return }
    LogEvent.write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
