import CHDF5
import Glibc

/// One open HDF5 file. May be used from any thread; operations of all files of the process take turns.
///
/// No identifier of the library outlives a call: groups and datasets are names inside the file, so that closing the
/// file really closes it.
///
/// *Design note.* Files are composed in memory and written by the caller, because the library (1.10.8) ends the
/// process when the disk refuses a write.
public final class HDF5File: Sendable {
  /// The path as it was given.
  public let path: String
  // Read and written inside the access lane only; nil after `close` and `finish`.
  private nonisolated(unsafe) var identifier: hid_t?

  /// Begins a file in memory, in a format that HDF5 1.8 opens.
  ///
  /// - Parameter path: where the file is to lie, for messages; nothing is written there.
  /// - Throws: `HDF5Error`.
  public init(composing path: String) throws(HDF5Error) {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = HDF5Place(file: path, object: "/")
    let creation = try Identifier(
      H5Pcreate(igr_h5p_file_create()), closedBy: H5Pclose, "H5Pcreate", place)
    // Groups list their members in the order of creation, as netCDF-4 expects.
    try check(
      H5Pset_link_creation_order(creation.raw, igr_h5p_creation_order()), "H5Pset_link_creation_order", place)
    let access = try Self.accessProperties(place)
    let growth = 1 << 20
    try check(H5Pset_fapl_core(access.raw, growth, false), "H5Pset_fapl_core", place)
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
    // The library clears this buffer, else 64 KiB, for every short column that it reads.
    try check(H5Pset_sieve_buf_size(access.raw, 1024), "H5Pset_sieve_buf_size", place)
    let opened = H5Fopen(path, igr_h5f_acc_rdonly(), access.raw)
    guard opened >= 0 else { throw HDF5Error(failed: "H5Fopen", at: place) }
    self.path = path
    identifier = opened
  }

  /// The group that holds everything else.
  public var root: Group { Group(file: self, path: "/") }

  /// Ends a composed file.
  ///
  /// - Returns: the file's bytes.
  /// - Throws: `HDF5Error`, also when the file was opened and not composed.
  public func finish() throws(HDF5Error) -> [UInt8] {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let place = HDF5Place(file: path, object: "/")
    let file = try raw(place)
    try check(H5Fflush(file, H5F_SCOPE_LOCAL), "H5Fflush", place)
    let size = H5Fget_file_image(file, nil, 0)
    guard size >= 0 else { throw HDF5Error(failed: "H5Fget_file_image", at: place) }
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      filled = max(0, H5Fget_file_image(file, buffer.baseAddress, size))
    }
    guard bytes.count == size else { throw HDF5Error(failed: "H5Fget_file_image", at: place) }
    try close()
    return bytes
  }

  /// Closes now. `deinit` closes too, but cannot tell of a failure.
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
