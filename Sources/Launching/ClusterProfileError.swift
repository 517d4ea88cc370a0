import SweepFiles

/// Why a file gives no profile: every independent fault at once, in the order of the file.
public struct ClusterProfileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  public let path: String
  /// At least one.
  public let problems: [SweepFileProblem]

  init(path: String, problems: [SweepFileProblem]) {
    self.path = path
    self.problems = problems.sorted { Self.rank($0.place) < Self.rank($1.place) }
  }

  /// One line per problem: file, line, column, what is wrong.
  public var description: String { problems.map { $0.text(path: path) }.joined(separator: "\n") }

  private static func rank(_ place: SweepFileProblem.Place) -> (Int, Int) {
    if case .file(let line, let column) = place { (line, column) } else { (0, 0) }
  }
}
