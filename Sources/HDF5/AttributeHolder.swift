import CHDF5

/// A group or a dataset: what can carry attributes.
public protocol AttributeHolder: Sendable {
  /// Absolute path in the file.
  var path: String { get }
  /// The open file.
  var attributeFile: HDF5File { get }
}

extension Group: AttributeHolder {
  public var attributeFile: HDF5File { file }
}

extension Dataset: AttributeHolder {
  public var attributeFile: HDF5File { file }
}

extension AttributeHolder {
  /// Adds an attribute with one value.
  ///
  /// - Throws: `HDF5Error`; also when the name is taken.
  public func setAttribute<Element: HDF5Scalar>(_ name: String, _ value: Element) throws(HDF5Error) {
    try writeAttribute(name, shape: [], [value])
  }

  /// Adds an attribute with a list of values, which may be empty.
  ///
  /// - Throws: `HDF5Error`; also when the name is taken.
  public func setAttribute<Element: HDF5Scalar>(_ name: String, list values: [Element]) throws(HDF5Error) {
    try writeAttribute(name, shape: [values.count], values)
  }

  /// The value of an attribute with one value.
  ///
  /// - Throws: `HDF5Error`: `missing`, or `typeMismatch` when the stored type is not `Element`'s.
  public func attribute<Element: HDF5Scalar>(
    _ name: String, as element: Element.Type = Element.self
  ) throws(HDF5Error) -> Element {
    let values = try attributeList(name, as: Element.self)
    guard values.count == 1 else {
      throw HDF5Error(
        .typeMismatch, place(of: name), "the attribute \(name) should hold one value, found \(values.count)")
    }
    return values[0]
  }

  /// The values of an attribute.
  ///
  /// - Throws: `HDF5Error`: `missing`, or `typeMismatch` when the stored type is not `Element`'s.
  public func attributeList<Element: HDF5Scalar>(
    _ name: String, as element: Element.Type = Element.self
  ) throws(HDF5Error) -> [Element] {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = place(of: name)
    let attribute = try openAttribute(name, place)
    let space = try Identifier(H5Aget_space(attribute.raw), closedBy: H5Sclose, "H5Aget_space", place)
    let form = try form(of: attribute, space, place)
    let codec = Element.codec
    guard form.type == codec.type else {
      let found = form.type?.rawValue ?? "another type"
      throw HDF5Error(
        .typeMismatch, place, "the attribute \(name) should hold \(codec.type.rawValue), found \(found)")
    }
    if form.count == 0 { return [] }
    let memory = try codec.type.memoryType(place)
    let values = codec.read(
      form.count, { H5Aread(attribute.raw, memory.raw, $0) },
      { _ = H5Dvlen_reclaim(memory.raw, space.raw, hid_t(H5P_DEFAULT), $0) })
    guard let values else { throw HDF5Error(failed: "H5Aread", at: place) }
    return values
  }

  /// Type and shape of an attribute.
  ///
  /// - Throws: `HDF5Error`: `missing` when there is none of this name.
  public func attributeForm(_ name: String) throws(HDF5Error) -> Dataset.Form {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = place(of: name)
    let attribute = try openAttribute(name, place)
    let space = try Identifier(H5Aget_space(attribute.raw), closedBy: H5Sclose, "H5Aget_space", place)
    return try form(of: attribute, space, place)
  }

  /// Names of all attributes, sorted.
  ///
  /// - Throws: `HDF5Error`.
  public func attributeNames() throws(HDF5Error) -> [String] {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = HDF5Place(file: attributeFile.path, object: path)
    let holder = try openHolder(place)
    var names: [String] = []
    let status = withUnsafeMutablePointer(to: &names) { names in
      H5Aiterate2(
        holder.raw, H5_INDEX_NAME, H5_ITER_INC, nil,
        { _, name, _, context in
          guard let name, let context else { return -1 }
          context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
          return 0
        }, names)
    }
    try check(status, "H5Aiterate2", place)
    return names
  }

  private func writeAttribute<Element: HDF5Scalar>(
    _ name: String, shape: [Int], _ values: [Element]
  ) throws(HDF5Error) {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = place(of: name)
    let codec = Element.codec
    try refuseNUL(in: values, place)
    let holder = try openHolder(place)
    let type = try codec.type.fileType(place)
    let memory = try codec.type.memoryType(place)
    let space = try Dataspace.make(shape, place)
    let attribute = try Identifier(
      H5Acreate2(holder.raw, name, type.raw, space.raw, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)),
      closedBy: H5Aclose, "H5Acreate2", place)
    if !values.isEmpty {
      try check(codec.write(values) { H5Awrite(attribute.raw, memory.raw, $0) }, "H5Awrite", place)
    }
    try attribute.close("H5Aclose", place)
  }

  private func openAttribute(_ name: String, _ place: HDF5Place) throws(HDF5Error) -> Identifier {
    let holder = try openHolder(place)
    let exists = H5Aexists(holder.raw, name)
    guard exists >= 0 else { throw HDF5Error(failed: "H5Aexists", at: place) }
    guard exists > 0 else {
      let owner = path == "/" ? "" : " of \(path)"
      throw HDF5Error(.missing, place, "lacks the attribute \(name)\(owner)")
    }
    return try Identifier(
      H5Aopen(holder.raw, name, hid_t(H5P_DEFAULT)), closedBy: H5Aclose, "H5Aopen", place)
  }

  private func form(
    of attribute: borrowing Identifier, _ space: borrowing Identifier, _ place: HDF5Place
  ) throws(HDF5Error) -> Dataset.Form {
    let type = try Identifier(H5Aget_type(attribute.raw), closedBy: H5Tclose, "H5Aget_type", place)
    return Dataset.Form(
      type: HDF5ScalarType(ofStored: type.raw), shape: try Dataspace.shape(of: space, place))
  }

  private func openHolder(_ place: HDF5Place) throws(HDF5Error) -> Identifier {
    try Identifier(
      H5Oopen(try attributeFile.raw(place), path, hid_t(H5P_DEFAULT)), closedBy: H5Oclose, "H5Oopen", place)
  }

  private func place(of name: String) -> HDF5Place {
    HDF5Place(file: attributeFile.path, object: "\(path)@\(name)")
  }
}
