import Glibc

/// Files that appear under their name complete or not at all, also when the power fails: temporary name, sync,
/// rename, sync of the folder.
public enum DurableFile {
  /// Puts `text` under `path`, in place of what may be there.
  ///
  /// - Throws: `ResultStoreError` with the system's reason; then nothing has changed under `path`.
  public static func replace(_ path: String, with text: String) throws(ResultStoreError) {
    try replace(path, with: Array(text.utf8))
  }

  /// Puts `bytes` under `path`, in place of what may be there.
  ///
  /// - Throws: `ResultStoreError` with the system's reason; then nothing has changed under `path`.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(ResultStoreError) {
    let temporary = TemporaryName.beside(path)
    do {
      try write(bytes, to: temporary)
      try rename(temporary, to: path)
    } catch {
      unlink(temporary)
      throw error.naming(path)
    }
  }

  /// Puts `text` under a name that nothing has yet.
  ///
  /// - Parameter isPrivate: only the user can read it (mode 0600), at no moment anybody else.
  /// - Throws: `ResultStoreError`: `exists` when there is something; then it is untouched.
  public static func create(
    _ path: String, with text: String, isPrivate: Bool = false
  ) throws(ResultStoreError) {
    let temporary = TemporaryName.beside(path)
    defer { unlink(temporary) }
    do {
      try write(Array(text.utf8), to: temporary, mode: isPrivate ? 0o600 : 0o666)
    } catch {
      throw error.naming(path)
    }
    guard Glibc.link(temporary, path) == 0 else {
      throw ResultStoreError(system: errno, path, cannotBe: "created")
    }
    try sync(folder(of: path))
  }

  /// The whole text of a file. What is not UTF-8 in it becomes U+FFFD.
  ///
  /// - Throws: `ResultStoreError`: `missing`, or `disk` with the system's reason.
  public static func read(_ path: String) throws(ResultStoreError) -> String {
    var bytes: [UInt8] = []
    try forEachPiece(of: path) { bytes.append(contentsOf: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Removes a file, if it is there, and syncs its folder.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public static func remove(_ path: String) throws(ResultStoreError) {
    guard unlink(path) == 0 else {
      if errno == ENOENT { return }
      throw ResultStoreError(system: errno, path, cannotBe: "removed")
    }
    try sync(folder(of: path))
  }

  static func write(_ text: String, to path: String) throws(ResultStoreError) {
    try write(Array(text.utf8), to: path)
  }

  /// Creates a file, or empties the one that is there, fills it with `bytes` and syncs it.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o666) throws(ResultStoreError) {
    try write([bytes], to: path, mode: mode)
  }

  /// As above, one piece after the other, so that nobody needs a copy of all.
  static func write(_ pieces: [[UInt8]], to path: String, mode: mode_t = 0o666) throws(ResultStoreError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw ResultStoreError(system: errno, path, cannotBe: "created") }
    defer { close(descriptor) }
    for bytes in pieces {
      var written = 0
      while written < bytes.count {
        let count = bytes.withUnsafeBytes { buffer in
          Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        }
        if count < 0 {
          if errno == EINTR { continue }
          throw ResultStoreError(system: errno, path, cannotBe: "written")
        }
        written += count
      }
    }
    guard fsync(descriptor) == 0 else { throw ResultStoreError(system: errno, path, cannotBe: "synced") }
  }

  /// Calls `body` with one piece of at most 1 MiB after the other.
  static func forEachPiece(
    of path: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(ResultStoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ResultStoreError(system: errno, path, cannotBe: "opened") }
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR { continue }
        throw ResultStoreError(system: errno, path, cannotBe: "read")
      }
      body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Syncs a file or a folder.
  static func sync(_ path: String) throws(ResultStoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ResultStoreError(system: errno, path, cannotBe: "opened") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw ResultStoreError(system: errno, path, cannotBe: "synced") }
  }

  /// Renames a synced file over `target` and syncs `target`'s folder.
  static func rename(_ path: String, to target: String) throws(ResultStoreError) {
    guard Glibc.rename(path, target) == 0 else {
      throw ResultStoreError(system: errno, path, cannotBe: "renamed to \(target)")
    }
    try sync(folder(of: target))
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Names in a folder, sorted, without `.` and `..`.
  public static func names(in folder: String) throws(ResultStoreError) -> [String] {
    var names: [String] = []
    try forEachName(in: folder) { names.append(String(decoding: $0, as: UTF8.self)) }
    return names.sorted()
  }

  /// As `names(in:)`, in no order and without a text for each.
  ///
  /// - Parameter body: is given the bytes of a name, which are there only until it returns.
  static func forEachName(
    in folder: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(ResultStoreError) {
    guard let stream = opendir(folder) else {
      throw ResultStoreError(system: errno, folder, cannotBe: "listed")
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        let name = UnsafeRawBufferPointer(rebasing: bytes.prefix { $0 != 0 })
        let isFolderItself = name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8)
        if !isFolderItself { body(name) }
      }
    }
  }
}
