import Trials

/// The files of one launch, in `launch/<number>/` of a results folder.
public struct LaunchFolder: Hashable, Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  public var coordinatorScript: String { path + "/coordinator.sbatch" }
  /// - Parameter number: of the job array, from 1 over the whole launch.
  public func workerScript(_ number: Int) -> String { "\(path)/workers-\(number).sbatch" }
  /// Job numbers, one a line: the worker arrays.
  public var workerJobs: String { path + "/workers.jobs" }
  /// The coordinator's job number.
  public var coordinatorJob: String { path + "/coordinator.job" }
  /// There when no more workers are needed; says why.
  public var over: String { path + "/over" }
  /// What `over` says at a good end.
  public static let sweepIsOver = "the sweep is over"
  /// A line for each worker that could not work.
  public var trouble: String { path + "/trouble" }
  /// Locked while job numbers are being added.
  public var lock: String { path + "/.lock" }

  /// Where a coordinator says how it is reached: one file per life of its job, so that nobody reads its predecessor's.
  public func addressFile(job: UInt64, restart: UInt64) -> String { "\(path)/address.\(job).\(restart)" }

  /// The newest of the address files among these names: of the greatest job, and of its last restart.
  public static func newestAddress(among names: [String]) -> String? {
    var newest: (name: String, life: BatchJobLife)?
    for name in names {
      guard name.hasPrefix("address."), let life = BatchJobLife(name.dropFirst(8)) else { continue }
      if newest.map({ $0.life < life }) ?? true { newest = (name, life) }
    }
    return newest?.name
  }
}
