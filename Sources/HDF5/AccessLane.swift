import CHDF5
import Glibc

/// The one lane through which every HDF5 call of this process goes.
///
/// Debian's library is thread-safe, others are not, so a process-wide lock is taken around each operation, even for
/// different files. It is recursive: an object released inside a locked region may close its file there.
enum AccessLane {
  // Allocated once, never freed, and only handed to pthread functions, which are safe from any thread.
  private nonisolated(unsafe) static let mutex: UnsafeMutablePointer<pthread_mutex_t> = {
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    precondition(pthread_mutex_init(mutex, &attributes) == 0)
    return mutex
  }()

  static func enter() {
    pthread_mutex_lock(mutex)
    // Printing of errors is a setting of each thread in a thread-safe library, so it is turned off on every entry.
    H5Eset_auto2(igr_h5e_default(), nil, nil)
  }

  static func leave() {
    pthread_mutex_unlock(mutex)
  }
}
