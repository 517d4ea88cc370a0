import Trials

/// The last transitions of one trial, for a person who asks how it came to this.
public struct TrialStory: Hashable, Sendable, CustomStringConvertible {
  public struct Chapter: Hashable, Sendable {
    public var unixSeconds: Double
    public var from: TrialState
    public var to: TrialState
    public var attempt: Int
    /// Why, where the states alone do not tell.
    public var note: String
  }

  /// Oldest first.
  public internal(set) var chapters: [Chapter] = []

  /// One line per transition.
  public var description: String {
    if chapters.isEmpty { return "nothing happened yet" }
    return chapters.map { chapter in
      "\(chapter.unixSeconds): attempt \(chapter.attempt), \(chapter.from) → \(chapter.to)"
        + (chapter.note.isEmpty ? "" : ": \(chapter.note)")
    }.joined(separator: "\n")
  }
}
