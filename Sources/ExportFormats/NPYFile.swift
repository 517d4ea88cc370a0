/// One array in NumPy's format, version 1.0 (NEP 1): a header that Python could read as a literal, then the elements.
enum NPYFile {
  static func bytes(of array: NamedArray) -> [UInt8] {
    var body: [UInt8] = []
    let type: String
    switch array.values {
    case .int8(let values):
      type = "|i1"
      body.append(numbers: values)
    case .int32(let values):
      type = "<i4"
      body.append(numbers: values)
    case .int64(let values):
      type = "<i8"
      body.append(numbers: values)
    case .float32(let values):
      type = "<f4"
      body.append(numbers: values)
    case .float64(let values):
      type = "<f8"
      body.append(numbers: values)
    case .texts(let values):
      // NumPy's own texts: code points of four bytes, each text as long as the longest, filled up with zeros.
      let length = max(1, values.map(\.unicodeScalars.count).max() ?? 0)
      type = "<U\(length)"
      for value in values {
        let points = value.unicodeScalars.map(\.value)
        body.append(numbers: points + [UInt32](repeating: 0, count: length - points.count))
      }
    }
    return header(type, array.shape) + body
  }

  private static func header(_ type: String, _ shape: [Int]) -> [UInt8] {
    let sides = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sides)), }"
    // The elements begin at a multiple of 64 bytes; ten bytes come before the text and a line end closes it.
    text += String(repeating: " ", count: (64 - (10 + text.utf8.count + 1) % 64) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes.append(number: UInt16(text.utf8.count))
    return bytes + Array(text.utf8)
  }
}
