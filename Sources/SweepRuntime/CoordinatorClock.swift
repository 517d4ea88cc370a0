import Glibc
import Scheduling

/// The two clocks of a coordinator.
struct CoordinatorClock {
  private let origin = ContinuousClock.now

  var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Moment(
      monotonic: ContinuousClock.now - origin, unixSeconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }
}
