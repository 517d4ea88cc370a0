import Glibc
import Trials

extension SweepDefinition {
  /// Reads a sweep file and applies `--set` options.
  ///
  /// - Parameters:
  ///   - path: of the file; messages name it as given here.
  ///   - overrides: texts `key=value`, the value in YAML. A hyperparameter with one value removes its axis, with a
  ///     list it becomes an axis; settings are dotted, as in `checkpoint.every_seconds=30`. Of two for one key the
  ///     last counts.
  ///   - priors: what the trial files hold that are named as a `prior`, by their paths as written: means and log
  ///     deviations of the sticks, two lists of one length.
  /// - Throws: `SweepFileError` with every fault that was found.
  public static func read(
    path: String, overrides: [String] = [], priors: [String: HyperparameterValue] = [:]
  ) throws(SweepFileError) -> SweepDefinition {
    try parse(try text(ofFile: path), path: path, overrides: overrides, priors: priors)
  }

  /// The content of a sweep file.
  ///
  /// - Throws: `SweepFileError` where it cannot be read or is not UTF-8.
  public static func text(ofFile path: String) throws(SweepFileError) -> String {
    guard let text = String(validating: try contents(of: path), as: UTF8.self) else {
      throw SweepFileError(path: path, "is not UTF-8 text; a sweep file is YAML in UTF-8")
    }
    return text
  }

  /// What was read of the trial files that a sweep file names as a `prior`, by their paths as written.
  public struct PriorFiles {
    /// As `priors` of `parse`.
    public var numbers: [String: HyperparameterValue] = [:]
    /// Which fits they hold, to be compared with the trials that use them.
    public var sources: [String: PriorSource] = [:]
    /// Why those could not be read that are not among `numbers`.
    public var faults: [String: String] = [:]

    public init() {}
  }

  /// As `parse(_:path:overrides:priors:)`, asking for the trial files that the text names. One that names none is read
  /// once: an axis may have a hundred thousand values.
  ///
  /// - Parameter priorFiles: reads the files of every path that `text` or `overrides` name as a `prior`, as written,
  ///   each once.
  /// - Throws: `SweepFileError` with every fault that was found; whatever `priorFiles` throws.
  public static func parse(
    _ text: String, path: String, overrides: [String] = [], priorFiles: ([String]) throws -> PriorFiles
  ) throws -> SweepDefinition {
    var reader = try reader(of: text, path: path, overrides: overrides, priors: [:])
    guard !reader.priorPaths.isEmpty else { return try reader.finish() }
    let found = try priorFiles(reader.priorPaths)
    reader = try Self.reader(
      of: text, path: path, overrides: overrides, priors: found.numbers, priorFaults: found.faults)
    reader.definition.priorSources = found.sources
    return try reader.finish()
  }

  /// As `read(path:overrides:priors:)`, from the file's content.
  public static func parse(
    _ text: String, path: String, overrides: [String] = [], priors: [String: HyperparameterValue] = [:]
  ) throws(SweepFileError) -> SweepDefinition {
    var reader = try reader(of: text, path: path, overrides: overrides, priors: priors)
    return try reader.finish()
  }

  /// A reader that has read everything.
  private static func reader(
    of text: String, path: String, overrides: [String], priors: [String: HyperparameterValue],
    priorFaults: [String: String] = [:]
  ) throws(SweepFileError) -> SweepFileReader {
    let root: YAMLNode?
    do {
      root = try YAMLNode.reading(text) { .file(line: $0, column: $1) }
    } catch {
      throw SweepFileError(path: path, at: error.place, error.message)
    }
    guard let root else {
      throw SweepFileError(
        path: path, "is empty; a sweep file needs at least 'name' and 'base' (see sweeps/README.md)")
    }
    guard case .mapping(let entries) = root.content else {
      throw SweepFileError(
        path: path, at: root.place, "a mapping of 'key: value' lines is needed, found \(root.kindInWords)")
    }
    var reader = SweepFileReader(
      definition: SweepDefinition(
        path: path, text: text, overrides: overrides, name: "", summary: "", objective: nil,
        checkpoint: .init(), retry: .init(), threads: 1, objectivePlace: .wholeFile, base: [:],
        cases: [],
        axes: [], fixed: [:], exclusions: [], warnings: []), priors: priors, priorFaults: priorFaults)
    reader.read(entries)
    for override in overrides { reader.apply(override) }
    return reader
  }

  private static func contents(of path: String) throws(SweepFileError) -> [UInt8] {
    func failure() -> SweepFileError {
      SweepFileError(path: path, "cannot be read: \(String(cString: strerror(errno)))")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { return bytes }
      bytes += piece[..<count]
    }
  }
}
