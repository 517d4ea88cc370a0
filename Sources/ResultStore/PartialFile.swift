import Glibc

/// A file that arrives in pieces, under a name of its own until it is whole.
///
/// Thread rule: used by one thread.
public final class PartialFile {
  public let path: String
  /// Bytes that are there.
  public private(set) var byteCount: Int
  private let descriptor: Int32

  /// Opens what an earlier transfer has left under `path`, or begins an empty file.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public init(_ path: String) throws(ResultStoreError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw ResultStoreError(system: errno, path, cannotBe: "created") }
    var status = stat()
    byteCount = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  deinit { close(descriptor) }

  /// Writes after the bytes that are there. Not synced: a piece that is lost with the power is asked for again.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func append(_ bytes: [UInt8]) throws(ResultStoreError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        pwrite(
          descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written,
          off_t(byteCount + written))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw ResultStoreError(system: errno, path, cannotBe: "written")
      }
      written += count
    }
    byteCount += bytes.count
  }

  /// Throws away what is there.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func empty() throws(ResultStoreError) {
    guard ftruncate(descriptor, 0) == 0 else {
      throw ResultStoreError(system: errno, path, cannotBe: "emptied")
    }
    byteCount = 0
  }

  /// Syncs the file and gives it its final name, in place of what may be there.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func finish(as target: String) throws(ResultStoreError) {
    guard fsync(descriptor) == 0 else { throw ResultStoreError(system: errno, path, cannotBe: "synced") }
    try DurableFile.rename(path, to: target)
  }

  public func remove() { unlink(path) }
}

extension DurableFile {
  /// Bytes of a file from `offset` on, at most `count` of them; fewer where it ends before.
  ///
  /// - Throws: `ResultStoreError`: `missing`, or `disk` with the system's reason.
  public static func piece(
    of path: String, offset: Int, count: Int
  ) throws(ResultStoreError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ResultStoreError(system: errno, path, cannotBe: "opened") }
    defer { close(descriptor) }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let read = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
        if read < 0 && errno == EINTR { continue }
        if read < 0 { failure = errno }
        if read <= 0 { return }
        filled += read
      }
    }
    guard failure == 0 else { throw ResultStoreError(system: failure, path, cannotBe: "read") }
    return bytes
  }

  /// Gives a file a second name, so that its bytes stay when the first is given to another file.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public static func link(_ path: String, as second: String) throws(ResultStoreError) {
    unlink(second)
    guard Glibc.link(path, second) == 0 else {
      throw ResultStoreError(system: errno, path, cannotBe: "linked to \(second)")
    }
  }
}
