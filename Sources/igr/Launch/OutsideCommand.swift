import Foundation

/// A program of the system that is run to its end, as ssh or sbatch.
struct OutsideCommand {
  struct Result {
    var code: Int32
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

  func run(_ arguments: [String]) throws -> Result { try Self.finish(start(arguments)) }

  /// Runs one for each list of arguments, all at the same time.
  func run(each lists: [[String]]) throws -> [Result] { try lists.map(start).map(Self.finish) }

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

  private static func finish(_ running: Running) throws -> Result {
    // What these programs write fits into a pipe, so that one can be read after the other.
    let output = running.output.fileHandleForReading.readDataToEndOfFile()
    let errors = running.errors.fileHandleForReading.readDataToEndOfFile()
    running.process.waitUntilExit()
    let status = running.process.terminationStatus
    return Result(
      code: running.process.terminationReason == .exit ? status : 128 + status,
      output: String(decoding: output, as: UTF8.self), errors: String(decoding: errors, as: UTF8.self))
  }
}
