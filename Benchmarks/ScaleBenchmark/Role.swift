import Foundation
import Glibc

/// A program with a log file, ended with this process.
final class Role {
  private let process = Process()
  private let standardOutput = Pipe()
  private let lifeLine = Pipe()
  private let log: String

  /// - Parameters:
  ///   - program: nil: this program itself, in another role.
  ///   - folder: for its log.
  init(_ arguments: [String], program: String? = nil, log folder: String) throws {
    log = "\(folder)/\(UUID().uuidString).log"
    guard FileManager.default.createFile(atPath: log, contents: nil) else {
      throw Failure("\(log): cannot be created")
    }
    process.executableURL = URL(fileURLWithPath: program ?? "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    process.standardOutput = standardOutput
    process.standardInput = lifeLine
    process.standardError = FileHandle(forWritingAtPath: log)
    try process.run()
  }

  /// Lets a role that waits for it begin.
  func go() { lifeLine.fileHandleForWriting.write(Data("go\n".utf8)) }

  /// The content of a file that the role writes by rename.
  func waitForFile(_ path: String) throws -> String {
    while process.isRunning {
      if let text = try? String(contentsOfFile: path, encoding: .utf8) {
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
      }
      usleep(1000)
    }
    throw Failure(lastWords)
  }

  /// All that it wrote, once it has ended.
  func output() throws -> Data {
    let data = standardOutput.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(lastWords) }
    return data
  }

  /// The most memory that it ever had, in MiB.
  func peakMemoryMiB() throws -> Double {
    guard let peak = peakMemoryMiBIfAlive() else {
      throw Failure("the kernel does not tell the memory of process \(process.processIdentifier)")
    }
    return peak
  }

  /// The most memory that it had up to a twentieth of a second before it ended by itself.
  func peakMemoryMiBUntilItEnds() throws -> Double {
    var peak = 0.0
    while process.isRunning {
      peak = max(peak, peakMemoryMiBIfAlive() ?? 0)
      usleep(50_000)
    }
    _ = try output()
    return peak
  }

  private func peakMemoryMiBIfAlive() -> Double? {
    let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 }
  }

  /// Ends it at once: what it leaves is thrown away.
  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private var lastWords: String {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return "\(process.arguments?.first ?? "") ended with \(process.terminationStatus):\n\(text.suffix(2000))"
  }
}
