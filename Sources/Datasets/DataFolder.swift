import Glibc

/// Where data sets lie: one folder, with a folder per data set.
public struct DataFolder: Hashable, Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// `$IGR_DATA`, else `.cache/igr` in the home folder (of the environment, else of the user database).
  public static var standard: DataFolder {
    if let path = variable("IGR_DATA") { return DataFolder(path: path) }
    return ofUser
  }

  /// `.cache/igr` in the home folder.
  public static var ofUser: DataFolder {
    DataFolder(path: (variable("HOME") ?? homeOfUser() ?? "/tmp") + "/.cache/igr")
  }

  /// The folder of one data set.
  package func folder(of dataset: String) -> String { "\(path)/\(dataset)" }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  private static func homeOfUser() -> String? {
    var record = passwd()
    var found: UnsafeMutablePointer<passwd>?
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
      guard getpwuid_r(getuid(), &record, buffer.baseAddress!, buffer.count, &found) == 0, found != nil,
        let home = record.pw_dir
      else { return nil }
      return String(cString: home)
    }
  }
}
