import Foundation

/// Waits for files that appear in a folder: by rename, as checkpoints and results do, or by being written in place, as
/// results do that are not published yet.
public final class FolderWatch {
  public enum Arrival: Sendable {
    case renamed
    /// Closed after it was written.
    case finishedWriting
  }

  private let descriptor: Int32

  /// Watches from now on. Nil when the system has no watches left or the folder is not there.
  public init?(_ folder: String, for arrival: Arrival = .renamed) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC))
    let mask = arrival == .renamed ? IN_MOVED_TO : IN_CLOSE_WRITE
    guard descriptor >= 0, inotify_add_watch(descriptor, folder, UInt32(mask)) >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// Blocks until something has arrived in the folder.
  public func waitForArrival() {
    var event = [UInt8](repeating: 0, count: 4096)
    _ = read(descriptor, &event, event.count)
  }
}
