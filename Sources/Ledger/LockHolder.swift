import Glibc
import Trials

/// Who holds a results folder: one life of a coordinator, as the lock file tells of it.
public struct LockHolder: Hashable, Sendable {
  public var processID: Int32
  public var host: String
  /// Nil outside of Slurm.
  public var job: BatchJobLife?

  public init(processID: Int32, host: String, job: BatchJobLife?) {
    self.processID = processID
    self.host = host
    self.job = job
  }

  /// This process, by `SLURM_JOB_ID` and `SLURM_RESTART_COUNT`.
  public static var current: LockHolder {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return LockHolder(
      processID: getpid(), host: host,
      job: variable("SLURM_JOB_ID").flatMap(UInt64.init).map { id in
        BatchJobLife(job: id, restart: variable("SLURM_RESTART_COUNT").flatMap(UInt64.init) ?? 0)
      })
  }

  /// Whether Slurm started this life because it has given `other` up: the same job, started again. The other may be cut
  /// off and alive nevertheless.
  func succeeds(_ other: LockHolder) -> Bool {
    guard let job, let before = other.job else { return false }
    return job.job == before.job && job > before
  }

  /// The content of a lock file: process, host and, where there is one, job and restarts, a line each.
  var text: String { "\(processID)\n\(host)\n" + (job.map { "\($0.job) \($0.restart)\n" } ?? "") }

  /// - Returns: nil for a text that does not begin with a process.
  init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let process = lines.first.flatMap({ Int32($0) }) else { return nil }
    processID = process
    host = lines.count > 1 ? String(lines[1]) : ""
    let numbers = lines.count > 2 ? lines[2].split(separator: " ").compactMap { UInt64($0) } : []
    job = numbers.count == 2 ? BatchJobLife(job: numbers[0], restart: numbers[1]) : nil
  }

  /// In words for a person who has to find it.
  var inWords: String {
    let place = host.isEmpty ? "process \(processID)" : "process \(processID) on \(host)"
    return job.map { "\(place), job \($0.job)" } ?? place
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
