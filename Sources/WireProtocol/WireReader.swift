/// Reads one payload strictly: whatever is not exactly as the writer writes it is refused. Lengths are checked
/// against what is left before anything is allocated.
struct WireReader {
  private let bytes: [UInt8]
  private var position = 0
  /// Version byte of the payload, which only `refused` may have other than ours.
  let version: UInt8
  let type: UInt8

  init(_ bytes: [UInt8]) throws(WireError) {
    guard bytes.count <= WireFormat.payloadLimit else {
      throw .oversized(what: "the payload", count: bytes.count, limit: WireFormat.payloadLimit)
    }
    let head = WireFormat.magic.count
    guard bytes.count >= head + 2 else { throw .malformed("only \(bytes.count) bytes") }
    guard Array(bytes[..<head]) == WireFormat.magic else { throw .malformed("it does not begin with 'IGR'") }
    self.bytes = bytes
    version = bytes[head]
    type = bytes[head + 1]
    position = head + 2
  }

  /// Refuses any version but ours.
  func requireOurVersion() throws(WireError) {
    guard version == WireFormat.version else {
      throw .unknownVersion(found: version, ours: WireFormat.version)
    }
  }

  private var left: Int { bytes.count - position }

  func malformed(_ reason: String) -> WireError { .malformed("\(reason), at byte \(position)") }

  mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(WireError) -> Number {
    let width = Number.bitWidth / 8
    guard left >= width else { throw malformed("\(width) bytes are needed and \(left) are left") }
    var value: Number = 0
    for offset in (0..<width).reversed() {
      value = value << 8 | Number(truncatingIfNeeded: bytes[position + offset])
    }
    position += width
    return value
  }

  mutating func integer() throws(WireError) -> Int { Int(try number(Int64.self)) }

  mutating func real() throws(WireError) -> Double { Double(bitPattern: try number(UInt64.self)) }

  mutating func text(limit: Int, _ what: String) throws(WireError) -> String {
    let count = Int(try number(UInt32.self))
    guard count <= limit else { throw .oversized(what: what, count: count, limit: limit) }
    guard count <= left else { throw malformed("\(what) of \(count) bytes with \(left) left") }
    guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else {
      throw malformed("\(what) is not UTF-8")
    }
    position += count
    return text
  }

  mutating func blob(limit: Int, _ what: String) throws(WireError) -> [UInt8] {
    let count = Int(try number(UInt32.self))
    guard count <= limit else { throw .oversized(what: what, count: count, limit: limit) }
    guard count <= left else { throw malformed("\(what) of \(count) bytes with \(left) left") }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  mutating func line() throws(WireError) -> String {
    try text(limit: WireFormat.TextLimit.line, "a line")
  }

  mutating func list<Element>(
    limit: Int, _ what: String, _ read: (inout WireReader) throws(WireError) -> Element
  ) throws(WireError) -> [Element] {
    let count = Int(try number(UInt32.self))
    guard count <= limit else { throw .oversized(what: what, count: count, limit: limit) }
    guard count <= left else { throw malformed("\(what) of \(count) elements with \(left) bytes left") }
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try read(&self)) }
    return elements
  }

  mutating func flag() throws(WireError) -> Bool {
    switch try number(UInt8.self) {
    case 0: return false
    case 1: return true
    case let other: throw malformed("a truth value must be 0 or 1, found \(other)")
    }
  }

  mutating func optional<Value>(
    _ read: (inout WireReader) throws(WireError) -> Value
  ) throws(WireError) -> Value? {
    switch try number(UInt8.self) {
    case 0: return nil
    case 1: return try read(&self)
    case let other: throw malformed("presence must be 0 or 1, found \(other)")
    }
  }

  func finish() throws(WireError) {
    guard left == 0 else { throw malformed("\(left) bytes follow the message") }
  }
}
