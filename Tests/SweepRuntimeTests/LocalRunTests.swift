import Glibc
import ResultStore
import Testing
import Trials

@testable import SweepRuntime

/// Runs of shell scripts that play coordinator and workers.
@Suite struct LocalRunTests {
  /// A coordinator that writes its status and goes on with `rest`; `$1` is the folder.
  private func coordinator(_ folder: TemporaryFolder, then rest: String) throws -> String {
    let snapshot = StatusSnapshot(
      sweep: "s",
      coordinator: StatusSnapshot.Coordinator(
        host: "h", processID: 123_456_789, epoch: 1, endpoint: "tcp://here"),
      startedUnixSeconds: 1, writtenUnixSeconds: 2, hasEnded: false, counts: [:], workers: [],
      imagesPerSecond: 0,
      best: nil, secondsLeft: nil, recentlyFinished: [], failures: [])
    let template = folder.path + "/template.json"
    try snapshot.write(to: template)
    return try folder.script(
      "coordinator",
      "sed s/123456789/$$/ '\(template)' > '\(folder.path)/new.json'\n"
        + "mv '\(folder.path)/new.json' '\(folder.path)/status.json'\n" + rest)
  }

  private func run(
    _ folder: TemporaryFolder, coordinator: String, worker: String, workers: Int = 2,
    earlyEndsAtMost: Int = 8, areRemote: Bool = false,
    onProgress: @escaping (LocalRun, StatusSnapshot) -> Void = { _, _ in }
  ) throws -> (outcome: LocalRunOutcome, log: [String]) {
    signal(SIGPIPE, SIG_IGN)
    var log: [String] = []
    var limits = SupervisorState.Limits(workers: workers)
    limits.firstPause = .milliseconds(1)
    limits.earlyEndsAtMost = earlyEndsAtMost
    limits.areRemote = areRemote
    var configuration = LocalRunConfiguration(
      paths: RunPaths(root: folder.path), workers: workers,
      coordinatorCommand: { isRestart in [coordinator, isRestart ? "again" : "first"] },
      worker: { _, endpoint in WorkerStart([worker, endpoint]) })
    configuration.areRemote = areRemote
    var running: LocalRun?
    let local = LocalRun(
      configuration, limits: limits, signals: nil,
      onProgress: { status in running.map { onProgress($0, status) } }, onLog: { log.append($0) })
    running = local
    defer { running = nil }
    return (try local.run(), log)
  }

  @Test func runsToTheEndAndTellsTheStatus() throws {
    let folder = try TemporaryFolder()
    let arrived = folder.path + "/arrived"
    try #require(mkfifo(arrived, 0o600) == 0)
    let worker = try folder.script("worker", "echo hello >&2; echo \"$1\" > '\(arrived)'; cat")
    let program = try coordinator(folder, then: "read -r one < '\(arrived)'; echo \"$one\" >&2; exit 0")
    var seen: [StatusSnapshot] = []
    let (outcome, _) = try run(folder, coordinator: program, worker: worker, workers: 1) { seen.append($1) }
    #expect(outcome == .finished(everyTrialCompleted: true))
    #expect(seen.count == 1 && seen.first?.coordinator.endpoint == "tcp://here")
    #expect(try text(RunPaths(root: folder.path).coordinatorLog) == "tcp://here\n")
    #expect(try text(folder.path + "/logs/worker-local-1.log") == "hello\n")
  }

  @Test func bringsBackWhatDies() throws {
    let folder = try TemporaryFolder()
    let arrived = folder.path + "/arrived"
    try #require(mkfifo(arrived, 0o600) == 0)
    // The worker dies until it was started three times; the coordinator dies once.
    let worker = try folder.script(
      "worker",
      "echo x >> '\(folder.path)/lives'; [ $(wc -l < '\(folder.path)/lives') -ge 3 ] || kill -KILL $$\n"
        + "echo done > '\(arrived)'; cat")
    let program = try coordinator(
      folder, then: "[ $1 = again ] || kill -KILL $$\nread -r one < '\(arrived)'; exit 1")
    let (outcome, log) = try run(folder, coordinator: program, worker: worker, workers: 1)
    #expect(outcome == .finished(everyTrialCompleted: false))
    #expect(log.filter { $0.contains("worker 1 ended, killed by signal 9") }.count == 2, "\(log)")
    #expect(log.filter { $0.contains("the coordinator ended, killed by signal 9") }.count == 1, "\(log)")
  }

  @Test func anInterruptEndsEverybodyInOrder() throws {
    let folder = try TemporaryFolder()
    let order = folder.path + "/order"
    func loop(_ name: String, _ code: Int) -> String {
      "trap \"echo \(name) >> '\(order)'; exit \(code)\" TERM\necho ready\nwhile :; do read -r line; done"
    }
    let worker = try folder.script("worker", loop("worker", 0))
    // Writes its status only once it can be interrupted.
    let program = try coordinator(folder, then: loop("coordinator", 3))
    var hasInterrupted = false
    let (outcome, _) = try run(folder, coordinator: program, worker: worker) { local, _ in
      if !hasInterrupted { local.interrupt() }
      hasInterrupted = true
    }
    #expect(outcome == .interrupted)
    #expect(try text(order).hasSuffix("coordinator\n") || !exists(order))
  }

  @Test func givesUpOnAProgramThatNeverLives() throws {
    let folder = try TemporaryFolder()
    let program = try coordinator(folder, then: "cat")
    let worker = try folder.script("worker", "exit 4")
    let (outcome, _) = try run(folder, coordinator: program, worker: worker, workers: 1, earlyEndsAtMost: 3)
    guard case .failed(code: 4, let message) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(message.contains("worker 1 ended 3 times in a row"))
  }

  /// ssh closes its output first, and ends with the worker's exit code a while later.
  @Test func aRemoteWorkerIsHeardToTheEnd() throws {
    let folder = try TemporaryFolder()
    let program = try coordinator(folder, then: "cat")
    let worker = try folder.script(
      "worker", "exec 1>&-\ni=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done\nexit 2")
    let (outcome, log) = try run(folder, coordinator: program, worker: worker, workers: 1, areRemote: true)
    guard case .failed(code: 2, _) = outcome else {
      Issue.record("\(outcome), \(log)")
      return
    }
    #expect(!log.contains { $0.contains("killed by signal") }, "\(log)")
  }

  @Test func namesAProgramThatIsNotThere() throws {
    let folder = try TemporaryFolder()
    let (outcome, _) = try run(folder, coordinator: "/nonexistent/igr-coordinator", worker: "/nonexistent/w")
    #expect(
      outcome
        == .failed(
          code: 4,
          message: "the coordinator: cannot start /nonexistent/igr-coordinator: No such file or directory"))
  }

  private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private func text(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0, "\(path)")
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }
}
