import CZlib

/// A picture of 8-bit samples that becomes a PNG file (ISO/IEC 15948). Equal pictures give equal bytes.
public struct PNGPicture: Hashable, Sendable {
  public let width: Int
  public let height: Int
  /// 1: grey; 3: red, green, blue.
  public let channels: Int
  /// [height, width, channel], row-major.
  public let samples: [UInt8]

  /// - Precondition: sides of at least one pixel, 1 or 3 channels, and one sample each.
  public init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    precondition(width > 0 && height > 0 && (channels == 1 || channels == 3))
    precondition(samples.count == width * height * channels)
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// The file.
  public var encoded: [UInt8] {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Bit depth 8; deflate, the five filters, no interlace.
    let header = Self.bigEndian(width) + Self.bigEndian(height) + [8, channels == 1 ? 0 : 2, 0, 0, 0]
    return signature + Self.chunk("IHDR", header) + Self.chunk("IDAT", Self.deflated(rows))
      + Self.chunk("IEND", [])
  }

  /// Each row behind its filter type, 0: none.
  private var rows: [UInt8] {
    let rowLength = width * channels
    return (0..<height).flatMap { row in [0] + samples[row * rowLength..<(row + 1) * rowLength] }
  }

  private static func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
    let checked = Array(type.utf8) + body
    return bigEndian(body.count) + checked + bigEndian(Int(crc32(0, checked, UInt32(checked.count))))
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var length = compressBound(UInt(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, filled in
      let status = compress2(buffer.baseAddress, &length, bytes, UInt(bytes.count), 9)
      // The bound is enough room by zlib's own word, which leaves lack of memory, where Swift ends the process too.
      precondition(status == Z_OK, "zlib: \(status)")
      filled = Int(length)
    }
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    let value = UInt32(value)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
