/// The bytes of one struct in Thrift's compact protocol, fields in rising order.
struct ThriftStruct {
  private var content: [UInt8] = []
  private var lastField = 0

  /// The struct with its end.
  var bytes: [UInt8] { content + [0] }

  private enum Kind: UInt8 { case int32 = 5, int64 = 6, binary = 8, list = 9, structure = 12 }

  mutating func add(_ field: Int, int32 value: Int) { add(field, .int32, Self.zigzag(value)) }
  mutating func add(_ field: Int, int64 value: Int) { add(field, .int64, Self.zigzag(value)) }
  mutating func add(_ field: Int, text: String) { add(field, .binary, Self.binary(text)) }
  mutating func add(_ field: Int, _ structure: ThriftStruct) { add(field, .structure, structure.bytes) }

  mutating func add(_ field: Int, list: [ThriftStruct]) { add(field, .structure, list.map(\.bytes)) }
  mutating func add(_ field: Int, texts: [String]) { add(field, .binary, texts.map(Self.binary)) }
  mutating func add(_ field: Int, int32s: [Int]) { add(field, .int32, int32s.map(Self.zigzag)) }

  private mutating func add(_ field: Int, _ elementKind: Kind, _ elements: [[UInt8]]) {
    var list: [UInt8] = []
    if elements.count < 15 {
      list.append(UInt8(elements.count) << 4 | elementKind.rawValue)
    } else {
      list.append(0xF0 | elementKind.rawValue)
      list.append(varint: UInt64(elements.count))
    }
    add(field, .list, elements.reduce(into: list) { $0 += $1 })
  }

  /// The step from the field before and the kind in one byte; Parquet's structs have no larger step.
  private mutating func add(_ field: Int, _ kind: Kind, _ value: [UInt8]) {
    let step = field - lastField
    precondition((1...15).contains(step), "field \(field) after \(lastField)")
    content.append(UInt8(step) << 4 | kind.rawValue)
    content += value
    lastField = field
  }

  private static func zigzag(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(varint: UInt64(bitPattern: Int64(value << 1 ^ value >> 63)))
    return bytes
  }

  private static func binary(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(varint: UInt64(text.utf8.count))
    return bytes + Array(text.utf8)
  }
}
