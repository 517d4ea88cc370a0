import Foundation
import ProgramExit
import ResultStore
import Trials

/// How a sweep stands, from its folder alone: the coordinator's last snapshot, whether that coordinator lives, and
/// the published trial files.
struct SweepStanding {
  enum Phase: String {
    case running, finished
    /// The coordinator is gone and trials are left.
    case interrupted
    /// The last word came from another machine, so nothing is known of its process.
    case unknown
  }

  let folder: ResultsFolder
  let snapshot: StatusSnapshot?
  let phase: Phase
  let counts: [TrialState: Int]
  /// Results of trials that the sweep file no longer names.
  let retiredCount: Int
  private let now = Date().timeIntervalSince1970

  init(of folder: ResultsFolder) throws {
    self.folder = folder
    let hasSnapshot = FileManager.default.fileExists(atPath: folder.paths.statusFile)
    // A status that cannot be read only takes the history away; the trial files tell what is done.
    let snapshot = hasSnapshot ? try? StatusSnapshot.read(folder.paths.statusFile) : nil
    if hasSnapshot, snapshot == nil {
      complain("warning: \(folder.paths.statusFile) cannot be read; telling what the trial files show")
    }
    self.snapshot = snapshot
    let planned = folder.plan.sweep.trials.map(\.id)
    let published = Set(try folder.paths.publishedTrials())
    let completed = planned.count { published.contains($0) }
    let isHere = snapshot.map { $0.coordinator.host == ProcessInfo.processInfo.hostName } ?? true
    let lives =
      snapshot.map { !$0.hasEnded && isHere } == true && folder.paths.hasCoordinator
    retiredCount = published.subtracting(planned).count

    var counts: [TrialState: Int] = [:]
    // A snapshot from before the sweep file changed counts other trials.
    let isOfThisPlan = snapshot.map { $0.counts.values.reduce(0, +) == planned.count } ?? false
    if let snapshot, isOfThisPlan, lives || snapshot.hasEnded {
      for state in TrialState.allCases { counts[state] = snapshot.count(state) }
    } else {
      // Nobody works on leased or running trials any more: they wait.
      let failed = snapshot?.count(.failed) ?? 0
      counts = [.completed: completed, .failed: failed, .pending: planned.count - completed - failed]
    }
    self.counts = counts
    let isDone = counts.filter { $0.key.isFinal }.values.reduce(0, +) == planned.count
    phase = lives ? .running : isDone ? .finished : isHere ? .interrupted : .unknown
  }

  var text: String {
    let total = folder.plan.sweep.trials.count
    var lines = [
      "\(folder.plan.sweep.name): \(phase.rawValue), \(counts[.completed] ?? 0) of \(total) trials completed"
    ]
    let others = TrialState.allCases.filter { $0 != .completed && counts[$0] ?? 0 > 0 }
    if !others.isEmpty {
      lines.append("  " + others.map { "\(counts[$0]!) \($0.rawValue)" }.joined(separator: ", "))
    }
    if let snapshot {
      let coordinator = snapshot.coordinator
      lines.append(
        "  coordinator: process \(coordinator.processID) on \(coordinator.host), life \(coordinator.epoch),"
          + " last word \(Self.span(now - snapshot.writtenUnixSeconds)) ago")
      if phase == .running {
        for worker in snapshot.workers {
          let work = worker.trial.map { "trial \($0), epoch \(worker.epoch), step \(worker.step)" } ?? "waits"
          let rate = worker.imagesPerSecond.map { ", \(Int($0)) images/s" } ?? ""
          lines.append("  worker \(worker.processID) on \(worker.host): \(work)\(rate)")
        }
        if let left = snapshot.secondsLeft { lines.append("  about \(Self.span(left)) left") }
      }
      if let best = snapshot.best {
        lines.append(
          "  best so far: trial \(best.trial), \(best.metric) \(String(format: "%.2f", best.value))")
      }
      for failure in snapshot.failures {
        lines.append("  failed: " + failure.line)
      }
    }
    if retiredCount > 0 {
      lines.append(
        "  \(retiredCount) more results are of trials that the sweep file no longer names: kept, not counted")
    }
    switch phase {
    case .interrupted: lines.append("  to go on: igr resume \(folder.paths.root)")
    case .unknown:
      lines.append("  its coordinator is on another machine: ask there, or wait for its next word")
    case .finished: lines.append("  its table: igr table \(folder.paths.root)")
    case .running: break
    }
    return lines.joined(separator: "\n")
  }

  var json: String {
    struct Report: Encodable {
      let sweep: String
      let phase: String
      let trials: Int
      let counts: [String: Int]
      let snapshot: StatusSnapshot?
    }
    let report = Report(
      sweep: folder.plan.sweep.name, phase: phase.rawValue, trials: folder.plan.sweep.trials.count,
      counts: Dictionary(uniqueKeysWithValues: TrialState.allCases.map { ($0.rawValue, counts[$0] ?? 0) }),
      snapshot: snapshot)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // Strings and finite numbers always encode.
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

extension StatusSnapshot.Failure {
  /// Trial, cause and reason; where the log is, if there is one.
  var line: String {
    // Some reasons begin with their cause already.
    let reason = message.hasPrefix(cause) ? message : "\(cause): \(message)"
    return "\(trial): \(reason)" + (logPath.isEmpty ? "" : "\n    log: \(logPath)")
  }
}
