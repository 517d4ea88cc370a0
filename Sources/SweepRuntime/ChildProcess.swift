import Glibc

/// Why a program could not be started.
public struct ChildProcessError: Error, Hashable, Sendable, CustomStringConvertible {
  public let path: String
  /// The system's reason.
  public let reason: String

  public var description: String { "cannot start \(path): \(reason)" }
}

/// A program that we started, in a process group of its own.
///
/// Its standard input is a pipe that we keep open: a life line. When this process ends, however it ends, the child
/// reads the end of the file. Its standard output is a pipe whose end tells that the child is gone. No other file
/// descriptor of ours reaches it, and signals have their default meaning in it.
///
/// Thread rule: used by one thread.
final class ChildProcess {
  /// Where the child's standard error goes.
  enum ErrorOutput {
    case pipe
    /// An open file of the caller's, who may close it afterwards.
    case file(Int32)
  }

  /// What the system tells of the child's end.
  struct Ending: Hashable {
    enum Status: Hashable {
      case exited(code: Int32)
      case signalled(number: Int32)
    }
    var status: Status
    /// Peak resident memory of the child in MiB. The system begins to count with the pages of the process that
    /// started it, so this is never less than that process had then.
    var peakMemoryMiB: Double
  }

  let processID: pid_t
  /// Non-blocking; nil after its end was read.
  private(set) var output: ChildPipe?
  private(set) var errors: ChildPipe?
  private var input: Int32?
  private(set) var ending: Ending?

  /// Starts `arguments[0]`, a path.
  ///
  /// - Parameter environment: added to this process's own, replacing equal names.
  /// - Throws: `ChildProcessError` when the file is missing, not executable, or the system has no room for it.
  init(
    _ arguments: [String], environment: [String: String] = [:], errors errorOutput: ErrorOutput
  ) throws(ChildProcessError) {
    let path = arguments[0]
    var pipes: [(read: Int32, write: Int32)] = []
    func newPipe() throws(ChildProcessError) -> (read: Int32, write: Int32) {
      guard let ends = ChildPipe.ends() else {
        let reason = systemReason(errno)
        for pipe in pipes { _ = (close(pipe.read), close(pipe.write)) }
        throw ChildProcessError(path: path, reason: reason)
      }
      pipes.append(ends)
      return ends
    }
    let toChild = try newPipe()
    let fromChild = try newPipe()
    var fromChildErrors: (read: Int32, write: Int32)?
    let errorDescriptor: Int32
    switch errorOutput {
    case .file(let descriptor): errorDescriptor = descriptor
    case .pipe:
      let ends = try newPipe()
      fromChildErrors = ends
      errorDescriptor = ends.write
    }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toChild.read, 0)
    posix_spawn_file_actions_adddup2(&actions, fromChild.write, 1)
    posix_spawn_file_actions_adddup2(&actions, errorDescriptor, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var every = sigset_t()
    sigemptyset(&none)
    sigfillset(&every)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &every)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var processID: pid_t = 0
    let failure = withCStrings(arguments) { argv in
      withCStrings(mergedEnvironment(environment)) { envp in
        ChildPipe.inheritance.withLock { _ in
          posix_spawn(&processID, path, &actions, &attributes, argv, envp)
        }
      }
    }
    close(toChild.read)
    close(fromChild.write)
    if let fromChildErrors { close(fromChildErrors.write) }
    guard failure == 0 else {
      close(toChild.write)
      close(fromChild.read)
      if let fromChildErrors { close(fromChildErrors.read) }
      throw ChildProcessError(path: path, reason: systemReason(failure))
    }
    self.processID = processID
    input = toChild.write
    output = ChildPipe(fromChild.read)
    errors = fromChildErrors.map { ChildPipe($0.read) }
  }

  /// Cuts the life line and closes the pipes; a child that was not reaped goes on and ends by itself.
  deinit {
    if let input { close(input) }
  }

  /// Writes to the child's standard input. A child that is gone already takes nothing; its end tells of that.
  ///
  /// The caller's process must ignore SIGPIPE (`SignalPipe` does that).
  func write(_ text: String) {
    guard let input else { return }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
      if written == -1 && errno == EINTR { continue }
      if written <= 0 { return }
      rest = rest.dropFirst(written)
    }
  }

  /// Cuts the life line: the child reads the end of its standard input.
  func endInput() {
    if let input { close(input) }
    input = nil
  }

  /// Signals the child alone.
  func signal(_ number: Int32) {
    if ending == nil { _ = Glibc.kill(processID, number) }
  }

  /// Kills the child's whole process group.
  func kill() {
    if ending == nil { _ = Glibc.kill(-processID, SIGKILL) }
  }

  /// The complete lines that the child wrote since the last call.
  func readOutput() -> [String] { read(\.output) }
  func readErrors() -> [String] { read(\.errors) }

  private func read(_ pipe: ReferenceWritableKeyPath<ChildProcess, ChildPipe?>) -> [String] {
    let lines = self[keyPath: pipe]?.readLines() ?? []
    if self[keyPath: pipe]?.isAtEnd == true { self[keyPath: pipe] = nil }
    return lines
  }

  /// The child's end, if it has ended; kills what is left of its group and frees its process number.
  ///
  /// - Parameter killsSilent: a child whose standard output is closed is killed: it cannot tell us anything any more. Not
  ///   so ssh, which closes it some time before it ends with the exit code of the program there.
  func reap(killsSilent: Bool = true) -> Ending? {
    if ending != nil { return ending }
    let isSilent = output == nil && killsSilent
    // Its exit status is decided before its files are closed, so this changes nothing for a child that ends.
    if isSilent { kill() }
    var status: Int32 = 0
    var usage = rusage()
    var result: pid_t
    repeat {
      result = wait4(processID, &status, isSilent ? 0 : WNOHANG, &usage)
    } while result == -1 && errno == EINTR
    guard result == processID else { return nil }
    // Grandchildren; the number cannot name another group while one of them lives.
    _ = Glibc.kill(-processID, SIGKILL)
    let signal = status & 0x7F
    let ending = Ending(
      status: signal == 0 ? .exited(code: (status >> 8) & 0xFF) : .signalled(number: signal),
      peakMemoryMiB: Double(usage.ru_maxrss) / 1024)
    self.ending = ending
    return ending
  }
}

/// The system's words for an error number.
func systemReason(_ number: Int32) -> String { String(cString: strerror(number)) }

/// `arguments` as C wants them, for the time of `body`.
private func withCStrings<Value>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
) -> Value {
  let copies = strings.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return body(copies + [nil])
}
