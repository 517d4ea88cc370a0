import CHDF5

enum Dataspace {
  /// A new dataspace of the shape; a scalar's when the shape is empty.
  static func make(_ shape: [Int], _ place: HDF5Place) throws(HDF5Error) -> Identifier {
    if shape.isEmpty {
      return try Identifier(H5Screate(H5S_SCALAR), closedBy: H5Sclose, "H5Screate", place)
    }
    return try Identifier(
      H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil), closedBy: H5Sclose,
      "H5Screate_simple", place)
  }

  static func shape(of space: borrowing Identifier, _ place: HDF5Place) throws(HDF5Error) -> [Int] {
    let rank = H5Sget_simple_extent_ndims(space.raw)
    guard rank >= 0 else { throw HDF5Error(failed: "H5Sget_simple_extent_ndims", at: place) }
    if rank == 0 { return [] }
    var lengths = [hsize_t](repeating: 0, count: Int(rank))
    guard H5Sget_simple_extent_dims(space.raw, &lengths, nil) >= 0 else {
      throw HDF5Error(failed: "H5Sget_simple_extent_dims", at: place)
    }
    return lengths.map { Int(clamping: $0) }
  }
}

/// A NUL ends a text of variable length early, so it is refused rather than cut off.
func refuseNUL<Element>(in values: [Element], _ place: HDF5Place) throws(HDF5Error) {
  for case let text as String in values where text.utf8.contains(0) {
    throw HDF5Error(.invalidValue, place, "a text with a NUL character cannot be stored")
  }
}
