import CZlib

/// Arrays as NumPy's `.npz`: a ZIP archive (APPNOTE.TXT 6.3) of one `.npy` file each, stored as they are.
/// `numpy.load` reads it without pickle. Equal arrays give equal bytes.
public struct NPZArchive {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  public init() {}

  /// The whole file.
  ///
  /// - Throws: `FormatLimit` for 4 GiB and more, or 65,535 arrays and more, which would need ZIP64.
  public static func file(of arrays: [NamedArray]) throws(FormatLimit) -> [UInt8] {
    var archive = NPZArchive()
    for array in arrays { try archive.add(array) }
    return try archive.finish()
  }

  mutating func add(_ array: NamedArray) throws(FormatLimit) {
    let name = Array((array.name + ".npy").utf8)
    let body = NPYFile.bytes(of: array)
    guard let size = UInt32(exactly: body.count), let offset = UInt32(exactly: bytes.count) else {
      throw FormatLimit(description: "an npz file has room for 4 GiB; '\(array.name)' does not fit")
    }
    var entry: [UInt8] = []
    // Version 2.0, names in UTF-8, stored, 1980-01-01 00:00.
    for number: UInt16 in [20, 0x0800, 0, 0, 0x0021] { entry.append(number: number) }
    entry.append(number: UInt32(crc32(0, body, size)))
    entry.append(number: size)
    entry.append(number: size)
    entry.append(number: UInt16(clamping: name.count))
    entry.append(number: UInt16(0))
    bytes += [0x50, 0x4B, 3, 4] + entry + name + body
    directory += [0x50, 0x4B, 1, 2, 20, 0] + entry
    // No comment, first disk, no attributes.
    directory += [UInt8](repeating: 0, count: 10)
    directory.append(number: offset)
    directory += name
    count += 1
  }

  func finish() throws(FormatLimit) -> [UInt8] {
    guard let offset = UInt32(exactly: bytes.count), let size = UInt32(exactly: directory.count),
      count < 0xFFFF
    else {
      throw FormatLimit(description: "an npz file has room for 4 GiB and 65,534 arrays")
    }
    var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    end.append(number: UInt16(count))
    end.append(number: UInt16(count))
    end.append(number: size)
    end.append(number: offset)
    end.append(number: UInt16(0))
    return bytes + directory + end
  }
}
