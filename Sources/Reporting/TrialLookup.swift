import Trials

/// Finds a trial by its id or the beginning of it.
public struct TrialLookup: Sendable {
  let ids: [TrialID]

  public init(among ids: [TrialID]) { self.ids = ids.sorted() }

  /// Why a text names no trial, or more than one.
  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// - Throws: `Fault`, with the trials that come nearest.
  public func find(_ text: String) throws(Fault) -> TrialID {
    let matches = text.isEmpty ? [] : ids.filter { $0.description.hasPrefix(text.lowercased()) }
    if matches.count == 1 { return matches[0] }
    guard matches.isEmpty else {
      let list = matches.prefix(5).map(\.description).joined(separator: ", ")
      throw Fault(
        description: "'\(text)' begins \(matches.count) trials: \(list)\(matches.count > 5 ? ", …" : "");"
          + " give more digits")
    }
    let whole = nearestName(to: text, among: ids.map(\.description))
    // Of two or three digits any is near to some trial.
    let nearest =
      whole
      ?? (text.count < 4
        ? nil : nearestName(to: text, among: ids.map { String($0.description.prefix(text.count)) }))
    throw Fault(
      description: "there is no trial '\(text)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        + " (`igr report` and `igr plan --json` name them all)")
  }
}
