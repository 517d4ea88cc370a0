import CHDF5

/// The HDF5 library of this process.
public enum HDF5Library {
  /// `major.minor.release`.
  public static var version: String {
    AccessLane.enter()
    defer { AccessLane.leave() }
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    H5get_libversion(&major, &minor, &release)
    return "\(major).\(minor).\(release)"
  }

  /// Whether the library was built thread-safe. This module does not rely on it.
  public static var isThreadSafe: Bool {
    AccessLane.enter()
    defer { AccessLane.leave() }
    var answer: hbool_t = false
    H5is_library_threadsafe(&answer)
    return answer
  }

  /// Identifiers of every kind that are open in this process, the library's own included: equal before and after
  /// an operation that leaks none.
  static var identifierCount: Int {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let kinds = [
      H5I_FILE, H5I_GROUP, H5I_DATATYPE, H5I_DATASPACE, H5I_DATASET, H5I_ATTR, H5I_GENPROP_LST,
    ]
    return kinds.reduce(0) { sum, kind in
      var count: hsize_t = 0
      H5Inmembers(kind, &count)
      return sum + Int(count)
    }
  }
}
