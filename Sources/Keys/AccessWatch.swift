import Glibc
import ZeroMQ

/// The list of a key folder, read again when its file changes.
public struct AccessWatch {
  /// What has changed since the last look.
  public struct Change: Hashable, Sendable {
    /// Keys that were allowed and are no more.
    public var revoked: [AccessList.Entry] = []
    public var added: [KeyName] = []
  }

  private struct Stamp: Hashable {
    var inode: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
  }

  private let folder: KeyFolder
  private var stamp: Stamp?
  public private(set) var list: AccessList

  /// - Throws: `KeyError` when the file is missing or wrong.
  public init(_ folder: KeyFolder) throws(KeyError) {
    self.folder = folder
    stamp = Self.stamp(folder.accessListFile)
    list = try folder.accessList()
  }

  /// - Returns: what is new; nil where nothing is.
  /// - Throws: `KeyError` when the file has become unreadable or wrong; the last good list stays in force. Told once
  ///   for each change of the file.
  public mutating func refresh() throws(KeyError) -> Change? {
    let found = Self.stamp(folder.accessListFile)
    guard found != stamp else { return nil }
    stamp = found
    let new = try folder.accessList()
    let old = list
    list = new
    let change = Change(
      revoked: old.entries.filter { $0.isAllowed && !new.allows($0.key) },
      added: new.entries.filter { $0.isAllowed && !old.allows($0.key) }.map(\.name))
    return change == Change() ? nil : change
  }

  private static func stamp(_ path: String) -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Stamp(
      inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec)
  }
}
