@testable import Datasets

/// Writes MATLAB 5 files, element by element.
struct MATWriter {
  private(set) var bytes: [UInt8] =
    Array("MATLAB 5.0 MAT-file".utf8) + [UInt8](repeating: 0x20, count: 97) + [UInt8](repeating: 0, count: 8)
    + [0x00, 0x01, 0x49, 0x4D]

  /// How the numbers of a matrix are stored.
  enum Storage { case double, single, uint8 }

  static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  static func element(_ type: UInt32, _ content: [UInt8]) -> [UInt8] {
    little(type) + little(UInt32(content.count)) + content
      + [UInt8](repeating: 0, count: (8 - content.count % 8) % 8)
  }

  /// Names of at most 4 letters take the short form, as MATLAB writes it.
  static func name(_ text: String) -> [UInt8] {
    let letters = Array(text.utf8)
    guard letters.count <= 4 else { return element(1, letters) }
    return little(UInt32(letters.count) << 16 | 1) + letters
      + [UInt8](repeating: 0, count: 4 - letters.count)
  }

  static func matrix(
    _ name: String, rows: Int, columns: Int, values: [Double], storage: Storage = .double,
    matrixClass: UInt32 = 6
  ) -> [UInt8] {
    let numbers: [UInt8]
    let type: UInt32
    switch storage {
    case .double: (type, numbers) = (9, values.flatMap { little($0.bitPattern) })
    case .single: (type, numbers) = (7, values.flatMap { little(Float($0).bitPattern) })
    case .uint8: (type, numbers) = (2, values.map { UInt8($0) })
    }
    return element(
      14,
      element(6, little(matrixClass) + little(UInt32(0)))
        + element(5, little(Int32(rows)) + little(Int32(columns))) + self.name(name) + element(type, numbers))
  }

  mutating func append(_ element: [UInt8], compressed: Bool) {
    guard compressed else { return bytes += element }
    let packed = DataFolderOnDisk.compressed(element)
    bytes += Self.little(UInt32(15)) + Self.little(UInt32(packed.count)) + packed
  }
}
