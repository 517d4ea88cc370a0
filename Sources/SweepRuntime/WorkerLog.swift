import Trials

/// An agent's log: one readable line per event on standard error, with time, trial and attempt.
struct WorkerLog {
  var format = LogFormat.text

  /// - Parameters:
  ///   - trial: with the attempt's number, where the event is about one.
  func line(_ text: String, trial: (id: TrialID, attempt: Int)? = nil) {
    LogEvent(program: "worker", trial: trial?.id, attempt: trial?.attempt, text: text).write(format)
  }
}
