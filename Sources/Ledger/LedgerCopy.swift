import FoundationEssentials
import Glibc

/// A copy of another coordinator's ledger, in a folder of its own that goes with this value.
///
/// SQLite writes to a database even when it only reads it: it recovers the write-ahead log, and folds it in when the
/// last connection closes. Another host's coordinator may still write the original, and locks do not reach it on every
/// disk. So the original's bytes are copied, and SQLite sees the copy alone.
final class LedgerCopy {
  let path: String
  private let folder: String

  /// A ledger that changes while it is read is read again, so often.
  private static let attempts = 20

  /// - Throws: `LedgerError` with code `disk`.
  init(of original: String) throws(LedgerError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/igr-ledger-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw LedgerError(.disk, parent, "a folder cannot be created in it: \(systemReason(errno))")
    }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = folder + "/ledger.sqlite"
    for _ in 0..<Self.attempts {
      let before = Self.version(of: original)
      // The log first: where its frames are folded into the file meanwhile, they only say the same twice.
      for suffix in ["-wal", ""] { try Self.copy(original + suffix, to: path + suffix) }
      if before == Self.version(of: original) { return }
    }
    // A torn copy does not pass the check that follows.
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// What changes when the log is folded into the file: the file's time and size, and the head of the log.
  private static func version(of original: String) -> [Int] {
    var status = stat()
    guard stat(original, &status) == 0 else { return [] }
    var head = [UInt8](repeating: 0, count: 32)
    let log = open(original + "-wal", O_RDONLY | O_CLOEXEC)
    if log >= 0 {
      _ = pread(log, &head, head.count, 0)
      close(log)
    }
    return [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec] + head.map(Int.init)
  }

  /// Copies a file; without one there is none afterwards.
  private static func copy(_ source: String, to target: String) throws(LedgerError) {
    unlink(target)
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else {
      if errno == ENOENT { return }
      throw LedgerError(.disk, source, "cannot be read: \(systemReason(errno))")
    }
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw LedgerError(.disk, target, "cannot be created: \(systemReason(errno))") }
    defer { close(output) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(input, &buffer, buffer.count)
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR { continue }
        throw LedgerError(.disk, source, "cannot be read: \(systemReason(errno))")
      }
      var written = 0
      while written < count {
        let step = buffer.withUnsafeBytes {
          write(output, $0.baseAddress.map { $0 + written }, count - written)
        }
        if step < 0 {
          if errno == EINTR { continue }
          throw LedgerError(.disk, target, "cannot be written: \(systemReason(errno))")
        }
        written += step
      }
    }
  }
}
