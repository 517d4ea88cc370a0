import Glibc

enum Clock {
  /// Processor time of this thread, so that what else runs here counts only by the caches it takes.
  case processor
  /// Time that passes.
  case wall
}

func milliseconds(on clock: Clock = .processor, _ work: () -> Void) -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(clock == .wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
  }
  let begin = now()
  work()
  return now() - begin
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
