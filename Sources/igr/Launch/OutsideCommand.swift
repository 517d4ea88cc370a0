import Foundation
import Glibc

/// A program of the system that is run to its end, as ssh or sbatch.
struct OutsideCommand {
  struct Result {
    var code: Int32
    /// It was ended, because it did not end by itself in time.
    var isLate: Bool
    var output: String
    var errors: String
  }

  let path: String

  /// - Returns: nil where PATH has no such program.
  init?(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard
      let path = folders.lazy.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile)
    else { return nil }
    self.path = path
  }

  func run(_ arguments: [String]) throws -> Result { try Self.finish(start(arguments), until: nil) }

  /// Runs one for each list of arguments, all at the same time.
  ///
  /// - Parameter seconds: what does not end by itself within these is ended, and says so in its result.
  func run(each lists: [[String]], within seconds: Int) throws -> [Result] {
    let deadline = ContinuousClock.now + .seconds(seconds)
    return try lists.map(start).map { try Self.finish($0, until: deadline) }
  }

  private typealias Running = (process: Process, output: Pipe, errors: Pipe)

  private func start(_ arguments: [String]) throws -> Running {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return (process, output, errors)
  }

  private static func finish(_ running: Running, until deadline: ContinuousClock.Instant?) throws -> Result {
    var texts = [Data(), Data()]
    let pipes = [running.output, running.errors].map { $0.fileHandleForReading.fileDescriptor }
    var left = [0, 1]
    var isLate = false
    while !left.isEmpty, !isLate {
      var polled = left.map { pollfd(fd: pipes[$0], events: Int16(POLLIN), revents: 0) }
      let wait = deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
      let count = poll(&polled, nfds_t(polled.count), wait.map { Int32($0 / .milliseconds(1)) + 1 } ?? -1)
      isLate = count == 0
      for (place, item) in zip(left, polled) where count > 0 && item.revents != 0 {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let size = read(item.fd, &bytes, bytes.count)
        if size > 0 { texts[place] += bytes[..<size] } else { left.removeAll { $0 == place } }
      }
    }
    if isLate { running.process.terminate() }
    running.process.waitUntilExit()
    let status = running.process.terminationStatus
    return Result(
      code: running.process.terminationReason == .exit ? status : 128 + status, isLate: isLate,
      output: String(decoding: texts[0], as: UTF8.self), errors: String(decoding: texts[1], as: UTF8.self))
  }
}
