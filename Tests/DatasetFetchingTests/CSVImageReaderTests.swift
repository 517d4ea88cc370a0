import Testing

@testable import DatasetFetching

@Suite struct CSVImageReaderTests {
  static let header = "label,1x1,1x2,2x1,2x2\n"

  func read(_ text: String, pieces: Int) throws -> [UInt8] {
    var reader = CSVImageReader(height: 2, width: 2, expectedCount: 2)
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      try reader.read(bytes[start..<min(start + pieces, bytes.count)])
    }
    return try reader.finish()
  }

  @Test(
    arguments: [1, 2, 3, 7, 100],
    ["5,0,12,255,1\n7,9,8,7,6\n", "5,0,12,255,1\r\n7,9,8,7,6\r\n", "5,0,12,255,1\n7,9,8,7,6"])
  func imagesInPiecesOfAnySize(pieces: Int, lines: String) throws {
    let want: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2] + [0, 12, 255, 1, 9, 8, 7, 6]
    #expect(try read(Self.header + lines, pieces: pieces) == want)
  }

  @Test(arguments: [
    ("5,0,12,256,1\n", "line 2", "above 255"), ("5,0,12,1\n", "line 2", "4 values, expected 5"),
    ("5,0,1,2,3\n5,0,1,2,3,4\n", "line 3", "6 values, expected 5"), ("5,0,,2,3\n", "line 2", "empty"),
    ("5,0,x,2,3\n", "line 2", "digits"), ("5,0,1,2,3\n1,2", "line 3", "2 values"),
  ])
  func malformedTextIsRefusedWithItsLine(lines: String, line: String, words: String) {
    let error = #expect(throws: DatasetFetchError.self) { try read(Self.header + lines, pieces: 100) }
    #expect(
      error?.message.contains(line) == true && error?.message.contains(words) == true,
      "\(error?.message ?? "")")
  }
}
