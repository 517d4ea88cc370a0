import CZlib
import Testing

@testable import Pictures

@Suite struct PNGPictureTests {
  /// The chunks of a file by the format's own rules.
  private func chunks(_ file: [UInt8]) throws -> [(type: String, body: [UInt8])] {
    try #require(Array(file.prefix(8)) == [137, 80, 78, 71, 13, 10, 26, 10])
    var chunks: [(String, [UInt8])] = []
    var place = 8
    func number(_ at: Int) -> Int { file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    while place < file.count {
      let length = number(place)
      let checked = Array(file[place + 4..<place + 8 + length])
      #expect(number(place + 8 + length) == Int(crc32(0, checked, UInt32(checked.count))))
      chunks.append((String(decoding: checked.prefix(4), as: UTF8.self), Array(checked.dropFirst(4))))
      place += 12 + length
    }
    return chunks
  }

  private func inflated(_ bytes: [UInt8], count: Int) -> [UInt8] {
    var length = UInt(count)
    var result = [UInt8](repeating: 0, count: count)
    #expect(uncompress(&result, &length, bytes, UInt(bytes.count)) == Z_OK)
    #expect(Int(length) == count)
    return result
  }

  @Test func greyPicturesHoldTheirSamples() throws {
    let file = PNGPicture(width: 3, height: 2, channels: 1, samples: [0, 1, 2, 253, 254, 255]).encoded
    let chunks = try chunks(file)
    #expect(chunks.map(\.type) == ["IHDR", "IDAT", "IEND"])
    #expect(chunks[0].body == [0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0])
    #expect(inflated(chunks[1].body, count: 8) == [0, 0, 1, 2, 0, 253, 254, 255])
    // The end that every PNG file has.
    #expect(file.suffix(12) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
  }

  @Test func colouredPicturesHoldTheirSamples() throws {
    let chunks = try chunks(
      PNGPicture(width: 1, height: 2, channels: 3, samples: [1, 2, 3, 4, 5, 6]).encoded)
    #expect(chunks[0].body == [0, 0, 0, 1, 0, 0, 0, 2, 8, 2, 0, 0, 0])
    #expect(inflated(chunks[1].body, count: 8) == [0, 1, 2, 3, 0, 4, 5, 6])
  }

  @Test func sheetsPutPicturesBelowEachOther() throws {
    var sheet = PictureSheet(width: 1, height: 2, channels: 1, gap: 1)
    sheet.rows = [[[0, 1], [0.5, .nan]], [[-3, 7]]]
    let picture = try #require(sheet.picture)
    #expect((picture.width, picture.height) == (3, 5))
    #expect(
      picture.samples == [
        0, 255, 128,
        255, 255, 0,
        255, 255, 255,
        0, 255, 255,
        255, 255, 255,
      ])
    #expect(PictureSheet(width: 1, height: 1, channels: 1).picture == nil)
  }

  @Test func tensorsOfOtherShapesAreNoPictures() {
    #expect(PictureSheet.pictures([1, 2, 3, 4], shape: [2, 2, 1, 1], limit: 1)?.pictures == [[1, 2]])
    #expect(PictureSheet.pictures([1, 2], shape: [1, 2]) == nil)
    #expect(PictureSheet.pictures([1, 2], shape: [1, 1, 1, 2]) == nil)
    #expect(PictureSheet.pictures([], shape: [0, 2, 2, 1]) == nil)
  }
}
