import Glibc
import Trials

/// An agent's log: one readable line per event on standard error, with time, trial and attempt.
struct WorkerLog {
  /// - Parameters:
  ///   - trial: with the attempt's number, where the event is about one.
  func line(_ text: String, trial: (id: TrialID, attempt: Int)? = nil) {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var stamp = [CChar](repeating: 0, count: 32)
    strftime(&stamp, stamp.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    let time = String(decoding: stamp.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let place = trial.map { " trial \($0.id) attempt \($0.attempt)" } ?? ""
    let line = Array("\(time) worker\(place): \(text)\n".utf8)
    // One write, so that the lines of several processes in one file stay whole.
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
