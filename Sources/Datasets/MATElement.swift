/// Little-endian numbers at any place of a buffer; nil where they would not lie inside it.
struct MATBytes {
  let buffer: UnsafeRawBufferPointer

  init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

  func uint16(at place: Int) -> UInt16? { load(place).map(UInt16.init(littleEndian:)) }
  func uint32(at place: Int) -> UInt32? { load(place).map(UInt32.init(littleEndian:)) }

  func load<Number: BitwiseCopyable>(_ place: Int, as number: Number.Type = Number.self) -> Number? {
    guard place >= 0, place <= buffer.count - MemoryLayout<Number>.size else { return nil }
    return buffer.loadUnaligned(fromByteOffset: place, as: Number.self)
  }
}

/// The stored types of MATLAB 5 files that occur here, with their numbers in the format.
enum MATType: UInt32 {
  case int8 = 1
  case uint8 = 2
  case int16 = 3
  case uint16 = 4
  case int32 = 5
  case uint32 = 6
  case single = 7
  case double = 9
  case matrix = 14
  case compressed = 15

  /// Of one number; nil for what is no number.
  var byteCount: Int? {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .single: 4
    case .double: 8
    case .matrix, .compressed: nil
    }
  }

  /// The number at a place whose bounds were checked.
  func number(in bytes: MATBytes, at place: Int) -> Double {
    func integer<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> Double {
      Double(Number(littleEndian: bytes.buffer.loadUnaligned(fromByteOffset: place, as: Number.self)))
    }
    switch self {
    case .int8: return integer(Int8.self)
    case .uint8: return integer(UInt8.self)
    case .int16: return integer(Int16.self)
    case .uint16: return integer(UInt16.self)
    case .int32: return integer(Int32.self)
    case .uint32: return integer(UInt32.self)
    case .single:
      let bits = bytes.buffer.loadUnaligned(fromByteOffset: place, as: UInt32.self)
      return Double(Float(bitPattern: UInt32(littleEndian: bits)))
    case .double:
      let bits = bytes.buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      return Double(bitPattern: UInt64(littleEndian: bits))
    case .matrix, .compressed: preconditionFailure("a matrix is no number")
    }
  }
}

/// Type and extent of one data element: 8 bytes before its content, or 4 where the content is at most 4 bytes.
struct MATTag {
  let rawType: UInt32
  /// Nil for types that do not occur here.
  let type: MATType?
  /// The places of the content in the buffer; may reach beyond its end.
  let content: Range<Int>
  /// Where the next element begins: contents are padded to multiples of 8 bytes.
  let next: Int

  /// Nil where the buffer has no 8 bytes at `place`, or a short element is longer than 4 bytes.
  init?(_ bytes: MATBytes, at place: Int) {
    guard let first = bytes.uint32(at: place), let second = bytes.uint32(at: place + 4) else { return nil }
    let length = Int(first >> 16)
    if length > 0 {
      guard length <= 4 else { return nil }
      rawType = first & 0xFFFF
      content = place + 4..<place + 4 + length
      next = place + 8
    } else {
      rawType = first
      content = place + 8..<place + 8 + Int(second)
      next =
        rawType == MATType.compressed.rawValue
        ? content.upperBound : place + 8 + (Int(second) + 7) / 8 * 8
    }
    type = MATType(rawValue: rawType)
  }
}

/// What comes before the numbers of a matrix: class, dimensions, name.
struct MATMatrixHeader {
  let matrixClass: UInt8
  let isRealDouble: Bool
  let dimensions: [Int]
  let name: String
  /// Where the element with the numbers begins.
  let end: Int

  /// Nil where the buffer ends before, or holds something else.
  init?(_ bytes: MATBytes) {
    guard let flags = MATTag(bytes, at: 0), flags.type == .uint32, flags.content.count == 8,
      let word = bytes.uint32(at: flags.content.lowerBound),
      let sizes = MATTag(bytes, at: flags.next), sizes.type == .int32, sizes.content.count <= 64,
      let label = MATTag(bytes, at: sizes.next), label.type == .int8,
      label.content.upperBound <= bytes.buffer.count
    else { return nil }
    matrixClass = UInt8(truncatingIfNeeded: word)
    // Bit 11: there is an imaginary part. Class 6: double.
    isRealDouble = matrixClass == 6 && word & 0x0800 == 0
    var dimensions: [Int] = []
    for place in stride(from: sizes.content.lowerBound, to: sizes.content.upperBound, by: 4) {
      guard let length = bytes.uint32(at: place), length <= UInt32(Int32.max) else { return nil }
      dimensions.append(Int(length))
    }
    self.dimensions = dimensions
    name = String(decoding: bytes.buffer[label.content], as: UTF8.self)
    end = label.next
  }
}
