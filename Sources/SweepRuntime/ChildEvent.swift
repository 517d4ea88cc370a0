import FoundationEssentials
import Scheduling
import Trials

/// What a child tells its agent on standard output, one line of JSON each.
public enum ChildEvent: Hashable, Sendable, Codable {
  /// Weights are in place.
  case began(epoch: Int, step: Int)
  /// At most ten a second.
  case stepped(epoch: Int, step: Int)
  case evaluated(fraction: Double)
  case measured(epoch: Int, imagesPerSecond: Double, metrics: [String: Double])
  case checkpointWritten(epoch: Int, step: Int)
  /// The trial file is complete and synced under its temporary name. Nothing follows.
  case completed(byteCount: Int, sha256: String)
  /// It was asked to end early; the trial file of what it measured is complete and synced under its temporary name.
  /// Nothing follows.
  case pruned(byteCount: Int, sha256: String)
  /// SIGTERM came; the checkpoint is written. Nothing follows.
  case stopped
  /// `cause` as `EndCause.text`. Nothing follows.
  case failed(cause: String, message: String)

  /// One line without its end.
  public var line: String {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Every field is a string, a number or a dictionary of such.
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("an event that is no JSON: \(self)")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// - Returns: nil for anything that `line` did not write.
  public init?(line: String) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let event = try? decoder.decode(ChildEvent.self, from: Data(line.utf8)) else { return nil }
    self = event
  }
}
