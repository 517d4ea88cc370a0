import Digests
import Glibc

/// Finds out size and SHA-256 of a file a little at a time, so that whoever waits for messages can do so in between.
///
/// Thread rule: used by one thread.
public final class FileDigestion {
  public let path: String
  private let descriptor: Int32
  private var hash: SHA256?
  private var byteCount = 0

  /// - Throws: `ResultStoreError`: `missing`, or `disk` with the system's reason.
  public init(_ path: String) throws(ResultStoreError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ResultStoreError(system: errno, path, cannotBe: "opened") }
    hash = SHA256()
  }

  deinit { close(descriptor) }

  /// Reads on.
  ///
  /// - Parameter limit: at most so many bytes now, in units of 1 MiB.
  /// - Returns: the fingerprint at the file's end; nil before. Call it no more after that.
  /// - Throws: `ResultStoreError` with the system's reason.
  public func proceed(atMost limit: Int) throws(ResultStoreError) -> FileFingerprint? {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var left = limit
    while left > 0 {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw ResultStoreError(system: errno, path, cannotBe: "read")
      }
      if count == 0 {
        guard let digest = hash.take()?.finish() else {
          preconditionFailure("\(path): its fingerprint was given before")
        }
        return FileFingerprint(byteCount: byteCount, sha256: digest.description)
      }
      hash?.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      byteCount += count
      left -= count
    }
    return nil
  }
}
