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
  ///   - priors: what the files of `priorFiles(in:overrides:)` hold, by their paths as written: means and log
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

  /// The paths of every trial file that `text` or `overrides` name as a `prior`, as written, each once. Whoever parses
  /// the text has to read them first. A text that is no sweep file names none; `parse` tells what is wrong with it.
  public static func priorFiles(in text: String, overrides: [String] = []) -> [String] {
    let reader = try? reader(of: text, path: "", overrides: overrides, priors: [:])
    return reader?.priorPaths ?? []
  }

  /// As `read(path:overrides:priors:)`, from the file's content.
  ///
  /// - Parameters:
  ///   - priorSources: which fits the prior files hold, to be compared with the trials that use them.
  ///   - priorFaults: why a prior file that is not among `priors` could not be read.
  /// - Throws: `SweepFileError` with every fault that was found.
  public static func parse(
    _ text: String, path: String, overrides: [String] = [], priors: [String: HyperparameterValue] = [:],
    priorSources: [String: PriorSource] = [:], priorFaults: [String: String] = [:]
  ) throws(SweepFileError) -> SweepDefinition {
    var reader = try reader(
      of: text, path: path, overrides: overrides, priors: priors, priorFaults: priorFaults)
    reader.definition.priorSources = priorSources
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
