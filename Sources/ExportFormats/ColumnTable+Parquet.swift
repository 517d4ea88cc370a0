// Apache Parquet, format version 1 (github.com/apache/parquet-format): plain encoding, no compression, every column
// optional, one page to a column chunk. What every reader reads.

extension ColumnTable {
  /// Rows of a row group: enough that columns lie together, few enough that a reader need not hold all.
  static let rowsPerGroup = 1 << 16

  /// The table as a Parquet file. Equal tables give equal bytes.
  ///
  /// - Parameter metadata: texts by name, for the file as a whole.
  public func parquet(metadata: [String: String] = [:]) -> [UInt8] {
    let magic = Array("PAR1".utf8)
    var bytes = magic
    var groups: [ThriftStruct] = []
    for start in stride(from: 0, to: rowCount, by: Self.rowsPerGroup) {
      groups.append(rowGroup(start..<min(start + Self.rowsPerGroup, rowCount), &bytes))
    }
    var file = ThriftStruct()
    file.add(1, int32: 1)
    file.add(2, list: schema)
    file.add(3, int64: rowCount)
    file.add(4, list: groups)
    if !metadata.isEmpty {
      file.add(
        5,
        list: metadata.sorted { $0.key < $1.key }.map { name, text in
          var pair = ThriftStruct()
          pair.add(1, text: name)
          pair.add(2, text: text)
          return pair
        })
    }
    file.add(6, text: "igr")
    let footer = file.bytes
    bytes += footer
    bytes.append(number: UInt32(footer.count))
    return bytes + magic
  }

  private var schema: [ThriftStruct] {
    var root = ThriftStruct()
    root.add(4, text: "schema")
    root.add(5, int32: columns.count)
    return [root]
      + columns.map { column in
        var element = ThriftStruct()
        element.add(1, int32: column.values.parquetType)
        element.add(3, int32: 1)  // optional
        element.add(4, text: column.name)
        if case .texts = column.values {
          element.add(6, int32: 0)  // UTF8, for older readers
          var text = ThriftStruct()
          text.add(1, ThriftStruct())  // STRING
          element.add(10, text)
        }
        return element
      }
  }

  private func rowGroup(_ rows: Range<Int>, _ bytes: inout [UInt8]) -> ThriftStruct {
    let groupStart = bytes.count
    var chunks: [ThriftStruct] = []
    for column in columns {
      let start = bytes.count
      let page = column.values.page(rows)
      var header = ThriftStruct()
      header.add(1, int32: 0)  // data page
      header.add(2, int32: page.count)
      header.add(3, int32: page.count)
      var data = ThriftStruct()
      data.add(1, int32: rows.count)
      data.add(2, int32: 0)  // plain
      data.add(3, int32: 3)  // levels: run lengths
      data.add(4, int32: 3)
      header.add(5, data)
      bytes += header.bytes + page
      var description = ThriftStruct()
      description.add(1, int32: column.values.parquetType)
      description.add(2, int32s: [0, 3])
      description.add(3, texts: [column.name])
      description.add(4, int32: 0)  // uncompressed
      description.add(5, int64: rows.count)
      description.add(6, int64: bytes.count - start)
      description.add(7, int64: bytes.count - start)
      description.add(9, int64: start)
      var chunk = ThriftStruct()
      chunk.add(2, int64: start)
      chunk.add(3, description)
      chunks.append(chunk)
    }
    var group = ThriftStruct()
    group.add(1, list: chunks)
    group.add(2, int64: bytes.count - groupStart)
    group.add(3, int64: rows.count)
    return group
  }
}

extension ColumnTable.Values {
  fileprivate var parquetType: Int {
    switch self {
    case .booleans: 0
    case .integers: 2
    case .reals: 5
    case .texts: 6
    }
  }

  /// Which rows exist, then the values of those that do.
  fileprivate func page(_ rows: Range<Int>) -> [UInt8] {
    var page: [UInt8] = []
    switch self {
    case .integers(let values):
      page = Self.levels(values[rows])
      for value in values[rows].compactMap(\.self) { page.append(number: value) }
    case .reals(let values):
      page = Self.levels(values[rows])
      for value in values[rows].compactMap(\.self) { page.append(number: value.bitPattern) }
    case .booleans(let values):
      page = Self.levels(values[rows])
      let bits = values[rows].compactMap(\.self)
      for start in stride(from: 0, to: bits.count, by: 8) {
        page.append(
          bits[start..<min(start + 8, bits.count)].enumerated().reduce(0) {
            $0 | ($1.element ? 1 << $1.offset : 0)
          })
      }
    case .texts(let values):
      page = Self.levels(values[rows])
      for value in values[rows].compactMap(\.self) {
        page.append(number: UInt32(value.utf8.count))
        page += Array(value.utf8)
      }
    }
    return page
  }

  /// Definition levels (1: there, 0: not) as runs of equal ones, behind their length.
  private static func levels<Value>(_ values: ArraySlice<Value?>) -> [UInt8] {
    var runs: [UInt8] = []
    var rest = values
    while let first = rest.first {
      let run = rest.prefix { ($0 == nil) == (first == nil) }.count
      runs.append(varint: UInt64(run) << 1)
      runs.append(first == nil ? 0 : 1)
      rest = rest.dropFirst(run)
    }
    var levels: [UInt8] = []
    levels.append(number: UInt32(runs.count))
    return levels + runs
  }
}
