import Datasets

/// Turns text of comma-separated images into the bytes of an idx file: a first line of column names, then per line one
/// label and height × width values of 0 … 255. The text comes in pieces of any size.
struct CSVImageReader {
  private let height: Int
  private let width: Int
  private(set) var pixels: [UInt8] = []
  private var line = 1
  private var column = 0
  private var value: Int?

  init(height: Int, width: Int, expectedCount: Int) {
    self.height = height
    self.width = width
    pixels.reserveCapacity(expectedCount * height * width)
  }

  /// - Throws: `DatasetFetchError`, naming the line.
  mutating func read(_ text: some Sequence<UInt8>) throws(DatasetFetchError) {
    for byte in text {
      if line == 1 {
        if byte == UInt8(ascii: "\n") { line = 2 }
        continue
      }
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let next = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
        guard next <= 255 else { throw malformed("a value above 255") }
        value = next
      case UInt8(ascii: ","): try endColumn()
      case UInt8(ascii: "\r"): continue
      case UInt8(ascii: "\n"): try endLine()
      default: throw malformed("the byte \(byte), expected digits and commas")
      }
    }
  }

  /// The idx file of all images read: header and pixels.
  mutating func finish() throws(DatasetFetchError) -> [UInt8] {
    if column > 0 || value != nil { try endLine() }
    return IdxHeader(count: pixels.count / (height * width), height: height, width: width).bytes + pixels
  }

  private mutating func endColumn() throws(DatasetFetchError) {
    guard let value else { throw malformed("an empty value") }
    // The first column is the label.
    if column > 0 { pixels.append(UInt8(value)) }
    column += 1
    self.value = nil
  }

  private mutating func endLine() throws(DatasetFetchError) {
    try endColumn()
    guard column == 1 + height * width else {
      throw malformed("\(column) values, expected \(1 + height * width)")
    }
    column = 0
    line += 1
  }

  private func malformed(_ what: String) -> DatasetFetchError {
    DatasetFetchError("line \(line) of the images as text has \(what)")
  }
}
