// Every format of this module is little-endian, as are the machines that Swift on Linux runs on.

extension [UInt8] {
  mutating func append<Number: FixedWidthInteger>(number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  /// The memory of numbers, one after the other.
  mutating func append<Number: BitwiseCopyable>(numbers: [Number]) {
    numbers.withUnsafeBytes { append(contentsOf: $0) }
  }
}
