import CHDF5

extension HDF5ScalarType {
  /// A new identifier of the type as it lies in the file.
  func fileType(_ place: HDF5Place) throws(HDF5Error) -> Identifier {
    switch self {
    case .float32: try Self.copy(igr_h5t_ieee_f32le(), place)
    case .float64: try Self.copy(igr_h5t_ieee_f64le(), place)
    case .int8: try Self.copy(igr_h5t_std_i8le(), place)
    case .uint8: try Self.copy(igr_h5t_std_u8le(), place)
    case .int32: try Self.copy(igr_h5t_std_i32le(), place)
    case .int64: try Self.copy(igr_h5t_std_i64le(), place)
    case .text: try Self.text(place)
    }
  }

  /// A new identifier of the type as it lies in memory.
  func memoryType(_ place: HDF5Place) throws(HDF5Error) -> Identifier {
    switch self {
    case .float32: try Self.copy(igr_h5t_native_float(), place)
    case .float64: try Self.copy(igr_h5t_native_double(), place)
    case .int8: try Self.copy(igr_h5t_native_int8(), place)
    case .uint8: try Self.copy(igr_h5t_native_uint8(), place)
    case .int32: try Self.copy(igr_h5t_native_int32(), place)
    case .int64: try Self.copy(igr_h5t_native_int64(), place)
    case .text: try Self.text(place)
    }
  }

  /// Bytes of one element in a file; for text, of its reference.
  var byteCount: Int {
    switch self {
    case .int8, .uint8: 1
    case .float32, .int32: 4
    case .float64, .int64: 8
    case .text: 16
    }
  }

  /// The stored type's name among ours; nil for any other type, whatever its meaning.
  init?(ofStored type: hid_t) {
    let size = H5Tget_size(type)
    switch H5Tget_class(type) {
    case H5T_FLOAT where size == 4: self = .float32
    case H5T_FLOAT where size == 8: self = .float64
    case H5T_INTEGER:
      switch (size, H5Tget_sign(type)) {
      case (1, H5T_SGN_2): self = .int8
      case (1, H5T_SGN_NONE): self = .uint8
      case (4, H5T_SGN_2): self = .int32
      case (8, H5T_SGN_2): self = .int64
      default: return nil
      }
    case H5T_STRING where H5Tis_variable_str(type) > 0 && H5Tget_cset(type) == H5T_CSET_UTF8: self = .text
    default: return nil
    }
  }

  private static func copy(_ type: hid_t, _ place: HDF5Place) throws(HDF5Error) -> Identifier {
    try Identifier(H5Tcopy(type), closedBy: H5Tclose, "H5Tcopy", place)
  }

  private static func text(_ place: HDF5Place) throws(HDF5Error) -> Identifier {
    let type = try copy(igr_h5t_c_s1(), place)
    try check(H5Tset_size(type.raw, igr_h5t_variable()), "H5Tset_size", place)
    try check(H5Tset_cset(type.raw, H5T_CSET_UTF8), "H5Tset_cset", place)
    return type
  }
}
