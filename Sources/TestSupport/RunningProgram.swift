import Foundation

/// A real program under test, with its output read line by line.
///
/// `@unchecked Sendable`: the lines are only touched under `condition`.
public final class RunningProgram: @unchecked Sendable {
  private let process = Process()
  private let condition = NSCondition()
  private var errorLines: [String] = []
  private var outputText = Data()
  private var openStreams = 2
  private var hasEnded = false

  public var processID: Int32 { process.processIdentifier }

  /// The folder of the built programs: that of the running test bundle.
  public static var productsFolder: String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
  }

  /// Starts a product of this package.
  ///
  /// - Parameters:
  ///   - name: for example `igr`.
  ///   - environment: added to this process's.
  ///   - folder: the working folder.
  public init(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
  ) throws {
    process.executableURL = URL(fileURLWithPath: "\(Self.productsFolder)/\(name)")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = FileHandle.nullDevice
    // `waitUntilExit` turns the calling thread's run loop, which a test's thread does not have.
    process.terminationHandler = { [self] _ in
      condition.withLock {
        hasEnded = true
        condition.broadcast()
      }
    }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    Thread.detachNewThread { [self] in
      let data = output.fileHandleForReading.readDataToEndOfFile()
      condition.withLock {
        outputText = data
        openStreams -= 1
        condition.broadcast()
      }
    }
    Thread.detachNewThread { [self] in readLines(errors.fileHandleForReading) }
  }

  private func readLines(_ handle: FileHandle) {
    var rest = Data()
    while case let data = handle.availableData, !data.isEmpty {
      rest += data
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
        rest = Data(rest[(end + 1)...])
        condition.withLock {
          errorLines.append(line)
          condition.broadcast()
        }
      }
    }
    condition.withLock {
      openStreams -= 1
      condition.broadcast()
    }
  }

  /// Waits until standard error has `count` lines that pass, or the program has ended.
  ///
  /// - Returns: the lines that pass.
  @discardableResult
  public func waitForErrorLines(_ count: Int = 1, where passes: (String) -> Bool) -> [String] {
    condition.lock()
    defer { condition.unlock() }
    while true {
      let found = errorLines.filter(passes)
      if found.count >= count || openStreams == 0 { return found }
      condition.wait()
    }
  }

  /// Whether it had not ended a moment ago.
  public var isRunning: Bool { condition.withLock { !hasEnded } }

  /// Ends it and what descends from it with SIGKILL, and waits for its end; nothing where it has ended.
  public func killWithDescendants() {
    guard isRunning else { return }
    for process in processTree(of: processID) { kill(process.processID, SIGKILL) }
    _ = waitForEnd()
  }

  /// What standard error has so far, for the message of a failed expectation.
  public var errorsSoFar: String { condition.withLock { errorLines.joined(separator: "\n") } }

  /// Waits for the end.
  public func waitForEnd() -> (status: Int32, wasKilled: Bool, output: String, errors: String) {
    condition.lock()
    while openStreams > 0 || !hasEnded { condition.wait() }
    condition.unlock()
    return condition.withLock {
      (
        process.terminationStatus, process.terminationReason == .uncaughtSignal,
        String(decoding: outputText, as: UTF8.self), errorLines.joined(separator: "\n")
      )
    }
  }

  /// Runs a product to its end.
  public static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
  ) throws -> (status: Int32, wasKilled: Bool, output: String, errors: String) {
    try RunningProgram(name, arguments, environment: environment, in: folder).waitForEnd()
  }
}

/// What the kernel says a process does, as proc(5) has it: R, S, D, T (stopped), Z and so on; nil where it is gone.
public func processState(_ id: Int32) -> Character? { kernelRow(id)?.first?.first }

/// Of `/proc/<id>/stat` what follows the name in parentheses: state, parent and so on.
private func kernelRow(_ id: Int32) -> [Substring]? {
  guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
    let nameEnd = stat.lastIndex(of: ")")
  else { return nil }
  return stat[stat.index(after: nameEnd)...].split(separator: " ")
}

/// The processes that descend from one, itself included, by the kernel's own table.
public func processTree(of root: Int32) -> [(processID: Int32, command: String)] {
  var children: [Int32: [Int32]] = [:]
  var commands: [Int32: String] = [:]
  for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
    guard let id = Int32(name), let fields = kernelRow(id), fields.count > 1, let parent = Int32(fields[1])
    else { continue }
    children[parent, default: []].append(id)
    let command = (try? String(contentsOfFile: "/proc/\(id)/cmdline", encoding: .utf8)) ?? ""
    commands[id] = command.split(separator: "\0").joined(separator: " ")
  }
  var tree: [Int32] = []
  var open = [root]
  while let id = open.popLast() {
    tree.append(id)
    open += children[id] ?? []
  }
  return tree.compactMap { id in commands[id].map { (id, $0) } }
}
