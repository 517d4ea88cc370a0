import CHDF5

/// A group of an open file: a name, not an open object.
public struct Group: Sendable {
  let file: HDF5File
  /// Absolute path in the file, `/` for the root.
  public let path: String

  /// What a group holds under one name.
  public struct Member: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case group, dataset, other }
    public let name: String
    public let kind: Kind
  }

  var place: HDF5Place { HDF5Place(file: file.path, object: path) }

  func place(of name: String) -> HDF5Place { HDF5Place(file: file.path, object: path(of: name)) }

  private func path(of name: String) -> String { path == "/" ? "/" + name : path + "/" + name }

  /// Creates an empty group whose members are listed in the order of their creation.
  ///
  /// - Throws: `HDF5Error`; also when the name is taken.
  @discardableResult
  public func createGroup(_ name: String) throws(HDF5Error) -> Group {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = place(of: name)
    let creation = try Identifier(H5Pcreate(igr_h5p_group_create()), closedBy: H5Pclose, "H5Pcreate", place)
    try check(
      H5Pset_link_creation_order(creation.raw, igr_h5p_creation_order()), "H5Pset_link_creation_order", place)
    let group = try Identifier(
      H5Gcreate2(try file.raw(place), place.object, hid_t(H5P_DEFAULT), creation.raw, hid_t(H5P_DEFAULT)),
      closedBy: H5Gclose, "H5Gcreate2", place)
    try group.close("H5Gclose", place)
    return Group(file: file, path: place.object)
  }

  /// The group of this name.
  ///
  /// - Throws: `HDF5Error`: `missing` when there is none.
  public func group(_ name: String) throws(HDF5Error) -> Group {
    guard try kind(of: name) == .group else {
      throw HDF5Error(.missing, place, "lacks the group \(path(of: name))")
    }
    return Group(file: file, path: path(of: name))
  }

  /// The dataset of this name.
  ///
  /// - Throws: `HDF5Error`: `missing` when there is none.
  public func dataset(_ name: String) throws(HDF5Error) -> Dataset {
    guard try kind(of: name) == .dataset else {
      throw HDF5Error(.missing, place, "lacks the dataset \(path(of: name))")
    }
    return Dataset(file: file, path: path(of: name))
  }

  /// What lies under `name`; nil when nothing does.
  ///
  /// - Throws: `HDF5Error` when the object cannot be opened.
  public func kind(of name: String) throws(HDF5Error) -> Member.Kind? {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = place(of: name)
    let raw = try file.raw(place)
    let exists = H5Lexists(raw, place.object, hid_t(H5P_DEFAULT))
    guard exists >= 0 else { throw HDF5Error(failed: "H5Lexists", at: place) }
    if exists == 0 { return nil }
    let type = igr_h5o_type(raw, place.object)
    guard type >= 0 else { throw HDF5Error(failed: "H5Oget_info_by_name", at: place) }
    switch H5O_type_t(rawValue: type) {
    case H5O_TYPE_GROUP: return .group
    case H5O_TYPE_DATASET: return .dataset
    default: return .other
    }
  }

  /// The group's members in the order of their creation, or by name in files that do not keep it.
  ///
  /// - Throws: `HDF5Error`.
  public func members() throws(HDF5Error) -> [Member] {
    AccessLane.enter()
    defer { AccessLane.leave() }
    var members: [Member] = []
    for name in try memberNames() {
      members.append(Member(name: name, kind: try kind(of: name) ?? .other))
    }
    return members
  }

  private func memberNames() throws(HDF5Error) -> [String] {
    let group = try open()
    let creation = try Identifier(
      H5Gget_create_plist(group.raw), closedBy: H5Pclose, "H5Gget_create_plist", place)
    var order: UInt32 = 0
    try check(H5Pget_link_creation_order(creation.raw, &order), "H5Pget_link_creation_order", place)
    let index = order == 0 ? H5_INDEX_NAME : H5_INDEX_CRT_ORDER
    var info = H5G_info_t()
    try check(H5Gget_info(group.raw, &info), "H5Gget_info", place)
    var names: [String] = []
    for position in 0..<info.nlinks {
      let name = libraryText {
        H5Lget_name_by_idx(group.raw, ".", index, H5_ITER_INC, position, $0, $1, hid_t(H5P_DEFAULT))
      }
      guard let name else { throw HDF5Error(failed: "H5Lget_name_by_idx", at: place) }
      names.append(name)
    }
    return names
  }

  private func open() throws(HDF5Error) -> Identifier {
    try Identifier(
      H5Gopen2(try file.raw(place), path, hid_t(H5P_DEFAULT)), closedBy: H5Gclose, "H5Gopen2", place)
  }
}
