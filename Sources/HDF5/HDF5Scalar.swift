import CHDF5

/// The element types of this module as they are stored: little-endian numbers, and UTF-8 text of variable length.
public enum HDF5ScalarType: String, Sendable {
  case float32, float64, int8, uint8, int32, int64, text
}

/// An element type that can be read and written.
public protocol HDF5Scalar: Sendable {
  /// How values of this type pass to and from the library.
  static var codec: HDF5Codec<Self> { get }
}

/// How values of one element type pass to and from the library. Opaque outside this module.
public struct HDF5Codec<Element: Sendable>: Sendable {
  let type: HDF5ScalarType
  /// Hands the values' memory to a writing call and returns its status. Takes one value per element.
  let write: @Sendable ([Element], (UnsafeRawPointer?) -> herr_t) -> herr_t
  /// Lets a reading call fill memory for the given number of elements; nil when its status was negative. The last
  /// argument gives back what the library has allocated for texts.
  let read:
    @Sendable (Int, (UnsafeMutableRawPointer?) -> herr_t, (UnsafeMutableRawPointer?) -> Void) -> [Element]?
}

extension HDF5Codec where Element: BitwiseCopyable {
  init(number type: HDF5ScalarType) {
    self.type = type
    write = { values, call in values.withUnsafeBytes { call($0.baseAddress) } }
    read = { count, call, _ in
      var status: herr_t = 0
      let values = [Element](unsafeUninitializedCapacity: count) { buffer, filled in
        status = call(buffer.baseAddress)
        filled = status < 0 ? 0 : count
      }
      return status < 0 ? nil : values
    }
  }
}

extension Float: HDF5Scalar {
  public static var codec: HDF5Codec<Float> { HDF5Codec(number: .float32) }
}
extension Double: HDF5Scalar {
  public static var codec: HDF5Codec<Double> { HDF5Codec(number: .float64) }
}
extension Int8: HDF5Scalar {
  public static var codec: HDF5Codec<Int8> { HDF5Codec(number: .int8) }
}
extension UInt8: HDF5Scalar {
  public static var codec: HDF5Codec<UInt8> { HDF5Codec(number: .uint8) }
}
extension Int32: HDF5Scalar {
  public static var codec: HDF5Codec<Int32> { HDF5Codec(number: .int32) }
}
extension Int64: HDF5Scalar {
  public static var codec: HDF5Codec<Int64> { HDF5Codec(number: .int64) }
}

extension String: HDF5Scalar {
  public static var codec: HDF5Codec<String> {
    HDF5Codec(
      type: .text,
      write: { values, call in
        // All texts in one buffer, each ended by a NUL, and a table of pointers into it.
        var bytes: [CChar] = []
        var starts: [Int] = []
        for value in values {
          starts.append(bytes.count)
          bytes.append(contentsOf: value.utf8CString)
        }
        return bytes.withUnsafeBufferPointer { buffer in
          let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
          return pointers.withUnsafeBytes { call($0.baseAddress) }
        }
      },
      read: { count, call, reclaim in
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        return pointers.withUnsafeMutableBytes { buffer in
          guard call(buffer.baseAddress) >= 0 else { return nil }
          defer { reclaim(buffer.baseAddress) }
          return buffer.bindMemory(to: UnsafeMutablePointer<CChar>?.self).map { pointer in
            pointer.map { String(cString: $0) } ?? ""
          }
        }
      })
  }
}
