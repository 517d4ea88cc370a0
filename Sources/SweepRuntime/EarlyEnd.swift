/// The agent's word to its child that early stopping ends the trial: a line on standard input after the job.
public struct EarlyEnd: Hashable, Sendable {
  /// The epoch up to which a trial file is to be written.
  public let rung: Int
  /// For a person.
  public let reason: String

  init(rung: Int, reason: String) {
    self.rung = rung
    self.reason = reason
  }

  private static let prefix = "end early "

  /// Without its end.
  var line: String {
    Self.prefix + "\(rung) " + reason.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// - Returns: nil for any other line.
  init?(line: String) {
    guard line.hasPrefix(Self.prefix) else { return nil }
    let words = line.dropFirst(Self.prefix.count).split(
      separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2, let rung = Int(words[0]), rung >= 0 else { return nil }
    self.init(rung: rung, reason: String(words[1]))
  }
}
