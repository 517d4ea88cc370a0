import Glibc

/// What tells whether a sealed file is the one that was read before, without reading it: its length, its time and the
/// seal at its end.
struct FileSeal: Hashable, Sendable {
  var byteCount: Int
  /// The SHA-256 in the file's last line; empty where there is none.
  var sha256: String
  var modifiedNanoseconds: Int64
}

extension SealedFile {
  /// Reads the last bytes of a file only.
  ///
  /// - Throws: `ResultStoreError`: `missing`, or `disk` with the system's reason.
  static func seal(of path: String) throws(ResultStoreError) -> FileSeal {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ResultStoreError(system: errno, path, cannotBe: "opened") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw ResultStoreError(system: errno, path, cannotBe: "opened")
    }
    let size = Int(status.st_size)
    var end = [UInt8](repeating: 0, count: min(size, byteCount))
    let count = end.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, $0.count, off_t(size - $0.count))
    }
    guard count == end.count else { throw ResultStoreError(system: errno, path, cannotBe: "read") }
    let text = String(decoding: end, as: UTF8.self)
    return FileSeal(
      byteCount: size,
      sha256: text.hasPrefix(opening) ? String(text.dropFirst(opening.count).dropLast()) : "",
      modifiedNanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
  }
}
