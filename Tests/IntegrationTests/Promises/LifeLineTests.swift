import Foundation
import TestSupport
import Testing
import Trials

@testable import SweepRuntime

extension PromiseTests {
  /// Promise 10: a child ends with its worker. A real child, whose worker the test plays.
  @Suite struct LifeLineTests {
    /// Its trial would take days; nothing but the end of its standard input tells it.
    @Test func aChildEndsWhenItsLifeLineIsCut() throws {
      try withTemporaryFolder { folder in
        signal(SIGPIPE, SIG_IGN)
        let child = try ChildProcess(
          [RunningProgram.productsFolder + "/igr-worker", "run-one"], errors: .file(STDERR_FILENO))
        defer {
          child.kill()
          _ = child.reap()
        }
        child.write(try job(in: folder).line + "\n")
        let first = try #require(try words(of: child).first)
        guard case .began = ChildEvent(line: first) else {
          Issue.record("it did not begin: \(first)")
          return
        }
        // What it has said until now, however long this process stood still.
        _ = child.readOutput()
        child.endInput()
        var count = 0
        while child.output != nil {
          count += try words(of: child).count
          // It says about ten in a second.
          try #require(count < 300, "the child goes on without its worker")
        }
      }
    }

    private func job(in folder: String) throws -> ChildJob {
      let configuration = try TrialConfiguration(validating: [
        "experiment": .string("relax_toy"), "estimator": .string("rebar"), "seed": .integer(1),
        "epochs": .integer(1_000_000), "iter_per_epoch": .integer(1_000_000), "sample_size": .integer(10),
      ])
      return ChildJob(
        trial: Trial(configuration: configuration, dataDigest: "", threads: 1), sweep: "alone",
        token: FencingToken(coordinatorEpoch: 1, counter: 1), attempt: 1, earlierAttempts: [], worker: "w",
        machine: MachineDescription(host: "here", cpu: "c", blas: "b"), resultsFolder: folder,
        checkpointEverySeconds: 3600)
    }

    /// The next lines, waited for; none at the end.
    private func words(of child: ChildProcess) throws -> [String] {
      while let output = child.output {
        var polled = pollfd(fd: output.fileDescriptor, events: Int16(POLLIN), revents: 0)
        try #require(poll(&polled, 1, 60_000) != 0, "the child is silent")
        let lines = child.readOutput()
        if !lines.isEmpty { return lines }
      }
      return []
    }
  }
}
