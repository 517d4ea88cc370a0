import Glibc

/// A lock between processes, held until `release`; the system releases it when a process ends.
struct FileLock {
  private let descriptor: Int32

  /// Waits for the lock of the file at `path`, which is made where it is not there and stays.
  init(_ path: String) throws(DatasetError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileBytes.unreadable(path, "create", errno) }
    var status: Int32
    repeat { status = flock(descriptor, LOCK_EX) } while status != 0 && errno == EINTR
    guard status == 0 else {
      let number = errno
      close(descriptor)
      throw FileBytes.unreadable(path, "lock", number)
    }
  }

  func release() { close(descriptor) }
}
