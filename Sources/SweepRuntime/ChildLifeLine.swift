import Glibc
import Synchronization
import Threads

/// The child's side of its life line: reads the job, then ends the process at once when its agent is gone, and notes
/// SIGTERM and the word to end early for the training loop.
public final class ChildLifeLine: Sendable {
  /// True since SIGTERM came: the child is to write its checkpoint and end.
  public var isAskedToStop: Bool { asked.load(ordering: .relaxed) }

  /// Since the agent said that early stopping ends the trial.
  public var earlyEnd: EarlyEnd? {
    // Asked for at each step; the lock is taken once it was said.
    hasEarlyEnd.load(ordering: .acquiring) ? early.withLock(\.self) : nil
  }

  private let asked = Atomic(false)
  private let hasEarlyEnd = Atomic(false)
  private let early = Mutex<EarlyEnd?>(nil)

  /// Call first thing on the main thread.
  ///
  /// - Throws: `ChildProcessError` when the process has no file descriptors or threads left.
  public static func hold() throws(ChildProcessError) -> (job: String, lifeLine: ChildLifeLine) {
    let signals = try SignalPipe()
    var line: [UInt8] = []
    while line.last != 0x0A {
      var byte: UInt8 = 0
      let count = read(0, &byte, 1)
      if count == -1 && errno == EINTR { continue }
      // Gone before it gave us anything to do.
      if count <= 0 { _exit(1) }
      line.append(byte)
    }
    let lifeLine = ChildLifeLine()
    let watch = Watch(lifeLine: lifeLine, signals: signals)
    do {
      try SystemThread { watch.run() }.detach()
    } catch {
      throw ChildProcessError(path: "the thread that watches the worker", reason: "\(error)")
    }
    return (String(decoding: line.dropLast(), as: UTF8.self), lifeLine)
  }

  private final class Watch {
    let lifeLine: ChildLifeLine
    let signals: SignalPipe
    private var line: [UInt8] = []

    init(lifeLine: ChildLifeLine, signals: SignalPipe) {
      self.lifeLine = lifeLine
      self.signals = signals
    }

    func run() {
      var polled = [
        pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals.fileDescriptor, events: Int16(POLLIN), revents: 0),
      ]
      while true {
        guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
        if polled[0].revents != 0 {
          var byte: UInt8 = 0
          // `_exit`: nothing of a half-done training may be tidied up into a file.
          let count = read(0, &byte, 1)
          if count == 0 { _exit(1) }
          if count == 1 { take(byte) }
        }
        while signals.next() != nil { lifeLine.asked.store(true, ordering: .relaxed) }
      }
    }

    private func take(_ byte: UInt8) {
      guard byte == 0x0A else {
        if line.count < 8192 { line.append(byte) }
        return
      }
      if let end = EarlyEnd(line: String(decoding: line, as: UTF8.self)) {
        lifeLine.early.withLock { $0 = end }
        lifeLine.hasEarlyEnd.store(true, ordering: .releasing)
      }
      line = []
    }
  }
}
