import Glibc

/// Who holds a results folder: one life of a coordinator, as the lock file tells of it.
public struct LockHolder: Hashable, Sendable {
  /// A job of Slurm, and how often Slurm has started it again.
  public struct Job: Hashable, Sendable {
    public var id: UInt64
    public var restarts: UInt64

    public init(id: UInt64, restarts: UInt64) {
      self.id = id
      self.restarts = restarts
    }
  }

  public var processID: Int32
  public var host: String
  /// Nil outside of Slurm.
  public var job: Job?

  public init(processID: Int32, host: String, job: Job?) {
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
        Job(id: id, restarts: variable("SLURM_RESTART_COUNT").flatMap(UInt64.init) ?? 0)
      })
  }

  /// Whether Slurm started this life because it has given `other` up: the same job, started again. The other may be cut
  /// off and alive nevertheless.
  func succeeds(_ other: LockHolder) -> Bool {
    guard let job, let before = other.job else { return false }
    return job.id == before.id && job.restarts > before.restarts
  }

  /// The content of a lock file: process, host and, where there is one, job and restarts, a line each.
  var text: String { "\(processID)\n\(host)\n" + (job.map { "\($0.id) \($0.restarts)\n" } ?? "") }

  /// - Returns: nil for a text that does not begin with a process.
  init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let process = lines.first.flatMap({ Int32($0) }) else { return nil }
    processID = process
    host = lines.count > 1 ? String(lines[1]) : ""
    let numbers = lines.count > 2 ? lines[2].split(separator: " ").compactMap { UInt64($0) } : []
    job = numbers.count == 2 ? Job(id: numbers[0], restarts: numbers[1]) : nil
  }

  /// In words for a person who has to find it.
  var inWords: String {
    let place = host.isEmpty ? "process \(processID)" : "process \(processID) on \(host)"
    return job.map { "\(place), job \($0.id)" } ?? place
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
