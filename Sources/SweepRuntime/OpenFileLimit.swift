import Glibc

/// How many files and connections this process may have open.
public enum OpenFileLimit {
  /// Raises the limit to what the system allows this user: each connected worker takes a descriptor, and the customary
  /// limit of 1024 is there for programs that use `select`, which none of ours does.
  public static func raise() {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    // Refused, there is room for fewer workers.
    setrlimit(resource, &limit)
  }
}
