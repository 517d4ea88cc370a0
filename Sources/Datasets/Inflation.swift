import CZlib

/// Unpacking of zlib streams that lie in memory.
enum Inflation {
  /// Whether `packed` bytes can unpack to `count`: deflate makes at most 1032 bytes of one.
  static func canReach(_ count: Int, from packed: Int) -> Bool { count / 1032 <= packed }

  /// The first bytes of a stream, at most `limit`; fewer where the stream ends or breaks before.
  static func prefix(of packed: UnsafeRawBufferPointer, limit: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: limit) { bytes, count in
      count = run(packed, into: UnsafeMutableRawBufferPointer(bytes)).count
    }
  }

  /// Unpacks a stream that must fill `memory` exactly and end there, with the right check sum.
  ///
  /// - Returns: what is wrong with it; nil where nothing is.
  static func fill(_ memory: UnsafeMutableRawBufferPointer, from packed: UnsafeRawBufferPointer) -> String? {
    // One byte more than wanted would show that the stream goes on; zlib needs room to see its end.
    let (count, status, rest) = run(packed, into: memory)
    if status == Z_STREAM_END, count == memory.count, rest == 0 { return nil }
    switch status {
    case Z_STREAM_END where count < memory.count:
      return "it unpacks to \(count) bytes, expected \(memory.count)"
    case Z_STREAM_END: return "\(rest) bytes follow its compressed data"
    case Z_OK, Z_BUF_ERROR:
      return count == memory.count
        ? "its compressed data does not end after the expected \(memory.count) bytes"
        : "its compressed data ends early"
    default: return "its compressed data is damaged"
    }
  }

  private static func run(
    _ packed: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer
  ) -> (count: Int, status: Int32, rest: Int) {
    var stream = z_stream()
    precondition(
      inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK, "zlib does not start")
    defer { inflateEnd(&stream) }
    // zlib counts in 32 bits, files need not.
    let piece = 1 << 30
    var (taken, given) = (0, 0)
    var status = Z_OK
    while status == Z_OK {
      let input = min(piece, packed.count - taken)
      let output = min(piece, memory.count - given)
      stream.next_in = UnsafeMutablePointer(
        mutating: packed.baseAddress?.advanced(by: taken).assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(input)
      stream.next_out = memory.baseAddress?.advanced(by: given).assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(output)
      status = inflate(&stream, Z_NO_FLUSH)
      let progress = (input - Int(stream.avail_in), output - Int(stream.avail_out))
      taken += progress.0
      given += progress.1
      if progress == (0, 0) { break }
    }
    return (given, status, packed.count - taken)
  }
}
