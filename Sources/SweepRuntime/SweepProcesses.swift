import FoundationEssentials
import Glibc

/// The processes of one sweep on this machine, by the kernel's own table: a front door and all that descends from it.
struct SweepProcesses {
  struct Process: Hashable {
    var processID: pid_t
    /// Clock ticks since boot: with the number, this names a process for good.
    var startTime: UInt64
    var isStopped: Bool

    /// Signals the process, if it is still the same one.
    ///
    /// - Returns: whether it was.
    @discardableResult
    func signal(_ number: Int32) -> Bool {
      guard let now = KernelRow(processID), now.startTime == startTime, !now.isGone else { return false }
      return kill(processID, number) == 0
    }
  }

  private(set) var frontDoor: Process?
  private(set) var coordinator: Process?
  /// Agents, oldest first.
  private(set) var workers: [Process] = []
  /// Processes in which trials train, oldest first.
  private(set) var children: [Process] = []

  var all: [Process] { [frontDoor, coordinator].compactMap { $0 } + workers + children }

  /// - Parameter frontDoor: the process that started the others.
  init(of frontDoor: pid_t) {
    var rows: [pid_t: [KernelRow]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let id = pid_t(name), let row = KernelRow(id), !row.isGone else { continue }
      if id == frontDoor { self.frontDoor = row.process }
      rows[row.parent, default: []].append(row)
    }
    var open = [frontDoor]
    while let parent = open.popLast() {
      for row in (rows[parent] ?? []).sorted(by: { $0.process.startTime < $1.process.startTime }) {
        open.append(row.process.processID)
        switch (row.program, row.arguments.dropFirst().first) {
        case ("igr-coordinator", _): coordinator = row.process
        case ("igr-worker", "run-one"): children.append(row.process)
        case ("igr-worker", _): workers.append(row.process)
        default: break
        }
      }
    }
  }

  /// What `/proc` tells of one process.
  private struct KernelRow {
    var process: Process
    var parent: pid_t
    var state: Character
    var arguments: [String]

    var startTime: UInt64 { process.startTime }
    /// Dead and not yet reaped.
    var isGone: Bool { state == "Z" || state == "X" }
    var program: Substring { arguments.first?.split(separator: "/").last ?? "" }

    init?(_ processID: pid_t) {
      guard let stat = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
        let nameEnd = stat.lastIndex(of: ")")
      else { return nil }
      // proc(5): after the name come state, parent, …; the start time is field 22 of all.
      let fields = stat[stat.index(after: nameEnd)...].split(separator: " ")
      guard fields.count > 19, let state = fields[0].first, let parent = pid_t(fields[1]),
        let startTime = UInt64(fields[19])
      else { return nil }
      self.parent = parent
      self.state = state
      process = Process(processID: processID, startTime: startTime, isStopped: state == "T")
      let line = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(processID)/cmdline"))) ?? Data()
      arguments = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
