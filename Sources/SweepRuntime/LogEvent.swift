import FoundationEssentials
import Glibc
import Trials

/// How the log of a coordinator or worker is written.
public enum LogFormat: String, CaseIterable, Sendable {
  /// A line for people.
  case text
  /// One JSON object a line: `time` (UTC), `program`, `level`, `text`, and `trial` and `attempt` where the event is
  /// about one.
  case json
}

/// One event of a program's log.
struct LogEvent: Hashable {
  var program: String
  /// Nil is left out of text and is `info` in JSON.
  var level: String?
  var trial: TrialID?
  /// Counts the attempts at the trial from 1.
  var attempt: Int?
  var text: String

  /// The event as one line, its end included.
  ///
  /// - Parameter unixSeconds: when it happened.
  func line(_ format: LogFormat, at unixSeconds: Int) -> String {
    // Text of workers may hold line breaks; an event is one line.
    let flat =
      text.utf8.allSatisfy(Self.isPlain)
      ? text : text.split(whereSeparator: \.isNewline).joined(separator: " | ")
    switch format {
    case .text:
      let place = (trial.map { " trial \($0)" } ?? "") + (attempt.map { " attempt \($0)" } ?? "")
      return "\(Self.stamp(unixSeconds)) \(program)\(level.map { " " + $0 } ?? "")\(place): \(flat)\n"
    case .json:
      struct Form: Encodable {
        var time: String
        var program: String
        var level: String
        var trial: String?
        var attempt: Int?
        var text: String
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let form = Form(
        time: Self.stamp(unixSeconds), program: program, level: level ?? "info", trial: trial?.description,
        attempt: attempt, text: flat)
      // Strings and a whole number always encode.
      guard let data = try? encoder.encode(form) else { return "" }
      return String(decoding: data, as: UTF8.self) + "\n"
    }
  }

  /// Puts the event on standard error: one write, past the C library's buffer, so that lines of several threads and
  /// processes stay whole.
  func write(_ format: LogFormat) {
    Self.write(Array(line(format, at: time(nil)).utf8))
  }

  static func write(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Neither a control character nor a part of one beyond ASCII.
  private static func isPlain(_ byte: UInt8) -> Bool { (0x20..<0x7F).contains(byte) }

  private static func stamp(_ unixSeconds: Int) -> String {
    var seconds = time_t(unixSeconds)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var stamp = [CChar](repeating: 0, count: 32)
    strftime(&stamp, stamp.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: stamp.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
