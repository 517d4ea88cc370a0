import Glibc

/// Turns SIGTERM and SIGINT into something that a poll loop can wait for, and ignores SIGPIPE.
///
/// One per process, made on the main thread before other threads begin; lasts as long as the process.
final class SignalPipe {
  enum Signal: Hashable {
    case terminate
    case interrupt
  }

  /// Readable when a signal has arrived.
  let fileDescriptor: Int32

  /// - Throws: `ChildProcessError` when the process has no file descriptors left.
  init() throws(ChildProcessError) {
    guard let ends = ChildPipe.ends() else {
      throw ChildProcessError(path: "the signal pipe", reason: systemReason(errno))
    }
    for end in [ends.read, ends.write] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
    fileDescriptor = ends.read
    signalPipeWritingEnd = ends.write
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      // Nothing here may allocate: the signal may have come in the middle of malloc.
      let before = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(signalPipeWritingEnd, &byte, 1)
      errno = before
    }
    action.sa_flags = SA_RESTART
    sigaction(SIGTERM, &action, nil)
    sigaction(SIGINT, &action, nil)
    signal(SIGPIPE, SIG_IGN)
    // A parent may have started us with signals blocked, as programs with dispatch threads do; then a request to end
    // would never arrive.
    var wanted = sigset_t()
    sigemptyset(&wanted)
    sigaddset(&wanted, SIGTERM)
    sigaddset(&wanted, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
  }

  /// The oldest signal that was not read yet.
  func next() -> Signal? {
    var byte: UInt8 = 0
    var count: Int
    repeat { count = read(fileDescriptor, &byte, 1) } while count == -1 && errno == EINTR
    guard count == 1 else { return nil }
    return Int32(byte) == SIGINT ? .interrupt : .terminate
  }
}

// Written once, before the handler that reads it is installed.
nonisolated(unsafe) private var signalPipeWritingEnd: Int32 = -1
