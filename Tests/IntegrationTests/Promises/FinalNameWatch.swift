import Foundation
import ResultStore
import Synchronization
import Trials

/// Looks at every file in the moment in which it appears under its final name: it must come by rename, whole and
/// verified, and nobody may write to it afterwards.
final class FinalNameWatch: Sendable {
  struct Seen {
    var names: [String] = []
    /// What broke the promise, in words.
    var faults: [String] = []
  }

  private let seen = Mutex(Seen())
  private let descriptor: Int32
  private let ends: (read: Int32, write: Int32)
  private let hasEnded = DispatchSemaphore(value: 0)

  /// Watches the folder of published results from now on.
  init?(_ folder: String) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC))
    var pipe: [Int32] = [-1, -1]
    let mask = UInt32(IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE)
    guard descriptor >= 0, Glibc.pipe(&pipe) == 0, inotify_add_watch(descriptor, folder, mask) >= 0 else {
      return nil
    }
    ends = (pipe[0], pipe[1])
    Thread.detachNewThread { [self] in watch(folder) }
  }

  /// Ends the watch.
  func finish() -> Seen {
    close(ends.write)
    hasEnded.wait()
    close(ends.read)
    close(descriptor)
    return seen.withLock { $0 }
  }

  private func watch(_ folder: String) {
    defer { hasEnded.signal() }
    while true {
      var polled = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ends.read, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&polled, 2, -1) > 0 else { continue }
      // What has happened before the end is looked at first.
      if polled[0].revents != 0 { look(folder) } else { return }
    }
  }

  private func look(_ folder: String) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &buffer, buffer.count)
    var place = 0
    // inotify(7): watch, mask, cookie, length of the name (32 bits each), name padded with zeros.
    while place + 16 <= count {
      let (mask, length) = buffer.withUnsafeBytes {
        (
          $0.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self),
          Int($0.loadUnaligned(fromByteOffset: place + 12, as: UInt32.self))
        )
      }
      let name = String(
        decoding: buffer[(place + 16)..<(place + 16 + length)].prefix { $0 != 0 }, as: UTF8.self)
      place += 16 + length
      guard name.hasSuffix(".h5"), !name.hasPrefix(".") else { continue }
      let fault: String?
      if mask & UInt32(IN_MOVED_TO) == 0 {
        fault = "\(name) was made or written in place (inotify mask \(mask))"
      } else {
        do {
          try TrialFile.verify("\(folder)/\(name)")
          fault = nil
        } catch {
          fault = "\(error)"
        }
      }
      seen.withLock { seen in
        if mask & UInt32(IN_MOVED_TO) != 0 { seen.names.append(name) }
        if let fault { seen.faults.append(fault) }
      }
    }
  }
}
