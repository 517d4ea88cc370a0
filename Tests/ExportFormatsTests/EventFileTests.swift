import Testing

@testable import ExportFormats

@Suite struct EventFileTests {
  @Test func castagnolisSumIsThatOfTheStandard() {
    // RFC 3720, B.4: 32 zeros, 32 ones, 0 to 31; and the usual check value.
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
  }

  @Test func numbersOfMessagesAreVarints() {
    var message = ProtobufMessage()
    message.add(1, integer: 150)
    message.add(2, text: "testing")
    message.add(3) { $0.add(1, integer: 1) }
    message.add(1, integer: -1)
    // The first two are the examples of the encoding's own page.
    #expect(
      message.bytes == [
        0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67, 0x1A, 2, 8, 1, 8,
      ]
        + [UInt8](repeating: 0xFF, count: 9) + [1])
  }

  /// Splits a file into its events and checks both sums of each.
  private func events(_ bytes: [UInt8]) -> [[UInt8]] {
    var events: [[UInt8]] = []
    var place = 0
    func number(_ at: Int, _ width: Int) -> Int {
      bytes[at..<at + width].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    while place < bytes.count {
      let length = number(place, 8)
      #expect(number(place + 8, 4) == Int(EventFile.masked(CRC32C.checksum(Array(bytes[place..<place + 8])))))
      let event = Array(bytes[place + 12..<place + 12 + length])
      #expect(number(place + 12 + length, 4) == Int(EventFile.masked(CRC32C.checksum(event))))
      events.append(event)
      place += 16 + length
    }
    return events
  }

  @Test func aScalarIsThereRoundedAndExact() {
    var file = EventFile(startedUnixSeconds: 1)
    file.add(scalar: 0.1, tag: "t", step: 3, unixSeconds: 2)
    let events = events(file.bytes)
    #expect(events.count == 2)
    #expect(events[0] == [9, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 26, 13] + Array("brain.Event:2".utf8))
    let shown: [UInt8] =
      [10, 1, 0x74, 21, 0xCD, 0xCC, 0xCC, 0x3D, 74, 13, 10, 9, 10, 7] + Array("scalars".utf8) + [32, 1]
    let tensor: [UInt8] = [8, 2, 18, 0, 34, 8, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F]
    let exact: [UInt8] =
      [10, 7] + Array("exact/t".utf8) + [66, 14] + tensor + [74, 15, 10, 11, 10, 9] + Array("igr_exact".utf8)
      + [32, 2]
    let summary = [10, UInt8(shown.count)] + shown + [10, UInt8(exact.count)] + exact
    #expect(events[1] == [9, 0, 0, 0, 0, 0, 0, 0, 0x40, 16, 3, 42, UInt8(summary.count)] + summary)
  }
}
