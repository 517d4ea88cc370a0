/// The bytes of one Protocol Buffers message, field by field. What has its default is left out by the caller.
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, integer: Int) {
    tag(field, wireType: 0)
    bytes.append(varint: UInt64(bitPattern: Int64(integer)))
  }

  mutating func add(_ field: Int, double: Double) {
    tag(field, wireType: 1)
    bytes.append(number: double.bitPattern)
  }

  mutating func add(_ field: Int, float: Float) {
    tag(field, wireType: 5)
    bytes.append(number: float.bitPattern)
  }

  mutating func add(_ field: Int, bytes content: [UInt8]) {
    tag(field, wireType: 2)
    bytes.append(varint: UInt64(content.count))
    bytes += content
  }

  mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

  /// A message inside this one.
  mutating func add(_ field: Int, _ fill: (inout ProtobufMessage) -> Void) {
    var inner = ProtobufMessage()
    fill(&inner)
    add(field, bytes: inner.bytes)
  }

  private mutating func tag(_ field: Int, wireType: UInt64) {
    bytes.append(varint: UInt64(field) << 3 | wireType)
  }
}

extension [UInt8] {
  /// Seven bits a byte, the lowest first; the eighth bit says that more follow.
  mutating func append(varint: UInt64) {
    var rest = varint
    while rest > 0x7F {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
