import CHDF5

/// How a dataset lies in its file.
public enum HDF5Storage: Sendable {
  /// In one piece, as it is in memory. For scalars, texts and empty datasets always.
  case contiguous
  /// In pieces of at most 1 MiB (or one row) along the first axis, shuffled and deflated at the given level
  /// (0 to 9), each piece with a Fletcher-32 sum.
  case compressed(level: Int)
}

/// A dataset of an open file: a name, not an open object.
public struct Dataset: Sendable {
  let file: HDF5File
  /// Absolute path in the file.
  public let path: String

  var place: HDF5Place { HDF5Place(file: file.path, object: path) }

  /// Type and shape as stored.
  public struct Form: Hashable, Sendable {
    /// Nil for a type that this module does not read.
    public let type: HDF5ScalarType?
    /// Empty for a scalar.
    public let shape: [Int]
    /// Elements; `Int.max` where a damaged shape promises more than can be counted.
    public var count: Int {
      shape.reduce(1) { product, length in
        let (value, overflow) = product.multipliedReportingOverflow(by: length)
        return overflow ? .max : value
      }
    }
  }

  /// The stored type and shape.
  ///
  /// - Throws: `HDF5Error`.
  public func form() throws(HDF5Error) -> Form {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let dataset = try open()
    let space = try Identifier(H5Dget_space(dataset.raw), closedBy: H5Sclose, "H5Dget_space", place)
    return try form(of: dataset, space)
  }

  /// Every element, row-major.
  ///
  /// - Throws: `HDF5Error`: `typeMismatch` when the stored type is not `Element`'s; `library` when a piece does not
  ///   have its Fletcher-32 sum.
  public func read<Element: HDF5Scalar>(as element: Element.Type = Element.self) throws(HDF5Error)
    -> [Element]
  {
    AccessLane.enter()
    defer { AccessLane.leave() }
    // Opened once: opening costs more than reading a short column.
    let dataset = try open()
    let space = try Identifier(H5Dget_space(dataset.raw), closedBy: H5Sclose, "H5Dget_space", place)
    let form = try form(of: dataset, space)
    let codec = Element.codec
    guard form.type == codec.type else {
      let found = form.type?.rawValue ?? "another type"
      throw HDF5Error(.typeMismatch, place, "\(path) should hold \(codec.type.rawValue), found \(found)")
    }
    if form.count == 0 { return [] }
    let memory = try codec.type.memoryType(place)
    guard form.count / Self.largestInflation <= Int(clamping: H5Dget_storage_size(dataset.raw)) else {
      throw HDF5Error(.typeMismatch, place, "\(path) promises \(form.count) elements, more than it can hold")
    }
    let values = codec.read(
      form.count,
      { H5Dread(dataset.raw, memory.raw, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), $0) },
      { _ = H5Dvlen_reclaim(memory.raw, space.raw, hid_t(H5P_DEFAULT), $0) })
    guard let values else { throw HDF5Error(failed: "H5Dread", at: place) }
    return values
  }

  private func form(of dataset: borrowing Identifier, _ space: borrowing Identifier) throws(HDF5Error) -> Form
  {
    let type = try Identifier(H5Dget_type(dataset.raw), closedBy: H5Tclose, "H5Dget_type", place)
    return Form(type: HDF5ScalarType(ofStored: type.raw), shape: try Dataspace.shape(of: space, place))
  }

  func open() throws(HDF5Error) -> Identifier {
    try Identifier(
      H5Dopen2(try file.raw(place), path, hid_t(H5P_DEFAULT)), closedBy: H5Dclose, "H5Dopen2", place)
  }
}

extension Group {
  /// Creates a dataset and writes all of it.
  ///
  /// - Parameters:
  ///   - shape: axis lengths, outermost first; empty for a scalar.
  ///   - values: row-major, one per element.
  /// - Throws: `HDF5Error`: `invalidValue` when the count is not the shape's or a text holds a NUL; `library` with
  ///   the system's reason, also when the name is taken.
  @discardableResult
  public func createDataset<Element: HDF5Scalar>(
    _ name: String, shape: [Int], values: [Element], storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) -> Dataset {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = place(of: name)
    guard values.count == shape.reduce(1, *), shape.allSatisfy({ $0 >= 0 }) else {
      throw HDF5Error(.invalidValue, place, "\(values.count) values do not fill the shape \(shape)")
    }
    let codec = Element.codec
    try refuseNUL(in: values, place)
    let type = try codec.type.fileType(place)
    let memory = try codec.type.memoryType(place)
    let space = try Dataspace.make(shape, place)
    let creation = try Dataset.creationProperties(codec.type, shape, storage, place)
    let dataset = try Identifier(
      H5Dcreate2(
        try file.raw(place), place.object, type.raw, space.raw, hid_t(H5P_DEFAULT), creation.raw,
        hid_t(H5P_DEFAULT)),
      closedBy: H5Dclose, "H5Dcreate2", place)
    if !values.isEmpty {
      try check(
        codec.write(values) {
          H5Dwrite(dataset.raw, memory.raw, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), $0)
        }, "H5Dwrite", place)
    }
    try dataset.close("H5Dclose", place)
    return Dataset(file: file, path: place.object)
  }
}

extension Dataset {
  static let pieceByteCount = 1 << 20
  /// Deflate makes at most 1032 bytes of one, so a shape beyond that is damage, and no memory is taken for it.
  static let largestInflation = 1032

  fileprivate static func creationProperties(
    _ type: HDF5ScalarType, _ shape: [Int], _ storage: HDF5Storage, _ place: HDF5Place
  ) throws(HDF5Error) -> Identifier {
    let creation = try Identifier(H5Pcreate(igr_h5p_dataset_create()), closedBy: H5Pclose, "H5Pcreate", place)
    // Without times equal content gives equal bytes.
    try check(H5Pset_obj_track_times(creation.raw, false), "H5Pset_obj_track_times", place)
    guard case .compressed(let level) = storage, let rows = shape.first, shape.allSatisfy({ $0 > 0 }),
      type != .text
    else { return creation }
    let rowBytes = shape.dropFirst().reduce(type.byteCount, *)
    let piece = [min(rows, max(1, pieceByteCount / rowBytes))] + shape.dropFirst()
    try check(
      H5Pset_chunk(creation.raw, Int32(piece.count), piece.map { hsize_t($0) }), "H5Pset_chunk", place)
    try check(H5Pset_shuffle(creation.raw), "H5Pset_shuffle", place)
    try check(H5Pset_deflate(creation.raw, UInt32(level)), "H5Pset_deflate", place)
    try check(H5Pset_fletcher32(creation.raw), "H5Pset_fletcher32", place)
    return creation
  }
}
