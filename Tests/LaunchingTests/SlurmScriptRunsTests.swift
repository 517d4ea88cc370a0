import Foundation
import Glibc
import Testing

@testable import Launching

/// The batch scripts run by bash, with a program, scontrol and scancel that write down how they were called.
@Suite struct SlurmScriptRunsTests {
  /// A launch in a folder of its own, removed with the last reference.
  private final class Stage {
    let folder: String
    let launch: LaunchFolder

    /// - Parameters:
    ///   - program: the shell text of igr-coordinator and igr-worker; `$n` counts how often each was started.
    ///   - job: what scontrol shows of the job.
    ///   - queue: what squeue does; LAUNCH stands for the launch's folder.
    init(program: String, job: String = "", queue: String = "exit 1") throws {
      folder = FileManager.default.temporaryDirectory.path + "/igr-scripts-\(UUID().uuidString)"
      launch = LaunchFolder(path: folder + "/results/launch/1")
      for path in [launch.path, folder + "/bin"] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      for name in ["igr-coordinator", "igr-worker", "igr"] {
        try write(
          name,
          """
          echo "\(name) $n" >>\(folder)/calls
          n=$(($(grep -c '^\(name) ' \(folder)/calls)))
          \(name == "igr" ? "exit 0" : program)
          """)
      }
      try write("scontrol", "echo \"scontrol $*\" >>\(folder)/calls\n[ \"$1\" = show ] && echo '\(job)'")
      try write(
        "squeue",
        "echo \"squeue $*\" >>\(folder)/calls\n" + queue.replacingOccurrences(of: "LAUNCH", with: launch.path)
      )
      try write("scancel", "echo \"scancel $*\" >>\(folder)/calls")
      // Pauses are decided, not waited for.
      try write("sleep", "echo \"sleep $*\" >>\(folder)/calls")
      try "72\n73\n".write(toFile: launch.workerJobs, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ name: String, _ text: String) throws {
      let path = "\(folder)/bin/\(name)"
      try ("#!/bin/bash\n" + text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    private var scripts: SlurmScripts {
      var profile = SlurmProfile()
      profile.container = ["/usr/bin/env"]
      return SlurmScripts(
        profile: profile, sweep: "small", results: folder + "/results", launch: launch,
        programs: folder + "/bin")
    }

    /// - Returns: the script's exit code, and what it said.
    func run(coordinator: Bool, restarts: Int = 0) throws -> (code: Int32, text: String) {
      let bash = Process()
      bash.executableURL = URL(fileURLWithPath: "/bin/bash")
      bash.arguments = ["-c", coordinator ? scripts.coordinator : scripts.workers(number: 1, size: 2)]
      var environment = ["PATH": "\(folder)/bin:/usr/bin:/bin", "SLURM_JOB_ID": "7"]
      if restarts > 0 { environment["SLURM_RESTART_COUNT"] = "\(restarts)" }
      if !coordinator {
        environment["SLURM_ARRAY_JOB_ID"] = "6"
        environment["SLURM_ARRAY_TASK_ID"] = "1"
      }
      bash.environment = environment
      bash.standardInput = FileHandle.nullDevice
      let output = Pipe()
      bash.standardOutput = output
      bash.standardError = FileHandle.nullDevice
      // A test's thread blocks signals, and a process begins with what is blocked where it was started.
      var (nothing, before) = (sigset_t(), sigset_t())
      sigemptyset(&nothing)
      pthread_sigmask(SIG_SETMASK, &nothing, &before)
      defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
      try bash.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      bash.waitUntilExit()
      return (bash.terminationStatus, text)
    }

    func calls(of name: String) -> [String] { lines("calls").filter { $0.hasPrefix(name + " ") } }

    func lines(_ path: String) -> [String] {
      ((try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)) ?? "").split(separator: "\n")
        .map(String.init)
    }
  }

  @Test(arguments: [true, false]) func aKilledProgramIsStartedAgain(coordinator: Bool) throws {
    let stage = try Stage(program: "((n > 2)) || kill -9 $$; exit 0")
    let end = try stage.run(coordinator: coordinator)
    #expect(end.code == 0)
    let name = coordinator ? "igr-coordinator" : "igr-worker"
    #expect(stage.calls(of: name).count == 3)
    #expect(stage.calls(of: "sleep") == ["sleep 1", "sleep 2"])
    #expect(end.text.contains("\(name) was killed (code 137); it is started again in 2 s"), "\(end.text)")
    #expect(stage.calls(of: "scontrol") == [])
  }

  @Test func aCoordinatorThatIsAlwaysKilledIsGivenUp() throws {
    let stage = try Stage(program: "kill -9 $$")
    #expect(try stage.run(coordinator: true).code == 137)
    #expect(stage.calls(of: "sleep") == [1, 2, 4, 8, 16, 32, 64].map { "sleep \($0)" })
    #expect(stage.calls(of: "scancel") == ["scancel 72", "scancel 73"])
    #expect(
      stage.lines("results/launch/1/over") == [
        "the coordinator was killed again and again, last with code 137; its log: \(stage.folder)/results/logs/slurm-coordinator-7.log"
      ])
  }

  @Test func atTheEndOfTheSweepWaitingWorkersAreCancelledAndAfterTheTableWhoIsLeft() throws {
    let stage = try Stage(program: "exit 1")
    #expect(try stage.run(coordinator: true).code == 1)
    #expect(
      stage.lines("calls").filter { $0.hasPrefix("scancel ") || $0.hasPrefix("igr ") }.map { $0.prefix(20) }
        == [
          "scancel --state=PEND", "scancel --state=PEND", "igr ", "scancel 72", "scancel 73",
        ])
    #expect(stage.calls(of: "igr").count == 1)
    #expect(stage.lines("results/launch/1/over") == ["the sweep is over"])
  }

  @Test func programsThatAreNotThereAreToldAndNothingIsLeft() throws {
    let stage = try Stage(program: "exit 127")
    #expect(try stage.run(coordinator: true).code == 127)
    #expect(stage.calls(of: "scancel") == ["scancel 72", "scancel 73"])
    let over = try #require(stage.lines("results/launch/1/over").first)
    #expect(
      over.contains("could not be run on") && over.contains("correct 'programs', 'container'"), "\(over)")
  }

  @Test func aWorkerThatCannotWorkLeavesAWord() throws {
    let stage = try Stage(program: "exit 2")
    #expect(try stage.run(coordinator: false).code == 2)
    let trouble = stage.lines("results/launch/1/trouble")
    #expect(trouble.count == 1)
    #expect(
      trouble[0].hasSuffix(" was refused; its log: \(stage.folder)/results/logs/slurm-worker-6_1.log"),
      "\(trouble)")
  }

  /// The queue has the coordinator's job no more, has it still, or does not answer.
  @Test(arguments: [
    ("echo /other/launch/1/coordinator.sbatch", 0), ("echo LAUNCH/coordinator.sbatch", 1), ("exit 1", 1),
  ])
  func aWorkerThatNoCoordinatorWillComeBackForLeavesAtOnce(queue: String, starts: Int) throws {
    let stage = try Stage(program: "exit 0", queue: queue)
    try "71\n".write(toFile: stage.launch.coordinatorJob, atomically: true, encoding: .utf8)
    let end = try stage.run(coordinator: false)
    #expect(end.code == 0)
    #expect(stage.calls(of: "igr-worker").count == starts)
    let told = end.text.contains("the coordinator's job 71 is not in the queue any more: igr launch goes on")
    #expect(told == (starts == 0), "\(end.text)")
  }

  /// The batch shell is warned, as by --signal=B:, while the program works.
  private static let warned = """
    trap 'exit 3' TERM
    kill -TERM $PPID
    while :; do /bin/sleep 0.1; done
    """
  private static let shown = "JobId=7 JobName=x JobState=RUNNING Reason=None Requeue=1 Restarts=1 BatchFlag=1"

  @Test(arguments: [true, false]) func aWarnedJobGoesBackIntoTheQueue(coordinator: Bool) throws {
    let stage = try Stage(program: Self.warned, job: Self.shown)
    #expect(try stage.run(coordinator: coordinator, restarts: 1).code == 3)
    #expect(stage.calls(of: "scontrol").last == "scontrol requeue \(coordinator ? "7" : "6_1")")
  }

  /// `Restarts=1` of one that another one has taken the place of.
  @Test(arguments: [(0, ["scancel --state=PENDING 72", "scancel --state=PENDING 73"]), (1, [])])
  func aDrainedCoordinatorLeavesNoWorkersInTheQueue(restarts: Int, cancelled: [String]) throws {
    let stage = try Stage(program: "exit 3", job: "JobId=7 JobState=RUNNING Requeue=1 Restarts=0 BatchFlag=1")
    #expect(try stage.run(coordinator: true, restarts: restarts).code == 3)
    #expect(stage.calls(of: "scancel") == cancelled)
    #expect(!stage.calls(of: "scontrol").contains { $0.hasPrefix("scontrol requeue") })
    let over = stage.lines("results/launch/1/over")
    #expect(
      over
        == (restarts == 0
          ? ["the coordinator ended before the sweep was over, as igr drain asks; igr launch goes on"] : []))
  }

  /// Cut off and alive, it must not end the one that Slurm has started in its place.
  @Test(arguments: [true, false]) func anOlderLifeDoesNotRequeueItsSuccessor(coordinator: Bool) throws {
    let stage = try Stage(program: Self.warned, job: Self.shown)
    #expect(try stage.run(coordinator: coordinator, restarts: 0).code == 3)
    #expect(stage.calls(of: "scontrol") == ["scontrol show job --oneliner \(coordinator ? "7" : "6_1")"])
  }

  @Test func aJobThatAPersonCancelledStaysAway() throws {
    let cancelled = Self.shown.replacingOccurrences(of: "RUNNING", with: "CANCELLED")
    let stage = try Stage(program: Self.warned, job: cancelled)
    #expect(try stage.run(coordinator: false, restarts: 1).code == 3)
    #expect(!stage.calls(of: "scontrol").contains { $0.hasPrefix("scontrol requeue") })
  }
}
