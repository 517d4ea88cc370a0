/// Builds one payload: little-endian numbers, texts and lists with their length before them.
struct WireWriter {
  private(set) var bytes: [UInt8]

  init(type: UInt8) {
    bytes = WireFormat.magic + [WireFormat.version, type]
  }

  mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func integer(_ value: Int) { number(Int64(value)) }

  /// Bit pattern, so that NaN and both zeros survive.
  mutating func real(_ value: Double) { number(value.bitPattern) }

  mutating func text(_ value: String, limit: Int, _ what: String) throws(WireError) {
    let count = value.utf8.count
    guard count <= limit else { throw .oversized(what: what, count: count, limit: limit) }
    number(UInt32(count))
    bytes.append(contentsOf: value.utf8)
  }

  mutating func flag(_ value: Bool) { number(UInt8(value ? 1 : 0)) }

  mutating func blob(_ value: [UInt8], limit: Int, _ what: String) throws(WireError) {
    guard value.count <= limit else { throw .oversized(what: what, count: value.count, limit: limit) }
    number(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  /// A text for people, cut at a character where it is too long.
  mutating func line(_ value: String) throws(WireError) {
    var value = value
    if value.utf8.count > WireFormat.TextLimit.line {
      var end = value.utf8.index(value.startIndex, offsetBy: WireFormat.TextLimit.line - 3)
      while end.samePosition(in: value.unicodeScalars) == nil { end = value.utf8.index(before: end) }
      value = String(value[..<end]) + "…"
    }
    try text(value, limit: WireFormat.TextLimit.line, "a line")
  }

  mutating func list<Element>(
    _ elements: [Element], limit: Int, _ what: String,
    _ write: (inout WireWriter, Element) throws(WireError) -> Void
  ) throws(WireError) {
    guard elements.count <= limit else { throw .oversized(what: what, count: elements.count, limit: limit) }
    number(UInt32(elements.count))
    for element in elements { try write(&self, element) }
  }

  mutating func optional<Value>(
    _ value: Value?, _ write: (inout WireWriter, Value) throws(WireError) -> Void
  ) throws(WireError) {
    number(UInt8(value == nil ? 0 : 1))
    if let value { try write(&self, value) }
  }

  consuming func finish() throws(WireError) -> [UInt8] {
    guard bytes.count <= WireFormat.payloadLimit else {
      throw .oversized(what: "the payload", count: bytes.count, limit: WireFormat.payloadLimit)
    }
    return bytes
  }
}
