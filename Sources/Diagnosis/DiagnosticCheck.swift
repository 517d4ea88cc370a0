/// What one check of `igr doctor` found.
public struct DiagnosticCheck: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable {
    case ok
    /// Works, with less comfort or speed.
    case warning
    /// Sweeps will fail.
    case failure
  }

  /// What was checked, in a few words.
  public let name: String
  public let status: Status
  /// What was found: versions, paths, numbers.
  public let found: String
  /// What to do; nil where nothing is to be done.
  public let remedy: String?

  init(_ name: String, _ status: Status, found: String, remedy: String? = nil) {
    self.name = name
    self.status = status
    self.found = found
    self.remedy = remedy
  }

  /// One line, and one more with the remedy where there is one.
  public var text: String {
    let mark =
      switch status {
      case .ok: "ok     "
      case .warning: "warning"
      case .failure: "FAILURE"
      }
    return "\(mark)  \(name): \(found)" + (remedy.map { "\n         → \($0)" } ?? "")
  }
}
