/// One thing that is wrong, or worth a warning, in a sweep file, a `--set` option or a cluster profile.
public struct SweepFileProblem: Hashable, Sendable {
  /// Where a value was written.
  public enum Place: Hashable, Sendable {
    /// Line and column count from 1; columns are Unicode scalars.
    case file(line: Int, column: Int)
    /// The text of a `--set` option.
    case override(String)
    case wholeFile

    /// For a second place inside a message: `line 7`, `--set temp=0.1`.
    var inWords: String {
      switch self {
      case .file(let line, _): "line \(line)"
      case .override(let text): "--set \(text)"
      case .wholeFile: "this file"
      }
    }
  }

  public let place: Place
  /// What is wrong and what would work.
  public let message: String

  public init(place: Place, message: String) {
    self.place = place
    self.message = message
  }

  /// `path:line:column: message`, or `--set key=value: message` for what an option brought in.
  public func text(path: String) -> String {
    switch place {
    case .file(let line, let column): "\(path):\(line):\(column): \(message)"
    case .override(let text): "--set \(text): \(message)"
    case .wholeFile: "\(path): \(message)"
    }
  }
}

/// Why a sweep file gives no plan: every independent fault at once, in the order of the file.
public struct SweepFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  public let path: String
  /// At least one.
  public let problems: [SweepFileProblem]

  /// Takes the problems in any order, drops repeated ones and sorts them by place.
  init(path: String, problems: [SweepFileProblem]) {
    self.path = path
    var seen: Set<SweepFileProblem> = []
    let distinct = problems.filter { seen.insert($0).inserted }
    self.problems = distinct.sorted { Self.rank($0.place) < Self.rank($1.place) }
  }

  init(path: String, at place: SweepFileProblem.Place = .wholeFile, _ message: String) {
    self.init(path: path, problems: [SweepFileProblem(place: place, message: message)])
  }

  /// Of the first problem; nil where it is about the whole file or a `--set` option.
  public var line: Int? {
    if case .file(let line, _)? = problems.first?.place { line } else { nil }
  }
  /// Of the first problem; nil where it is about the whole file or a `--set` option.
  public var column: Int? {
    if case .file(_, let column)? = problems.first?.place { column } else { nil }
  }
  /// Of the first problem.
  public var message: String { problems.first?.message ?? "" }

  /// One line per problem. After twenty the rest are counted: they are mostly echoes of the first.
  public var description: String {
    let limit = 20
    var lines = problems.prefix(limit).map { $0.text(path: path) }
    if problems.count > limit { lines.append("\(path): and \(problems.count - limit) more") }
    return lines.joined(separator: "\n")
  }

  private static func rank(_ place: SweepFileProblem.Place) -> (Int, Int, Int) {
    switch place {
    case .wholeFile: (0, 0, 0)
    case .file(let line, let column): (1, line, column)
    case .override: (2, 0, 0)
    }
  }
}
