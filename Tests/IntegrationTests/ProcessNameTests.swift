import Foundation
import Glibc
import TestSupport
import Testing

/// Under which name `top` and `pgrep` show our processes.
@Suite struct ProcessNameTests {
  /// However it was started: the kernel would show a program that was started by way of `/proc/self/exe` as `exe`.
  @Test func aWorkerKeepsItsName() throws {
    // Nobody listens there.
    let worker = try RunningProgram(
      "igr-worker", ["--connect", "tcp://127.0.0.1:1", "--insecure-loopback", "--patience", "60"])
    worker.waitForErrorLines { $0.contains("connects to") }
    let name = try String(contentsOfFile: "/proc/\(worker.processID)/comm", encoding: .utf8)
    #expect(name == "igr-worker\n")
    kill(worker.processID, SIGTERM)
    _ = worker.waitForEnd()
  }
}
