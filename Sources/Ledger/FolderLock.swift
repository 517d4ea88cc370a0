import Glibc

/// The right of one coordinator of this machine to a results folder. The kernel gives it back when the process ends,
/// however it ends.
final class FolderLock {
  private let descriptor: Int32

  /// - Throws: `LedgerError`: `inUse` with the process id of the holder; `disk` with the system's reason.
  init(path: String) throws(LedgerError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw LedgerError(.disk, path, "cannot be opened: \(systemReason(errno))") }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let number = errno
      let holder = Self.holder(descriptor)
      close(descriptor)
      guard number == EWOULDBLOCK else {
        throw LedgerError(.disk, path, "cannot be locked: \(systemReason(number))")
      }
      throw LedgerError(
        .inUse, path,
        "another coordinator\(holder.map { " (process \($0))" } ?? "") works on this folder;"
          + " wait for its end or end it")
    }
    self.descriptor = descriptor
    let text = Array("\(getpid())\n".utf8)
    // The number is for people; the lock holds without it.
    _ = ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  deinit { close(descriptor) }

  private static func holder(_ descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
  }
}

func systemReason(_ number: Int32) -> String { String(cString: strerror(number)) }
