import Testing
import Trials

@testable import SweepRuntime

@Suite struct ChildJobTests {
  private func job() throws -> ChildJob {
    let configuration = try TrialConfiguration(validating: [
      "dataset_name": .string("mnist"), "model_type": .string("GS_Dis"), "temp": .real(0.1),
    ])
    let attempt = AttemptRecord(
      number: 1, token: FencingToken(coordinatorEpoch: 1, counter: 7), worker: "w", host: "h \"quoted\"\n",
      cpu: "c",
      blas: "b", threads: 2, startedUnixSeconds: 1.5, endedUnixSeconds: 2.25, cause: .killedBySignal(9),
      firstEpoch: 1, lastEpoch: 3, peakMemoryMiB: 10.5, message: "gone")
    let running = AttemptRecord(
      number: 2, token: FencingToken(coordinatorEpoch: 2, counter: 1), worker: "v", host: "h",
      startedUnixSeconds: 3)
    return ChildJob(
      trial: Trial(configuration: configuration, dataDigest: "d", threads: 2), sweep: "s",
      token: FencingToken(coordinatorEpoch: 3, counter: 9), attempt: 3, earlierAttempts: [attempt, running],
      worker: "x", machine: MachineDescription(host: "h", cpu: "c", blas: "b"), resultsFolder: "/r",
      checkpointEverySeconds: 0, keepsFinalCheckpoint: true,
      fittedPrior: FittedPrior(mu: [0.1, -2], xi: [0.25, 1e-9]))
  }

  @Test func survivesItsLine() throws {
    let job = try job()
    #expect(!job.line.contains("\n"))
    #expect(try ChildJob(line: job.line) == job)
  }

  @Test func refusesEveryPrefix() throws {
    let line = try job().line
    for length in 0..<line.utf8.count {
      #expect(throws: ChildJobError.self) {
        try ChildJob(line: String(decoding: line.utf8.prefix(length), as: UTF8.self))
      }
    }
  }

  @Test(arguments: [("3-9", "3_9"), ("killed by signal 9", "sunshine"), ("GS_Dis", "GS_Dat")])
  func refusesAlteredValues(_ good: String, _ bad: String) throws {
    let line = try job().line
    let pieces = line.split(separator: good, omittingEmptySubsequences: false)
    try #require(pieces.count > 1)
    let altered = pieces.joined(separator: bad)
    #expect(throws: ChildJobError.self) { try ChildJob(line: altered) }
  }
}

@Suite struct ChildEventTests {
  @Test(arguments: [
    ChildEvent.began(epoch: 0, step: 0), .stepped(epoch: 3, step: 1_000_000), .evaluated(fraction: 0.25),
    .measured(epoch: 1, imagesPerSecond: 1234.5, metrics: ["test_elbo": -101.25, "train_loss": 1e-300]),
    .measured(epoch: 1, imagesPerSecond: .infinity, metrics: [:]), .checkpointWritten(epoch: 1, step: 2),
    .completed(byteCount: 1, sha256: "ab"), .stopped, .failed(cause: "nan", message: "in\nepoch \"2\""),
  ])
  func survivesItsLine(_ event: ChildEvent) {
    #expect(!event.line.contains("\n"))
    #expect(ChildEvent(line: event.line) == event)
  }

  @Test(arguments: [
    "", "{}", "hello", "{\"began\":{}}", "{\"unknown\":{}}", "[1]", "{\"began\":{\"epoch\":1}}",
  ])
  func refusesAnythingElse(_ line: String) {
    #expect(ChildEvent(line: line) == nil)
  }
}

@Suite struct MachineDescriptionTests {
  @Test(arguments: [
    ("processor : 0\nmodel name\t: Some CPU @ 3 GHz \nmodel name: other", "Some CPU @ 3 GHz"),
    (
      "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1",
      "Arm 0x41/8/0x3/0xd0c/1"
    ),
    ("", "unknown"), ("no colon", "unknown"),
  ])
  func readsTheCPU(_ text: String, _ cpu: String) {
    #expect(MachineDescription.cpuType(fromInformation: text) == cpu)
  }

  @Test func knowsThisMachine() {
    let machine = MachineDescription.current(blas: "b")
    #expect(!machine.host.isEmpty && machine.cpu != "unknown" && machine.blas == "b")
  }
}
