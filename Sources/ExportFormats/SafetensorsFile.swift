import Trials

/// Arrays of numbers as a safetensors file (huggingface/safetensors, format of version 0.3 and later): the length of
/// a JSON header, the header, then the elements without gaps. Equal content gives equal bytes.
public enum SafetensorsFile {
  /// - Parameters:
  ///   - arrays: of numbers, no two with one name.
  ///   - metadata: texts by name.
  /// - Precondition: no array of texts; the format has none.
  public static func bytes(of arrays: [NamedArray], metadata: [String: String]) -> [UInt8] {
    var entries = [
      "\"__metadata__\":{"
        + metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
        .joined(separator: ",") + "}"
    ]
    var body: [UInt8] = []
    // The widest elements first, so that each array begins at a multiple of its element's size.
    for array in arrays.map({ (array: $0, width: width(of: $0)) }).sorted(by: {
      ($1.width, $0.array.name) < ($0.width, $1.array.name)
    }).map(\.array) {
      let start = body.count
      let type = append(array, to: &body)
      let shape = array.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(quoted(array.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(start),\(body.count)]}")
    }
    var header = Array(("{" + entries.joined(separator: ",") + "}").utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.append(number: UInt64(header.count))
    return bytes + header + body
  }

  private static func width(of array: NamedArray) -> Int {
    switch array.values {
    case .int8: 1
    case .int32, .float32: 4
    case .int64, .float64: 8
    case .texts: preconditionFailure("safetensors hold no texts: \(array.name)")
    }
  }

  private static func append(_ array: NamedArray, to body: inout [UInt8]) -> String {
    switch array.values {
    case .int8(let values):
      body.append(numbers: values)
      return "I8"
    case .int32(let values):
      body.append(numbers: values)
      return "I32"
    case .int64(let values):
      body.append(numbers: values)
      return "I64"
    case .float32(let values):
      body.append(numbers: values)
      return "F32"
    case .float64(let values):
      body.append(numbers: values)
      return "F64"
    case .texts: preconditionFailure("safetensors hold no texts: \(array.name)")
    }
  }

  private static func quoted(_ text: String) -> String { HyperparameterValue.string(text).canonicalJSON }
}
