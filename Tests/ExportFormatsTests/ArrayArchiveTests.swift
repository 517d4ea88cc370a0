import CZlib
import Testing

@testable import ExportFormats

@Suite struct ArrayArchiveTests {
  @Test func anArrayIsAHeaderOf64BytesAndItsElements() {
    let bytes = NPYFile.bytes(of: NamedArray("a", shape: [2, 1], .float64([1, -0.0])))
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }"
    #expect(Array(bytes.prefix(10)) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0])
    #expect(
      String(decoding: bytes[10..<128], as: UTF8.self) == header + String(repeating: " ", count: 58) + "\n")
    #expect(Array(bytes[128...]) == [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x80])
  }

  @Test func shapesAreTuples() {
    func header(_ shape: [Int], _ values: NamedArray.Values) -> String {
      String(
        decoding: NPYFile.bytes(of: NamedArray("a", shape: shape, values)).prefix(128).dropFirst(10),
        as: UTF8.self)
    }
    #expect(header([], .int8([1])).hasPrefix("{'descr': '|i1', 'fortran_order': False, 'shape': (), }"))
    #expect(header([1], .int32([1])).hasPrefix("{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }"))
    #expect(header([0, 3], .float32([])).contains("'<f4', 'fortran_order': False, 'shape': (0, 3), }"))
    #expect(header([1], .int64([1])).contains("'<i8'"))
  }

  @Test func textsAreCodePointsOfOneLength() {
    let bytes = NPYFile.bytes(of: NamedArray("a", shape: [2], .texts(["é", "ab"])))
    #expect(String(decoding: bytes.dropFirst(10).prefix(15), as: UTF8.self) == "{'descr': '<U2'")
    #expect(Array(bytes.suffix(16)) == [0xE9, 0, 0, 0, 0, 0, 0, 0, 0x61, 0, 0, 0, 0x62, 0, 0, 0])
    let empty = NPYFile.bytes(of: NamedArray("a", text: ""))
    #expect(String(decoding: empty.dropFirst(10).prefix(15), as: UTF8.self) == "{'descr': '<U1'")
  }

  @Test func anArchiveStoresEachArrayWithItsSum() throws {
    let arrays = [NamedArray("m/x", shape: [], .int32([7])), NamedArray("ä", shape: [1], .float32([0.5]))]
    let bytes = try NPZArchive.file(of: arrays)
    func number(_ at: Int, _ width: Int) -> Int {
      bytes[at..<at + width].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let end = bytes.count - 22
    #expect(Array(bytes[end..<end + 4]) == [0x50, 0x4B, 5, 6])
    #expect(number(end + 10, 2) == 2)
    var (entry, names) = (number(end + 16, 4), [String]())
    for array in arrays {
      #expect(Array(bytes[entry..<entry + 4]) == [0x50, 0x4B, 1, 2])
      let (length, local) = (number(entry + 28, 2), number(entry + 42, 4))
      names.append(String(decoding: bytes[entry + 46..<entry + 46 + length], as: UTF8.self))
      #expect(Array(bytes[local..<local + 4]) == [0x50, 0x4B, 3, 4])
      #expect(number(local + 6, 2) == 0x0800)
      #expect(number(local + 8, 2) == 0)
      let body = Array(bytes[local + 30 + length..<local + 30 + length + number(local + 22, 4)])
      #expect(body == NPYFile.bytes(of: array))
      #expect(number(local + 14, 4) == Int(crc32(0, body, UInt32(body.count))))
      entry += 46 + length
    }
    #expect(names == ["m/x.npy", "ä.npy"])
    #expect(entry == end)
  }

  @Test func safetensorsHaveAHeaderAndNoGaps() {
    let bytes = SafetensorsFile.bytes(
      of: [
        NamedArray("b/kernel", shape: [1, 3], .float32([1, 2, 3])),
        NamedArray("a", shape: [], .float64([.nan])),
        NamedArray("e", shape: [2], .int32([-1, 2])),
      ], metadata: ["sweep": "a \"quoted\" name\n"])
    let header =
      #"{"__metadata__":{"sweep":"a \"quoted\" name\n"},"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"#
      + #""b/kernel":{"dtype":"F32","shape":[1,3],"data_offsets":[8,20]},"#
      + #""e":{"dtype":"I32","shape":[2],"data_offsets":[20,28]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(
      Array(bytes.prefix(8)) == [
        UInt8(padded.utf8.count & 0xFF), UInt8(padded.utf8.count >> 8), 0, 0, 0, 0, 0, 0,
      ])
    #expect(String(decoding: bytes.dropFirst(8).prefix(padded.utf8.count), as: UTF8.self) == padded)
    let body = Array(bytes.dropFirst(8 + padded.utf8.count))
    #expect(body.count == 28)
    #expect(Array(body[8..<12]) == [0, 0, 0x80, 0x3F])
    #expect(Array(body[20..<24]) == [0xFF, 0xFF, 0xFF, 0xFF])
  }
}
