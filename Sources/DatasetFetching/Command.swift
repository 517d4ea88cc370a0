import Foundation

/// One run of another program, waited for.
struct Command {
  let program: String
  let arguments: [String]
  /// What to do where the program is not installed.
  let remedy: String

  /// Runs the program in `folder` and gives its output piece by piece to `consume`.
  ///
  /// - Throws: where the program is missing or ends with another status than 0, with its own last words.
  func run(in folder: URL, consume: (Data) throws -> Void = { _ in }) throws {
    guard let executable = Self.locate(program) else {
      throw DatasetFetchError("\(program) is not installed: \(remedy)")
    }
    let complaints = folder.appendingPathComponent(".complaints")
    try Data().write(to: complaints)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    // A file, not a second pipe: nobody would empty that one while the output is read.
    process.standardError = try FileHandle(forWritingTo: complaints)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var failure: (any Error)?
    while let piece = try output.fileHandleForReading.read(upToCount: 1 << 20), !piece.isEmpty {
      // After a failure the rest is read and dropped, so that the program can end.
      guard failure == nil else { continue }
      do { try consume(piece) } catch { failure = error }
    }
    process.waitUntilExit()
    if let failure { throw failure }
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let words = (try? String(contentsOf: complaints, encoding: .utf8)) ?? ""
      let last = words.split(separator: "\n").suffix(5).joined(separator: "\n  ")
      throw DatasetFetchError(
        "\(([program] + arguments).joined(separator: " ")) ended with status \(process.terminationStatus):\n  \(last)"
      )
    }
  }

  /// An absolute path as it is, a name by `PATH`; nil where nothing executable is there.
  static func locate(_ program: String) -> String? {
    let candidates: [String]
    if program.hasPrefix("/") {
      candidates = [program]
    } else {
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      candidates = path.split(separator: ":").map { "\($0)/\(program)" }
    }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
