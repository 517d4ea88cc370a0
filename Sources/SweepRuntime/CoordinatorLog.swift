import Scheduling
import Trials

/// A coordinator's log: one readable line per event on standard error, with time, trial and attempt.
public struct CoordinatorLog {
  private let output: LogOutput

  init(format: LogFormat = .text) { output = LogOutput(format) }

  func line(_ line: CoordinatorLogLine) {
    put(line.text, level: line.level, trial: line.trial, attempt: line.attempt)
  }

  public func info(_ text: String) { put(text, level: .info, trial: nil, attempt: nil) }

  public func warning(_ text: String, trial: TrialID? = nil) {
    put(text, level: .warning, trial: trial, attempt: nil)
  }

  /// From now on lines wait for `flush`: a turn that decides about hundreds of trials writes once.
  func gather() { output.gathers = true }

  func flush() { output.flush() }

  private func put(_ text: String, level: CoordinatorLogLine.Level, trial: TrialID?, attempt: Int?) {
    output.put(
      LogEvent(program: "coordinator", level: level.rawValue, trial: trial, attempt: attempt, text: text))
  }
}
