import Foundation

/// Waits for files that appear in a folder by rename, as results do.
public final class FolderWatch {
  private let descriptor: Int32

  /// Watches from now on. Nil when the system has no watches left or the folder is not there.
  public init?(_ folder: String) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC))
    guard descriptor >= 0, inotify_add_watch(descriptor, folder, UInt32(IN_MOVED_TO)) >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// Blocks until something has arrived in the folder; what came before the call, however much, ends one wait.
  public func waitForArrival() {
    var event = [UInt8](repeating: 0, count: 4096)
    _ = read(descriptor, &event, event.count)
  }
}
