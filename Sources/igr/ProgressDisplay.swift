import Foundation
import ProgramExit
import Reporting
import ResultStore
import TableProgram
import Trials

/// What a person sees while a sweep runs: a line per finished trial, and below it one line that is written anew. The
/// latter only on a terminal: a log file gets no line noise.
struct ProgressDisplay {
  private let total: Int
  private let isTerminal: Bool
  private let write: (String) -> Void
  /// The coordinator's life and the last row of it that was told; a restarted coordinator counts anew.
  private var told: (epoch: UInt32, sequence: Int) = (0, 0)
  /// Machines of which it was told that they get no trials, with the reason.
  private var setAside: [String: String] = [:]
  private var liveLine = ""

  /// - Parameters:
  ///   - total: trials of the sweep.
  ///   - isTerminal: whether the live line is wanted.
  ///   - write: receives text as it is to be written, line ends included.
  init(
    total: Int, isTerminal: Bool = isatty(STDERR_FILENO) == 1,
    write: @escaping (String) -> Void = Self.toStandardError
  ) {
    self.total = total
    self.isTerminal = isTerminal
    self.write = write
  }

  static func toStandardError(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  /// Tells what is new in a snapshot.
  mutating func update(_ snapshot: StatusSnapshot) {
    if snapshot.coordinator.epoch != told.epoch { told = (snapshot.coordinator.epoch, 0) }
    for finished in snapshot.recentlyFinished.sorted(by: { $0.sequence < $1.sequence })
    where finished.sequence > told.sequence {
      tell(Self.line(finished))
      told.sequence = finished.sequence
    }
    for node in snapshot.nodes ?? [] where setAside[node.host] != node.setAside {
      setAside[node.host] = node.setAside
      if let reason = node.setAside {
        tell(
          "  \(node.host) gets no trials any more: \(reason); igr retry DIR --node \(node.host) takes it back"
        )
      }
    }
    guard isTerminal else { return }
    // One that went on in a second row could not be written over.
    let line = TerminalRegion.fitted(
      Self.line(snapshot, total: total), columns: Terminal(STDERR_FILENO).width ?? 80)
    if line != liveLine {
      // Erase to the end of the line: the new text may be shorter.
      write("\r" + line + "\u{1B}[K")
      liveLine = line
    }
  }

  /// A line of its own, above the live line.
  mutating func tell(_ text: String) {
    write((liveLine.isEmpty ? "" : "\r\u{1B}[K") + text + "\n" + liveLine)
  }

  /// Leaves the live line standing and ends it.
  mutating func finish() {
    if !liveLine.isEmpty { write("\n") }
    liveLine = ""
  }

  static func line(_ finished: StatusSnapshot.FinishedTrial) -> String {
    let shown: [Metric] = [
      .testLogLikelihood, .testELBO, .trainLoss, .targetDistance, .expectedLoss, .vertexDistanceMedian,
    ]
    let metrics = shown.map(\.name).compactMap { name in
      finished.metrics[name].map { "\(name) \(Self.text($0))" }
    }
    let outcome =
      switch finished.state {
      case .completed: metrics.joined(separator: "  ")
      // A person asked, or a rule of the sweep, so the attempt's cause says nothing new.
      case .pruned, .cancelled: finished.reason ?? ""
      // One that never ran failed with what it waited for.
      default: finished.cause.isEmpty ? finished.reason ?? "" : finished.cause
      }
    return
      "  \(finished.state.rawValue)  \(finished.label)  \(outcome)  (\(SweepStanding.span(finished.seconds)))"
  }

  /// Two decimals are enough for nats, and would hide what is small.
  static func text(_ value: Double) -> String {
    value != 0 && abs(value) < 0.1 ? String(format: "%.3g", value) : String(format: "%.2f", value)
  }

  static func line(_ snapshot: StatusSnapshot, total: Int) -> String {
    let running = snapshot.count(.running) + snapshot.count(.leased)
    var parts = ["\(snapshot.count(.completed))/\(total) done", "\(running) running"]
    if let mode = snapshot.mode, mode != "running" { parts.insert(mode, at: 0) }
    for state in [TrialState.pruned, .cancelled] where snapshot.count(state) > 0 {
      parts.append("\(snapshot.count(state)) \(state.rawValue)")
    }
    if snapshot.count(.failed) > 0 { parts.append("\(snapshot.count(.failed)) failed") }
    if snapshot.imagesPerSecond > 0 { parts.append("\(Int(snapshot.imagesPerSecond)) images/s") }
    if let best = snapshot.best { parts.append("best \(best.metric) \(text(best.value))") }
    if let left = snapshot.secondsLeft, running > 0 { parts.append("about \(SweepStanding.span(left)) left") }
    return parts.joined(separator: " · ")
  }
}
