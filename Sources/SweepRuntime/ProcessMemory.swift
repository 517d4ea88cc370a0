import Glibc
import ResultStore

/// What the system tells of the memory of processes.
enum ProcessMemory {
  /// Resident memory of a process now; nil when it is gone.
  static func residentMiB(of process: pid_t) -> Double? {
    guard let text = try? DurableFile.read("/proc/\(process)/statm") else { return nil }
    // Pages: all, resident, ….
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
  }

  /// How many processes of this one's control group the out-of-memory killer has ended; of the whole machine where it
  /// has no control groups. Nil where the system does not say.
  static func outOfMemoryKills() -> Int? {
    let groups = (try? DurableFile.read("/proc/self/cgroup")) ?? ""
    for file in eventFiles(groups: groups) {
      if let text = try? DurableFile.read(file), let count = kills(in: text) { return count }
    }
    return (try? DurableFile.read("/proc/vmstat")).flatMap(kills)
  }

  /// Files that count such kills, by what `/proc/self/cgroup` says: version 2 of control groups, then version 1.
  static func eventFiles(groups: String) -> [String] {
    groups.split(separator: "\n").compactMap { line in
      // number:controllers:path; version 2 has number 0 and no controllers.
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      let path = parts[2] == "/" ? "" : String(parts[2])
      if parts[0] == "0", parts[1].isEmpty { return "/sys/fs/cgroup\(path)/memory.events" }
      guard parts[1].split(separator: ",").contains("memory") else { return nil }
      return "/sys/fs/cgroup/memory\(path)/memory.oom_control"
    }
  }

  /// The number after `oom_kill` at the beginning of a line.
  static func kills(in text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == "oom_kill" { return Int(words[1]) }
    }
    return nil
  }

  /// Whether a child that was killed was a victim of the out-of-memory killer, in words; nil where nothing says so.
  static func evidence(
    peakMiB: Double, limitMiB: Double?, killsBefore: Int?, killsNow: Int?
  ) -> String? {
    let peak = "its peak was \(Int(peakMiB.rounded())) MiB"
    if let before = killsBefore, let now = killsNow, now > before {
      return "the system ran out of memory and killed the child; \(peak)"
    }
    // The kernel's limit may be a little below the sweep's own.
    if let limitMiB, peakMiB >= 0.95 * limitMiB {
      return "the child was killed with its memory at the limit of \(Int(limitMiB)) MiB; \(peak)"
    }
    return nil
  }
}
