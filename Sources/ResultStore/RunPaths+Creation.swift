import FoundationEssentials
import Glibc
import Trials

/// What a sweep was started with, enough to plan it again.
public struct SweepSource: Hashable, Sendable {
  /// The text of the sweep file.
  public var sweepFile: String
  /// `--set` options as given, `key=value`, in their order.
  public var overrides: [String]
  /// Of each prior file, by its path as written: means and log deviations of the sticks.
  public var priors: [String: [[Double]]]

  public init(sweepFile: String, overrides: [String], priors: [String: [[Double]]] = [:]) {
    self.sweepFile = sweepFile
    self.overrides = overrides
    self.priors = priors
  }
}

extension RunPaths {
  /// Makes a results folder that appears with its sweep file and all subfolders, or not at all. Missing parent
  /// folders are made too.
  ///
  /// - Throws: `ResultStoreError`: `exists` when there is something under the name already; `invalidRecord` for an
  ///   override with a line break; `disk` with the system's reason.
  public static func create(root: String, source: SweepSource) throws(ResultStoreError) -> RunPaths {
    let paths = RunPaths(root: root)
    try checkOverrides(source.overrides, paths.overridesFile)
    try makeFolderAndParents(DurableFile.folder(of: paths.root))
    removeDeadBeginnings(of: paths)
    let building = RunPaths(root: TemporaryName.beside(paths.root))
    do {
      try building.fill(with: source)
      try DurableFile.rename(building.root, to: paths.root)
    } catch {
      building.removeBeginning()
      // The error names the place where a person looks.
      guard error.code == .exists else { throw ResultStoreError(error.code, paths.root, error.message) }
      throw ResultStoreError(
        .exists, paths.root, "already exists and is not empty; resume it or choose another name")
    }
    return paths
  }

  /// The sweep file's text and the overrides that the folder goes by: those of its newest version.
  ///
  /// - Throws: `ResultStoreError`: `missing` when this is no results folder.
  public func readSource() throws(ResultStoreError) -> SweepSource {
    if let source = try unfinishedSource() { return source }
    let overrides = try DurableFile.read(overridesFile)
    return SweepSource(
      sweepFile: try DurableFile.read(sweepFile),
      overrides: overrides.split(separator: "\n").map(String.init),
      priors: keptPriors())
  }

  /// The numbers of prior files that the folder was created with; empty where it has none.
  public func keptPriors() -> [String: [[Double]]] {
    guard let text = try? DurableFile.read(priorsFile) else { return [:] }
    return (try? JSONDecoder().decode([String: [[Double]]].self, from: Data(text.utf8))) ?? [:]
  }

  /// Makes the folder of the figures, if it is not there.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func makeFiguresFolder() throws(ResultStoreError) { try Self.makeFolderAndParents(figuresFolder) }

  /// Makes the folder of the tables, if it is not there: a folder that was copied in parts may lack it.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func makeTablesFolder() throws(ResultStoreError) { try Self.makeFolderAndParents(tablesFolder) }

  private var subfolders: [String] {
    [trialsFolder, incomingFolder, checkpointsFolder, logsFolder, tablesFolder]
  }

  private func fill(with source: SweepSource) throws(ResultStoreError) {
    for folder in [root] + subfolders { try Self.makeFolder(folder) }
    try DurableFile.write(source.sweepFile, to: sweepFile)
    try DurableFile.write(Self.overridesText(source.overrides), to: overridesFile)
    if !source.priors.isEmpty { try DurableFile.write(Self.priorsText(source.priors), to: priorsFile) }
    for folder in [root] + subfolders { try DurableFile.sync(folder) }
  }

  static func checkOverrides(_ overrides: [String], _ path: String) throws(ResultStoreError) {
    for override in overrides where override.utf8.contains(0x0A) {
      throw ResultStoreError(.invalidRecord, path, "an override has a line break: \(override)")
    }
  }

  static func overridesText(_ overrides: [String]) -> String { overrides.map { $0 + "\n" }.joined() }

  static func priorsText(_ priors: [String: [[Double]]]) -> String {
    let members = priors.sorted { $0.key < $1.key }.map {
      HyperparameterValue.string($0.key).canonicalJSON + ":"
        + HyperparameterValue(priorNumbers: $0.value).canonicalJSON
    }
    return "{" + members.joined(separator: ",") + "}\n"
  }

  /// Makes the subfolders that are missing, of a folder that was copied without its empty ones.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func makeMissingFolders() throws(ResultStoreError) {
    for folder in subfolders { try Self.makeFolderAndParents(folder) }
  }

  /// Removes what `fill` makes; nothing else is ever in a folder under a temporary name.
  private func removeBeginning() {
    unlink(sweepFile)
    unlink(overridesFile)
    unlink(priorsFile)
    for folder in subfolders.reversed() + [root] { rmdir(folder) }
  }

  private static func removeDeadBeginnings(of paths: RunPaths) {
    let parent = DurableFile.folder(of: paths.root)
    guard let names = try? DurableFile.names(in: parent) else { return }
    let prefix = "." + paths.root.dropFirst(parent == "." ? 0 : parent.count + 1) + "."
    for name in TemporaryName.leftovers(among: names.filter { $0.hasPrefix(prefix) }) {
      RunPaths(root: "\(parent)/\(name)").removeBeginning()
    }
  }

  static func makeFolder(_ path: String) throws(ResultStoreError) {
    guard mkdir(path, 0o777) == 0 else { throw ResultStoreError(system: errno, path, cannotBe: "created") }
  }

  static func makeFolderAndParents(_ path: String) throws(ResultStoreError) {
    var status = stat()
    if stat(path, &status) == 0 { return }
    let parent = DurableFile.folder(of: path)
    if parent != path { try makeFolderAndParents(parent) }
    do {
      try makeFolder(path)
      try DurableFile.sync(parent)
    } catch  where error.code == .exists {
      return  // Another process made it in between.
    }
  }
}
