import FoundationEssentials
import Glibc

/// A folder of exported files that appears under its name whole or not at all, with a list of what is in it
/// (`export.json`).
///
/// An older export is replaced only where it is asked for, and only when it holds nothing but what its own list
/// names, so that nobody's file is lost.
public final class ExportFolder {
  public static let listName = "export.json"

  /// Where the folder is to appear.
  public let path: String
  private let building: String
  private let replaced: [String]?
  /// Relative paths of files, and folders before what is in them.
  private var files: [String] = []
  private var folders: [String] = []
  private var isOpen = true

  /// How many files were written, the list not counted before it is.
  public var fileCount: Int { files.count }

  /// Makes a hidden folder beside `path`.
  ///
  /// - Parameter mayReplace: whether an older export may lie under `path`.
  /// - Throws: `ResultStoreError`: `exists` when something lies under `path` that must stay; `disk` with the
  ///   system's reason.
  public init(at path: String, mayReplace: Bool) throws(ResultStoreError) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    replaced = try Self.replaceable(path, mayReplace: mayReplace)
    building = TemporaryName.beside(path)
    try RunPaths.makeFolderAndParents(DurableFile.folder(of: path))
    Self.removeDeadBeginnings(of: path)
    try RunPaths.makeFolder(building)
  }

  /// Writes one file; missing folders of its name are made.
  ///
  /// - Parameter name: relative, without `..`.
  /// - Throws: `ResultStoreError` with the system's reason.
  public func write(_ bytes: [UInt8], as name: String) throws(ResultStoreError) {
    try makeFolder(of: name)
    files.append(name)
    try DurableFile.write(bytes, to: "\(building)/\(name)")
  }

  /// Copies a file, byte for byte.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func copy(_ path: String, as name: String) throws(ResultStoreError) {
    var bytes: [UInt8] = []
    try DurableFile.forEachPiece(of: path) { bytes.append(contentsOf: $0) }
    try write(bytes, as: name)
  }

  /// Writes the list, and gives the folder its name.
  ///
  /// - Parameter list: members of the JSON object before `files`, as JSON texts by name.
  /// - Throws: `ResultStoreError` with the system's reason; then nothing has changed under `path`.
  public func publish(list: [(name: String, json: String)]) throws(ResultStoreError) {
    let names = files.sorted().map(Self.quoted).joined(separator: ",\n    ")
    let members = list.map { "  \(Self.quoted($0.name)): \($0.json)" } + ["  \"files\": [\n    \(names)\n  ]"]
    try write(Array("{\n\(members.joined(separator: ",\n"))\n}\n".utf8), as: Self.listName)
    for folder in folders { try DurableFile.sync("\(building)/\(folder)") }
    try DurableFile.sync(building)
    guard let replaced else {
      try DurableFile.rename(building, to: path)
      isOpen = false
      return
    }
    let old = TemporaryName.beside(path)
    try DurableFile.rename(path, to: old)
    do {
      try DurableFile.rename(building, to: path)
    } catch {
      _ = try? DurableFile.rename(old, to: path)
      throw error
    }
    isOpen = false
    Self.remove(old, files: replaced)
  }

  deinit { if isOpen { Self.remove(building, files: files) } }

  private func makeFolder(of name: String) throws(ResultStoreError) {
    var prefix = ""
    for part in name.split(separator: "/").dropLast() {
      prefix += (prefix.isEmpty ? "" : "/") + part
      if folders.contains(prefix) { continue }
      try RunPaths.makeFolder("\(building)/\(prefix)")
      folders.append(prefix)
    }
  }

  // MARK: - What lies there already

  private struct List: Decodable { var files: [String] }

  /// - Returns: the files of an older export; nil where nothing lies.
  private static func replaceable(_ path: String, mayReplace: Bool) throws(ResultStoreError) -> [String]? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw ResultStoreError(system: errno, path, cannotBe: "looked at") }
      return nil
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw ResultStoreError(.exists, path, "is there already and no folder; give another name with -o")
    }
    guard mayReplace else {
      throw ResultStoreError(.exists, path, "is there already; --force replaces it, -o names another folder")
    }
    guard let text = try? DurableFile.read("\(path)/\(listName)"),
      let list = try? JSONDecoder().decode(List.self, from: Data(text.utf8))
    else {
      throw ResultStoreError(
        .exists, path, "is no export of ours (it has no \(listName)), so --force does not replace it; give -o"
      )
    }
    let known = list.files + [listName]
    if let foreign = try filesBelow(path).first(where: { !known.contains($0) }) {
      throw ResultStoreError(
        .exists, path,
        "holds \(foreign), which is not of an export; move it away or give another folder with -o")
    }
    return known
  }

  /// Removes what a killed export of this name has left behind.
  private static func removeDeadBeginnings(of path: String) {
    let folder = DurableFile.folder(of: path)
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let names = ((try? DurableFile.names(in: folder)) ?? []).filter { $0.hasPrefix(".\(name).") }
    for name in TemporaryName.leftovers(among: names) {
      guard let files = try? filesBelow("\(folder)/\(name)") else { continue }
      remove("\(folder)/\(name)", files: files)
    }
  }

  private static func filesBelow(_ root: String, _ prefix: String = "") throws(ResultStoreError) -> [String] {
    var found: [String] = []
    for name in try DurableFile.names(in: prefix.isEmpty ? root : "\(root)/\(prefix)") {
      let relative = prefix.isEmpty ? name : "\(prefix)/\(name)"
      var status = stat()
      guard lstat("\(root)/\(relative)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        found += try filesBelow(root, relative)
      } else {
        found.append(relative)
      }
    }
    return found
  }

  /// Removes files by name and then the folders that have become empty; anything else stays.
  private static func remove(_ root: String, files: [String]) {
    var folders: Set<String> = []
    for file in files {
      unlink("\(root)/\(file)")
      var parts = file.split(separator: "/").dropLast()
      while !parts.isEmpty {
        folders.insert(parts.joined(separator: "/"))
        parts.removeLast()
      }
    }
    // Longer names first: a folder comes after those within it.
    for folder in folders.sorted(by: { $0.count > $1.count }) { rmdir("\(root)/\(folder)") }
    rmdir(root)
  }

  private static func quoted(_ text: String) -> String {
    // Texts always encode.
    (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
