/// The jobs of one user that Slurm still has, begun or not. A job is known by its script, so that one is found whose number
/// nobody could write down any more.
public struct SlurmQueue: Hashable, Sendable {
  private struct Row: Hashable {
    let job: UInt64
    let script: String
  }

  private let rows: [Row]

  /// Options of `squeue` that ask for what `init` reads.
  public static func question(user: UInt32) -> [String] {
    ["--noheader", "--users=\(user)", "--format=%F %o"]
  }

  /// - Parameter output: of squeue: a line per job or element, with the number of the job or of its array, and its script.
  public init(_ output: String) {
    rows = output.split(separator: "\n").compactMap { line in
      let words = line.drop { $0 == " " }.split(separator: " ", maxSplits: 1)
      guard words.count == 2, let job = UInt64(words[0]) else { return nil }
      return Row(job: job, script: String(words[1]))
    }
  }

  /// Coordinators of a results folder, of any of its launches; each job once, in order.
  public func coordinators(of root: String) -> [UInt64] {
    jobs { $0.hasPrefix(root + "/launch/") && $0.hasSuffix("/coordinator.sbatch") }
  }

  /// Workers of a results folder, of any of its launches.
  public func workers(of root: String) -> [UInt64] {
    jobs { $0.hasPrefix(root + "/launch/") && $0.contains("/workers-") }
  }

  public func jobs(of script: String) -> [UInt64] { jobs { $0 == script } }

  private func jobs(_ isMeant: (String) -> Bool) -> [UInt64] {
    Set(rows.filter { isMeant($0.script) }.map(\.job)).sorted()
  }
}
