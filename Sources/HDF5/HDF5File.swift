import CHDF5
import Glibc

/// One open HDF5 file. May be used from any thread; operations of all files of the process take turns.
///
/// No identifier of the library outlives a call: groups and datasets are names inside the file, so that closing the
/// file really closes it.
public final class HDF5File: Sendable {
  /// The path as it was given.
  public let path: String
  // Read and written inside the access lane only; nil after `close`.
  private nonisolated(unsafe) var identifier: hid_t?

  /// Creates a file in a format that HDF5 1.8 opens. Nothing of it is safe on disk before `close` returned and the
  /// file was synced.
  ///
  /// - Throws: `HDF5Error`, with the system's reason; also when `path` exists.
  public init(creatingAt path: String) throws(HDF5Error) {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = HDF5Place(file: path, object: "/")
    let creation = try Identifier(
      H5Pcreate(igr_h5p_file_create()), closedBy: H5Pclose, "H5Pcreate", place)
    // Groups list their members in the order of creation, as netCDF-4 expects.
    try check(
      H5Pset_link_creation_order(creation.raw, igr_h5p_creation_order()), "H5Pset_link_creation_order", place)
    let access = try Self.accessProperties(place)
    let opened = H5Fcreate(path, igr_h5f_acc_excl(), creation.raw, access.raw)
    guard opened >= 0 else { throw HDF5Error(failed: "H5Fcreate", at: place) }
    self.path = path
    identifier = opened
  }

  /// Opens a file for reading.
  ///
  /// - Throws: `HDF5Error`: `missing` when there is no such file, `notHDF5`, or `library` with the reason (a file
  ///   that was cut off, no permission).
  public init(openingAt path: String) throws(HDF5Error) {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = HDF5Place(file: path, object: "/")
    // Asked of the system first: the library reports every failure to open in the same words.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      throw HDF5Error(errno == ENOENT ? .missing : .library, place, "cannot be opened: \(reason)")
    }
    Glibc.close(descriptor)
    guard H5Fis_hdf5(path) > 0 else {
      throw HDF5Error(.notHDF5, place, "is not an HDF5 file")
    }
    let access = try Self.accessProperties(place)
    let opened = H5Fopen(path, igr_h5f_acc_rdonly(), access.raw)
    guard opened >= 0 else { throw HDF5Error(failed: "H5Fopen", at: place) }
    self.path = path
    identifier = opened
  }

  /// The group that holds everything else.
  public var root: Group { Group(file: self, path: "/") }

  /// Hands everything written so far to the system.
  ///
  /// - Throws: `HDF5Error`, with the system's reason.
  public func flush() throws(HDF5Error) {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = HDF5Place(file: path, object: "/")
    try check(H5Fflush(try raw(place), H5F_SCOPE_LOCAL), "H5Fflush", place)
  }

  /// Writes what is left and closes. Writers call this; `deinit` closes too, but cannot tell of a failure.
  ///
  /// - Throws: `HDF5Error`, with the system's reason, or `closed`.
  public func close() throws(HDF5Error) {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = HDF5Place(file: path, object: "/")
    let closing = try raw(place)
    identifier = nil
    try check(H5Fclose(closing), "H5Fclose", place)
  }

  deinit {
    AccessLane.enter()
    defer { AccessLane.leave() }
    if let identifier { _ = H5Fclose(identifier) }
  }

  /// The identifier, for use inside the access lane.
  func raw(_ place: HDF5Place) throws(HDF5Error) -> hid_t {
    guard let identifier else { throw HDF5Error(.closed, place, "the file was closed before") }
    return identifier
  }

  private static func accessProperties(_ place: HDF5Place) throws(HDF5Error) -> Identifier {
    let access = try Identifier(H5Pcreate(igr_h5p_file_access()), closedBy: H5Pclose, "H5Pcreate", place)
    try check(
      H5Pset_libver_bounds(access.raw, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), "H5Pset_libver_bounds", place)
    // Network disks refuse locks, and no file of ours has two writers.
    try check(H5Pset_file_locking(access.raw, false, true), "H5Pset_file_locking", place)
    // A forgotten object would keep the file open; this makes `close` fail instead.
    try check(H5Pset_fclose_degree(access.raw, H5F_CLOSE_SEMI), "H5Pset_fclose_degree", place)
    return access
  }
}
