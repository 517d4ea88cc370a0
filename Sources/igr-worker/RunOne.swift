import Glibc
import SweepRuntime

/// The child process: one job in, events out, one trial file under its temporary name.
enum RunOne {
  /// Runs the job on standard input and ends the process. Its last event is its word; the exit code says no more.
  static func main() -> Never {
    do {
      let (line, lifeLine) = try ChildLifeLine.hold()
      let job = try ChildJob(line: line)
      TrialRunner(job: job, lifeLine: lifeLine).run()
      exit(0)
    } catch {
      EventWriter.write(.failed(cause: "bug", message: "\(error)"))
      exit(1)
    }
  }
}

/// Writes events to standard output.
enum EventWriter {
  static func write(_ event: ChildEvent) {
    var rest = Array((event.line + "\n").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count == -1 && errno == EINTR { continue }
      // Nobody reads any more: the life line ends this process in a moment.
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
