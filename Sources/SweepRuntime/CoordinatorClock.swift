import Glibc
import Scheduling
import Synchronization

/// The two clocks of a coordinator.
final class CoordinatorClock: Sendable {
  private let origin = ContinuousClock.now
  private let skipped = Mutex(Duration.zero)

  var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Moment(
      monotonic: ContinuousClock.now - origin + skipped.withLock { $0 },
      unixSeconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }

  /// Moves the monotonic clock ahead, so that tests need not wait.
  func skip(_ duration: Duration) { skipped.withLock { $0 += duration } }
}
