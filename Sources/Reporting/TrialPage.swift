import Figures
import ResultStore
import Trials

/// What is known of one trial, for a person.
public struct TrialPage: Sendable {
  public var trial: Trial
  public var state: TrialState
  /// Of a trial whose file is gone or cannot be read, and the like.
  public var remarks: [String] = []
  public var finals: [(name: String, value: Double)] = []
  /// Per epoch: of the trial file, or of the checkpoint of a trial that is not finished.
  public var metrics: EpochTable?
  public var attempts: [AttemptRecord] = []
  public var warnings: [String] = []
  public var dataSource = ""
  /// Where the page comes from: the trial file, or the checkpoint.
  public var sourcePath: String?
  /// Logs of its attempts that are there.
  public var logs: [String] = []
  /// The last lines of the last log, where the trial did not complete.
  public var logTail: [String] = []

  public init(trial: Trial, state: TrialState) {
    self.trial = trial
    self.state = state
  }

  /// - Parameters:
  ///   - width: columns of the terminal.
  ///   - style: what it can show.
  public func text(width: Int, style: TerminalPlot.Style) -> String {
    let configuration = trial.configuration
    var lines = ["trial \(trial.id): \(state.rawValue)"]
    lines += remarks.map { "  " + $0 }
    lines += section("configuration", configurationLines(configuration, width))
    lines += section("final numbers", finalLines)
    lines += section("learning curves", curveLines(width, style))
    lines += section("attempts", attemptLines)
    lines += section("warnings", warnings)
    var files = sourcePath.map { [$0] } ?? []
    files += logs.map { "log: " + $0 }
    if !dataSource.isEmpty { files.append("data: " + dataSource) }
    lines += section("files", files)
    lines += section("last lines of the log", logTail)
    let text = lines.joined(separator: "\n") + "\n"
    return style == .ascii ? Self.ascii(text) : text
  }

  private func section(_ heading: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", heading] + lines.map { "  " + $0 }
  }

  /// Signs that a terminal without UTF-8 would garble.
  private static func ascii(_ text: String) -> String {
    let replacements: [Character: String] = ["±": "+-", "–": "-", "…": "...", "→": "->"]
    return text.map { replacements[$0] ?? ($0.isASCII ? String($0) : "?") }.joined()
  }
}
