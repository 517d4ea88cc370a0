import Trials

/// The latest transitions of all trials together: enough for a trial's story, and bounded however long a sweep is.
struct TransitionChronicle: Sendable {
  private struct Line: Sendable {
    var trial: Int
    var chapter: TrialStory.Chapter
  }

  /// About half a MiB; in a small sweep everything that ever happened.
  private static let limit = 1 << 12
  private var lines: [Line] = []
  private var oldest = 0

  mutating func append(_ chapter: TrialStory.Chapter, of trial: Int) {
    let line = Line(trial: trial, chapter: chapter)
    if lines.count < Self.limit {
      lines.append(line)
    } else {
      lines[oldest] = line
      oldest = (oldest + 1) % Self.limit
    }
  }

  /// - Complexity: O(limit): for people and for failures.
  func story(of trial: Int) -> TrialStory {
    let inOrder = lines[oldest...] + lines[..<oldest]
    return TrialStory(chapters: inOrder.filter { $0.trial == trial }.map(\.chapter))
  }
}
