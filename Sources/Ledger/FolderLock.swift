import Glibc
import ResultStore

/// The right of one coordinator of this machine to a results folder. The kernel gives it back when the process ends,
/// however it ends.
///
/// Some network disks show the lock on other machines too. A coordinator that Slurm has started again elsewhere does not
/// wait for its cut-off predecessor's lock: the number of its life keeps the two apart.
final class FolderLock {
  private let descriptor: Int32

  /// - Throws: `LedgerError`: `inUse` with the holder; `disk` with the system's reason.
  init(path: String, as holder: LockHolder) throws(LedgerError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw LedgerError(.disk, path, "cannot be opened: \(systemReason(errno))") }
    // A successor does not wait.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, !(Self.holder(descriptor).map(holder.succeeds) ?? false) {
      let number = RunPaths.lock(descriptor)
      guard number == 0 else {
        let other = Self.holder(descriptor)
        close(descriptor)
        guard number == EWOULDBLOCK else {
          throw LedgerError(.disk, path, "cannot be locked: \(systemReason(number))")
        }
        throw LedgerError(
          .inUse, path,
          "another coordinator\(other.map { " (\($0.inWords))" } ?? "") works on this folder;"
            + " wait for its end or end it")
      }
    }
    self.descriptor = descriptor
    let text = Array(holder.text.utf8)
    // The words are for people, and for the next life of the same job; the lock holds without them.
    _ = ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  deinit { close(descriptor) }

  private static func holder(_ descriptor: Int32) -> LockHolder? {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return LockHolder(String(decoding: bytes[..<count], as: UTF8.self))
  }
}

func systemReason(_ number: Int32) -> String { String(cString: strerror(number)) }
