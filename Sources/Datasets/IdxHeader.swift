/// The header of an idx file of images: four big-endian words (magic number, count, rows, columns), then the pixels.
package struct IdxHeader: Equatable, Sendable {
  /// 0x08: unsigned bytes; 0x03: three dimensions.
  package static let magic: UInt32 = 0x0000_0803
  /// Bytes before the first pixel.
  package static let length = 16

  package let count: Int
  package let height: Int
  package let width: Int

  package init(count: Int, height: Int, width: Int) {
    self.count = count
    self.height = height
    self.width = width
  }

  /// Reads the header; the error's text completes "PATH is not a file of images: …".
  init(reading bytes: UnsafeRawBufferPointer) throws(IdxHeaderError) {
    guard bytes.count >= Self.length else {
      throw IdxHeaderError(reason: "it has \(bytes.count) bytes, expected at least \(Self.length)")
    }
    let words = (0..<4).map {
      UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))
    }
    guard words[0] == Self.magic else {
      throw IdxHeaderError(
        reason:
          "its magic number is \(words[0]), expected \(Self.magic) (idx, unsigned bytes, three dimensions)")
    }
    self.init(count: Int(words[1]), height: Int(words[2]), width: Int(words[3]))
  }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for word in [Self.magic, UInt32(count), UInt32(height), UInt32(width)] {
      withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}

struct IdxHeaderError: Error {
  let reason: String
}
