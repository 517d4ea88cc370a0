import FoundationEssentials
import Glibc

/// A copy of another coordinator's ledger, in a folder of its own that goes with this value.
///
/// SQLite writes to a database even when it only reads it: it recovers the write-ahead log, and folds it in when the
/// last connection closes. Another host's coordinator may still write the original, and locks do not reach it on every
/// disk. So the original's bytes are copied, and SQLite sees the copy alone.
final class LedgerCopy: Sendable {
  let path: String
  private let folder: String

  /// A ledger that changes while it is read is read again, so often.
  private static let attempts = 20

  /// - Parameters:
  ///   - original: a ledger in its results folder.
  ///   - temporary: where the copy lies if that can be written; else it lies beside the original.
  /// - Throws: `LedgerError` with code `disk`.
  init(of original: String, in temporary: String = CopyFolder.temporary) throws(LedgerError) {
    let results = original.lastIndex(of: "/").map { String(original[..<$0]) } ?? "."
    folder = try CopyFolder.make(in: temporary, orIn: results)
    path = folder + "/ledger.sqlite"
    for _ in 0..<Self.attempts {
      let before = Version(of: original)
      // The log first: where its frames are folded into the file meanwhile, they only say the same twice.
      for suffix in ["-wal", ""] { try Self.copy(original + suffix, to: path + suffix) }
      if before.isFoldedLike(Version(of: original)) { return }
    }
    // A torn copy does not pass the check that follows.
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// What a ledger's bytes are known by, without reading them.
  struct Version: Equatable {
    /// Changes when the log is folded into the file: what the file is and when it was written, and the head of the log.
    private let folded: [Int]
    /// Changes with every commit: what the log is and when it was written.
    private let log: [Int]
    /// Of file and log.
    let byteCount: Int
    /// The last write, in seconds since 1970-01-01 UTC.
    private let lastWrite: Double

    init(of original: String) {
      let (file, fileTime, _) = Self.look(at: original)
      let (log, logTime, head) = Self.look(at: original + "-wal")
      byteCount = (file.dropFirst().first ?? 0) + (log.dropFirst().first ?? 0)
      folded = file + head.map(Int.init)
      self.log = log
      lastWrite = max(fileTime, logTime)
    }

    /// Whether a copy that was made between two such looks is of one state, although commits may have followed.
    func isFoldedLike(_ other: Version) -> Bool { folded == other.folded }

    /// Whether an equal look later means equal bytes: two writes within one tick of the system's clock have the same
    /// time.
    var isSettled: Bool {
      var now = timespec()
      clock_gettime(CLOCK_REALTIME, &now)
      return Self.seconds(now) - lastWrite > 0.02
    }

    /// Opens the file, so that a network disk asks its server.
    private static func look(at file: String) -> (stamp: [Int], time: Double, head: [UInt8]) {
      let descriptor = open(file, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return ([], 0, []) }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { return ([], 0, []) }
      var head = [UInt8](repeating: 0, count: 32)
      _ = pread(descriptor, &head, head.count, 0)
      let stamp = [
        Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
        status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
      ]
      return (stamp, seconds(status.st_mtim), head)
    }

    private static func seconds(_ time: timespec) -> Double {
      Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
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
