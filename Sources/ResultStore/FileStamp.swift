import Glibc
import Trials

/// What the system says of a file without reading it: differs after any change of its content, also one that sets its
/// times back, and after a copy or a restored backup.
public struct FileStamp: Hashable, Sendable {
  public let byteCount: Int
  /// Last change of the content, and of anything, in nanoseconds since 1970-01-01 UTC. The second one nobody can set.
  public let modified: Int
  public let changed: Int

  public init(byteCount: Int, modified: Int, changed: Int) {
    self.byteCount = byteCount
    self.modified = modified
    self.changed = changed
  }

  /// - Returns: nil where there is no regular file.
  public init?(ofFileAt path: String) { self.init(ofFileAt: path, in: AT_FDCWD) }

  /// - Parameter folder: an open folder, from which `path` leads.
  fileprivate init?(ofFileAt path: String, in folder: Int32) {
    var status = stat()
    guard fstatat(folder, path, &status, 0) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    byteCount = Int(status.st_size)
    modified = Self.nanoseconds(status.st_mtim)
    changed = Self.nanoseconds(status.st_ctim)
  }

  private static func nanoseconds(_ time: timespec) -> Int { time.tv_sec * 1_000_000_000 + time.tv_nsec }
}

/// The trial files of a results folder seen from within it, so that the system finds each of a hundred thousand without
/// going through all folders above.
public struct TrialFolder: ~Copyable {
  private let descriptor: Int32

  /// - Throws: `ResultStoreError` with the system's reason.
  public init(of paths: RunPaths) throws(ResultStoreError) {
    descriptor = open(paths.trialsFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ResultStoreError(system: errno, paths.trialsFolder, cannotBe: "opened")
    }
  }

  deinit { close(descriptor) }

  /// - Returns: nil where there is no regular file.
  public func stamp(of trial: TrialID) -> FileStamp? {
    FileStamp(ofFileAt: RunPaths.trialFileName(trial), in: descriptor)
  }
}
