/// One life of a batch job: its number, and how often the scheduler has started it again (`SLURM_JOB_ID`,
/// `SLURM_RESTART_COUNT`). Later jobs and later restarts are greater.
public struct BatchJobLife: Hashable, Sendable, Comparable {
  public var job: UInt64
  public var restart: UInt64

  public init(job: UInt64, restart: UInt64) { (self.job, self.restart) = (job, restart) }

  /// - Parameter text: `job.restart`, as in the name of an address file; nil for any other.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let job = UInt64(parts[0]), let restart = UInt64(parts[1]) else { return nil }
    self.init(job: job, restart: restart)
  }

  public static func < (a: BatchJobLife, b: BatchJobLife) -> Bool {
    (a.job, a.restart) < (b.job, b.restart)
  }
}
