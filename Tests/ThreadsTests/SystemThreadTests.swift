import Glibc
import Synchronization
import Testing

@testable import Threads

/// A body that never runs or is never released would leave a test waiting.
@Suite(.timeLimit(.minutes(1))) struct SystemThreadTests {
  @Test func joinWaitsForTheBody() throws {
    let ends = try Pipe()
    let found = Mutex<UInt8?>(nil)
    let thread = try SystemThread {
      let byte = ends.read()
      found.withLock { $0 = byte }
    }
    ends.write(7)
    thread.join()
    #expect(found.withLock { $0 } == 7)
  }

  @Test func aDetachedThreadGoesOnAlone() throws {
    let (to, from) = (try Pipe(), try Pipe())
    try SystemThread { from.write(to.read() + 1) }.detach()
    to.write(1)
    #expect(from.read() == 2)
  }

  /// What the body holds is let go with it.
  @Test func theBodyIsReleased() throws {
    final class Witness: Sendable {
      let released: Pipe
      init(_ released: Pipe) { self.released = released }
      deinit { released.write(3) }
    }
    let released = try Pipe()
    try SystemThread { [witness = Witness(released)] in _ = witness }.join()
    #expect(released.read() == 3)
  }

  @Test func theReasonIsTheSystems() {
    #expect("\(SystemThreadError(number: EAGAIN))" == "Resource temporarily unavailable")
  }
}

/// A pipe of single bytes. Its ends are closed with it.
private final class Pipe: Sendable {
  private let ends: (read: Int32, write: Int32)

  init() throws {
    var descriptors: [Int32] = [0, 0]
    try #require(pipe(&descriptors) == 0)
    ends = (descriptors[0], descriptors[1])
  }

  deinit {
    close(ends.read)
    close(ends.write)
  }

  func read() -> UInt8 {
    var byte: UInt8 = 0
    while Glibc.read(ends.read, &byte, 1) == -1 && errno == EINTR {}
    return byte
  }

  func write(_ byte: UInt8) {
    var byte = byte
    _ = Glibc.write(ends.write, &byte, 1)
  }
}
