import Glibc
import Scheduling
import Trials

/// A coordinator's log: one readable line per event on standard error, with time, trial and attempt.
public struct CoordinatorLog {
  func line(_ line: CoordinatorLogLine) {
    put(line.text, level: line.level, trial: line.trial, attempt: line.attempt)
  }

  public func info(_ text: String) { put(text, level: .info, trial: nil, attempt: nil) }

  public func warning(_ text: String, trial: TrialID? = nil) {
    put(text, level: .warning, trial: trial, attempt: nil)
  }

  private func put(_ text: String, level: CoordinatorLogLine.Level, trial: TrialID?, attempt: Int?) {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var stamp = [CChar](repeating: 0, count: 32)
    strftime(&stamp, stamp.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    let time = String(decoding: stamp.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let place = (trial.map { " trial \($0)" } ?? "") + (attempt.map { " attempt \($0)" } ?? "")
    // Text of workers may hold line breaks; an event is one line.
    let flat = text.split(whereSeparator: \.isNewline).joined(separator: " | ")
    // One write per line, past the C library's buffer, so that lines of several threads do not mix.
    let bytes = Array("\(time) coordinator \(level.rawValue)\(place): \(flat)\n".utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
