import CZlib
import Digests
import Glibc

/// The bytes of one file, or numbers read from it, read-only for their whole life.
///
/// Sendable without a check: the memory is written before `init` returns and never after, and is released only by
/// `deinit`. A mapped file is shared between the processes of a machine; somebody who shortens it while it is mapped
/// ends them with SIGBUS, so files are only ever replaced by renaming.
package final class FileBytes: @unchecked Sendable {
  private let buffer: UnsafeRawBufferPointer
  private let isMapped: Bool

  package var count: Int { buffer.count }

  /// Hands the bytes to `body`. They must not be used after it returns: nothing keeps them then.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(buffer)
  }

  /// SHA-256 of all bytes.
  var digest: SHA256Digest { withBytes { SHA256.digest(of: $0) } }

  private init(buffer: UnsafeRawBufferPointer, isMapped: Bool) {
    self.buffer = buffer
    self.isMapped = isMapped
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count)
    } else {
      buffer.deallocate()
    }
  }

  /// Memory of `count` bytes, which `write` fills before anybody else sees it.
  static func filled(
    count: Int, by write: (UnsafeMutableRawBufferPointer) throws(DatasetError) -> Void
  ) throws(DatasetError) -> FileBytes {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    do {
      try write(memory)
    } catch {
      memory.deallocate()
      throw error
    }
    return FileBytes(buffer: UnsafeRawBufferPointer(memory), isMapped: false)
  }

  /// Bytes of the file as it lies on disk.
  static func length(of path: String) throws(DatasetError) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw unreadable(path, "read the size of", errno) }
    return Int(status.st_size)
  }

  /// Maps a plain file.
  static func mapping(_ path: String) throws(DatasetError) -> FileBytes {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, "open", errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(path, "read the size of", errno) }
    let count = Int(status.st_size)
    // mmap refuses a length of 0; an empty file is reported by its header.
    guard count > 0 else {
      return FileBytes(
        buffer: UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)),
        isMapped: false)
    }
    guard let memory = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
      throw unreadable(path, "map", errno)
    }
    return FileBytes(buffer: UnsafeRawBufferPointer(start: memory, count: count), isMapped: true)
  }

  /// Unpacks a gzip file into memory, at most `limit` bytes.
  ///
  /// - Throws: `wrongLength` where the compressed data is damaged, ends early or unpacks to more than `limit` bytes.
  package static func unpacking(_ path: String, limit: Int) throws(DatasetError) -> FileBytes {
    guard let file = gzopen(path, "rb") else { throw unreadable(path, "open", errno) }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 64)
    var count = 0
    while count <= limit {
      let received = gzread(file, memory.baseAddress! + count, UInt32(min(limit + 1 - count, 1 << 24)))
      if received <= 0 { break }
      count += Int(received)
    }
    var code: Int32 = 0
    let text = gzerror(file, &code).map { String(cString: $0) } ?? ""
    // The end of a truncated file is only known to gzclose.
    let closed = gzclose(file)
    guard code == Z_OK || code == Z_STREAM_END, count > limit || closed == Z_OK else {
      memory.deallocate()
      let reason = code == Z_OK || code == Z_BUF_ERROR ? "its compressed data ends early" : text
      throw DatasetError(
        .wrongLength, "\(path) is damaged: \(reason), after \(count) of \(limit) unpacked bytes")
    }
    guard count <= limit else {
      memory.deallocate()
      throw DatasetError(.wrongLength, "\(path) unpacks to more than the expected \(limit) bytes")
    }
    return FileBytes(
      buffer: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<count]), isMapped: false)
  }

  /// The system's refusal, with its number.
  static func unreadable(_ path: String, _ action: String, _ number: Int32) -> DatasetError {
    DatasetError(
      number == ENOENT ? .missing : .unreadable,
      "cannot \(action) \(path): \(String(cString: strerror(number)))")
  }
}
