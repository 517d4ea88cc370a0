import Glibc

/// How many files and connections this process may have open.
public enum OpenFileLimit {
  /// Raises the limit to what the system allows this user: each connected worker takes a descriptor, and the customary
  /// limit of 1024 is there for programs that use `select`, which none of ours does.
  ///
  /// - Returns: how many there may be now. Where the system refuses more, there is room for fewer workers.
  @discardableResult
  public static func raise() -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    getrlimit(resource, &limit)
    if limit.rlim_cur < limit.rlim_max {
      let wanted = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
      if withUnsafePointer(to: wanted, { setrlimit(resource, $0) }) == 0 { limit = wanted }
    }
    return Int(clamping: limit.rlim_cur)
  }
}
