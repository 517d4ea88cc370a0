import FoundationEssentials
import Glibc
import Testing

@testable import SweepRuntime
@testable import ZeroMQ

/// Waits until `descriptor` has something to read; a machine that needs longer than this is broken.
func waitUntilReadable(_ descriptor: Int32, _ location: SourceLocation = #_sourceLocation) throws {
  var poller = Poller([Poller.Item(fileDescriptor: descriptor)])
  try #require(try poller.wait(timeout: .seconds(60)), "nothing came", sourceLocation: location)
}

extension ChildProcess {
  /// The next lines of standard output, waited for; empty at its end.
  func nextOutput() throws -> [String] {
    while let output {
      try waitUntilReadable(output.fileDescriptor)
      let lines = readOutput()
      if !lines.isEmpty { return lines }
    }
    return []
  }

  /// Everything until its end, and the end.
  func finish() throws -> (output: [String], errors: [String], ending: Ending) {
    var lines: [String] = []
    while output != nil { lines += try nextOutput() }
    let ending = try #require(reap())
    return (lines, readErrors(), ending)
  }
}

/// A folder of its own for one test, removed afterwards.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/igr-test-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    path = String(cString: made)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes an executable shell script and returns its path.
  func script(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o755)
    try #require(descriptor >= 0)
    let bytes = Array(("#!/bin/sh\n" + text + "\n").utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    return file
  }
}
