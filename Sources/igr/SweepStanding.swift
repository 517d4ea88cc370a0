import Foundation
import ProgramExit
import Reporting
import ResultStore
import Scheduling
import SweepRuntime
import TableProgram
import Trials

/// How a sweep stands, from its folder alone: the coordinator's last snapshot, whether that coordinator lives, and
/// the published trial files.
struct SweepStanding {
  enum Phase: String {
    case running, finished
    /// The coordinator is gone and trials are left.
    case interrupted
    /// The last word came from another machine, and is old.
    case unknown
  }

  let paths: RunPaths
  let sweep: String
  let snapshot: StatusSnapshot?
  let phase: Phase
  let counts: [TrialState: Int]
  /// Results of trials that the sweep file no longer names.
  let retiredCount: Int
  /// The `igr` that runs the sweep while no coordinator lives: it starts it again in a moment, or ends itself.
  private let restartingProcess: Int32?
  /// Orders of people that no coordinator has carried out yet.
  let waitingOrders: [SweepOrder]
  private let now = Date().timeIntervalSince1970

  var trialCount: Int { counts.values.reduce(0, +) }

  /// Reads the snapshot alone where it belongs to the sweep file: neither planning nor a list of 100,000 files is
  /// worth a status. Plans and looks at the files where there is no such snapshot.
  init(of paths: RunPaths) throws {
    self.paths = paths
    let hasSnapshot = FileManager.default.fileExists(atPath: paths.statusFile)
    // A status that cannot be read only takes the history away; the trial files tell what is done.
    let snapshot = hasSnapshot ? try? StatusSnapshot.read(paths.statusFile) : nil
    if hasSnapshot, snapshot == nil {
      complain("warning: \(paths.statusFile) cannot be read; telling what the trial files show")
    }
    self.snapshot = snapshot
    let isHere = snapshot.map { $0.coordinator.host == ProcessInfo.processInfo.hostName } ?? true
    let lives =
      snapshot.map { snapshot in
        isHere
          ? !snapshot.hasEnded && paths.hasCoordinator
          : snapshot.isFresh(at: Date().timeIntervalSince1970)
        // One that has only just begun has written none yet.
      } ?? paths.hasCoordinator
    waitingOrders = ControlFolder(paths).waiting()
    // A line for each; there is no file where the sweep never changed.
    retiredCount =
      (try? DurableFile.read(paths.retiredFile))?.split(separator: "\n")
      .count { TrialID(String($0.prefix(16))) != nil } ?? 0
    var counts: [TrialState: Int] = [:]
    if let snapshot, lives || !Self.isChanged(paths, since: snapshot) {
      sweep = snapshot.sweep
      for state in TrialState.allCases { counts[state] = snapshot.count(state) }
      if !lives, isHere {
        counts = Self.asNobodyWorks(counts)
      }
    } else {
      // A copy, or a sweep file that has changed: every trial counts as tables show it.
      let results = try SweepResults.read(paths)
      sweep = results.sweep
      for summary in results.summaries + results.fits { counts[summary.state, default: 0] += 1 }
      if !lives { counts = Self.asNobodyWorks(counts) }
    }
    self.counts = counts
    let isDone = counts.allSatisfy { $0.key.isFinal || $0.value == 0 }
    restartingProcess = lives || isDone ? nil : paths.frontDoorProcess
    phase =
      lives || restartingProcess != nil ? .running : isDone ? .finished : isHere ? .interrupted : .unknown
  }

  /// Nobody works on leased or running trials any more: they wait.
  private static func asNobodyWorks(_ counts: [TrialState: Int]) -> [TrialState: Int] {
    var counts = counts
    counts[.pending, default: 0] += (counts[.leased] ?? 0) + (counts[.running] ?? 0)
    (counts[.leased], counts[.running]) = (0, 0)
    return counts
  }

  /// A snapshot from before the sweep file changed counts other trials.
  private static func isChanged(_ paths: RunPaths, since snapshot: StatusSnapshot) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: paths.sweepFile)
    guard let changed = attributes?[.modificationDate] as? Date else { return true }
    return changed.timeIntervalSince1970 > snapshot.writtenUnixSeconds
  }

  /// The mode of a coordinator that lives, where it is not the usual one.
  private var modeText: String {
    guard phase == .running, let mode = snapshot?.mode, mode != SweepMode.running.rawValue else { return "" }
    return ", \(mode)"
  }

  /// The whole in one line, for those who watch changes.
  var line: String {
    let parts = TrialState.allCases.filter { counts[$0] ?? 0 > 0 }.map { "\(counts[$0] ?? 0) \($0.rawValue)" }
    return "\(sweep): \(phase.rawValue)\(modeText), \(parts.joined(separator: ", ")) of \(trialCount)"
  }

  var text: String {
    var lines = [
      "\(sweep): \(phase.rawValue)\(modeText), \(counts[.completed] ?? 0) of \(trialCount) trials completed"
    ]
    let others = TrialState.allCases.filter { $0 != .completed && counts[$0] ?? 0 > 0 }
    if !others.isEmpty {
      lines.append("  " + others.map { "\(counts[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", "))
    }
    if let snapshot {
      let coordinator = snapshot.coordinator
      lines.append(
        "  coordinator: process \(coordinator.processID) on \(coordinator.host), life \(coordinator.epoch),"
          + " last word \(Self.span(now - snapshot.writtenUnixSeconds)) ago")
      if let restartingProcess {
        lines.append(
          "  its coordinator is gone: igr (process \(restartingProcess)) starts it again in a moment, or ends too"
        )
      } else if phase == .running {
        lines += nodeLines(snapshot) + workerLines(snapshot)
        if let left = snapshot.secondsLeft { lines.append("  about \(Self.span(left)) left") }
      }
      if let best = snapshot.best {
        lines.append(
          "  best so far: trial \(best.trial), \(best.metric) \(ProgressDisplay.text(best.value))")
      }
      lines += failureLines(snapshot)
    }
    for order in waitingOrders {
      lines.append("  waits for a coordinator: \(order.command.text), by \(order.by)")
    }
    let launch = LaunchStanding(of: paths, isRunning: phase == .running)
    if phase != .finished { lines += launch.lines }
    if retiredCount > 0 {
      lines.append(
        "  \(retiredCount) more results are of trials that the sweep file no longer names: kept, not counted")
    }
    switch phase {
    case .interrupted where launch.waitingJob == nil: lines.append("  to go on: igr resume \(paths.root)")
    case .unknown where snapshot?.hasEnded == true:
      lines.append(
        "  its coordinator has ended before the sweep was over: where its job is in the queue again (squeue), it goes on by"
          + " itself; else 'igr launch' or 'igr resume' go on")
    case .unknown:
      lines.append(
        "  its coordinator was on another machine and is silent: it is started anew there (squeue), or ended; then"
          + " 'igr launch' or 'igr resume' go on")
    case .finished: lines.append("  its table: igr table \(paths.root)")
    case .running, .interrupted: break
    }
    return lines.joined(separator: "\n")
  }

  /// More rows than this are a page, not a status; the JSON has them all.
  private static let rowLimit = 32

  private func nodeLines(_ snapshot: StatusSnapshot) -> [String] {
    let nodes = snapshot.nodes ?? []
    // One healthy machine is told by its workers.
    guard nodes.count > 1 || nodes.contains(where: { $0.setAside != nil }) else { return [] }
    // Those that were set aside first: they need a person.
    let inOrder = nodes.filter { $0.setAside != nil } + nodes.filter { $0.setAside == nil }
    let lines = inOrder.prefix(Self.rowLimit).map { node in
      let heard = node.lastWordUnixSeconds.map { ", last word \(Self.span(now - $0)) ago" } ?? ""
      let work =
        "  node \(node.host): \(node.workers) workers, \(node.running) of \(node.slots) slots at work,"
        + " \(Int(node.imagesPerSecond)) images/s\(heard)"
      return node.setAside.map {
        work + "\n    set aside: \($0)\n    to take it back in: igr retry \(paths.root) --node \(node.host)"
      } ?? work
    }
    return lines + Self.rest(inOrder.count, "nodes")
  }

  private func workerLines(_ snapshot: StatusSnapshot) -> [String] {
    snapshot.workers.prefix(Self.rowLimit).map { worker in
      let work = worker.trial.map { "trial \($0), epoch \(worker.epoch), step \(worker.step)" } ?? "waits"
      let rate = worker.imagesPerSecond.map { ", \(Int($0)) images/s" } ?? ""
      return "  worker \(worker.processID) on \(worker.host): \(work)\(rate)"
    } + Self.rest(snapshot.workers.count, "workers")
  }

  private func failureLines(_ snapshot: StatusSnapshot) -> [String] {
    let shown = snapshot.failures.prefix(Self.rowLimit).map { "  failed: " + $0.line }
    let more = max(snapshot.count(.failed), snapshot.failures.count) - shown.count
    return shown + (more > 0 ? ["  and \(more) more failed trials"] : [])
  }

  private static func rest(_ count: Int, _ noun: String) -> [String] {
    count > rowLimit ? ["  and \(count - rowLimit) more \(noun)"] : []
  }

  var json: String {
    struct Report: Encodable {
      let sweep: String
      let phase: String
      let trials: Int
      let counts: [String: Int]
      let waitingOrders: [String]
      /// Results of trials that the sweep file no longer names: kept, in no count.
      let noLongerNamed: Int
      let snapshot: StatusSnapshot?
    }
    let report = Report(
      sweep: sweep, phase: phase.rawValue, trials: trialCount,
      counts: Dictionary(uniqueKeysWithValues: TrialState.allCases.map { ($0.rawValue, counts[$0] ?? 0) }),
      waitingOrders: waitingOrders.map(\.command.text), noLongerNamed: retiredCount, snapshot: snapshot)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    // Strings and numbers always encode.
    guard let data = try? encoder.encode(report) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  /// Seconds as "45 s", "12 min", "3.5 h".
  static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(max(0, seconds).rounded())) s"
    case ..<5400: "\(Int((seconds / 60).rounded())) min"
    default: String(format: "%.1f h", seconds / 3600)
    }
  }
}

extension SweepCommand {
  /// In words for a person.
  var text: String {
    func count(_ trials: [TrialID]?, without choice: String = "") -> String {
      trials.map { $0.count == 1 ? "1 trial" : "\($0.count) trials" } ?? choice
    }
    return switch self {
    case .pause: "pause"
    case .drain: "drain"
    case .resume: "resume"
    case .cancel(let trials): "cancel \(count(trials, without: "every trial that has not ended"))"
    case .retry(let trials): "retry \(count(trials, without: "every failed trial"))"
    case .prioritize(let trials, let priority): "priority \(priority) for \(count(trials))"
    case .retryNode(let host): "retry node \(host)"
    }
  }
}

extension StatusSnapshot.Failure {
  /// Trial, cause and reason; where the log is, if there is one.
  var line: String {
    // Some reasons begin with their cause already.
    let reason = message.hasPrefix(cause) ? message : "\(cause): \(message)"
    return "\(trial): \(reason)" + (logPath.isEmpty ? "" : "\n    log: \(logPath)")
  }
}
