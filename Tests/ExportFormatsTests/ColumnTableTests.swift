import Testing

@testable import ExportFormats

@Suite struct ColumnTableTests {
  private let table = ColumnTable([
    ColumnTable.Column("name", .texts(["a, \"b\"", nil, ""])),
    ColumnTable.Column("loss", .reals([0.1, .nan, -.infinity])),
    ColumnTable.Column("n", .integers([1, nil, .min])),
    ColumnTable.Column("ok", .booleans([true, nil, false])),
  ])

  @Test func csvTellsWhatIsNotThereFromWhatWasNotMeasured() {
    #expect(
      table.csv == """
        name,loss,n,ok
        "a, ""b""\",0.1,1,true
        ,NaN,,
        "",-inf,-9223372036854775808,false

        """)
  }

  @Test func lineBreaksAreQuoted() {
    let csv = ColumnTable([ColumnTable.Column("a\nb", .texts(["c\rd", "e\r\nf"]))]).csv
    #expect(csv == "\"a\nb\"\n\"c\rd\"\n\"e\r\nf\"\n")
  }

  @Test func thriftStructsAreCompact() {
    var inner = ThriftStruct()
    inner.add(2, text: "ab")
    var outer = ThriftStruct()
    outer.add(1, int32: -1)
    outer.add(3, int64: 64)
    outer.add(4, inner)
    outer.add(5, int32s: [0, 3])
    outer.add(6, texts: [String](repeating: "", count: 15))
    #expect(
      outer.bytes == [0x15, 1, 0x26, 0x80, 1, 0x1C, 0x28, 2, 0x61, 0x62, 0, 0x19, 0x25, 0, 6, 0x19, 0xF8, 15]
        + [UInt8](repeating: 0, count: 15) + [0])
  }

  /// The bytes of the pages by the format's own rules; the footer is read by pyarrow in `Tests/System/export`.
  @Test func parquetPagesHoldLevelsAndPlainValues() {
    let bytes = table.parquet()
    #expect(Array(bytes.prefix(4)) == Array("PAR1".utf8))
    #expect(Array(bytes.suffix(4)) == Array("PAR1".utf8))
    let levels: [UInt8] = [6, 0, 0, 0, 2, 1, 2, 0, 2, 1]
    let pages: [[UInt8]] = [
      levels + [6, 0, 0, 0] + Array("a, \"b\"".utf8) + [0, 0, 0, 0],
      [2, 0, 0, 0, 6, 1] + [0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F]
        + [0, 0, 0, 0, 0, 0, 0xF8, 0x7F] + [0, 0, 0, 0, 0, 0, 0xF0, 0xFF],
      levels + [1, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0x80],
      levels + [1],
    ]
    var place = 4
    for page in pages {
      let size = UInt8(page.count) << 1
      let header: [UInt8] = [0x15, 0, 0x15, size, 0x15, size, 0x2C, 0x15, 6, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0]
      #expect(Array(bytes[place..<place + header.count]) == header)
      place += header.count
      #expect(Array(bytes[place..<place + page.count]) == page)
      place += page.count
    }
    let footerLength = bytes.dropLast(4).suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(place + footerLength + 8 == bytes.count)
  }

  @Test func longTablesHaveSeveralRowGroups() {
    let count = ColumnTable.rowsPerGroup + 1
    let bytes = ColumnTable([ColumnTable.Column("n", .integers((0..<count).map { Int64($0) }))]).parquet()
    // The second group's one row lies just before the footer: levels of one there, and its value.
    let value: [UInt8] = [2, 0, 0, 0, 2, 1] + [0, 0, 1, 0, 0, 0, 0, 0]
    let footerLength = bytes.dropLast(4).suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let pagesEnd = bytes.count - 8 - footerLength
    #expect(Array(bytes[pagesEnd - value.count..<pagesEnd]) == value)
  }
}
