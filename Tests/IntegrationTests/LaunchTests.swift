import Foundation
import Glibc
import ResultStore
import TestSupport
import Testing

/// A folder for one test, removed with the last reference.
private final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/igr-launch-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// `igr launch` with real processes on this machine, and with an sbatch that only writes down what it is asked.
/// Real Slurm and real ssh: `Tests/System/slurm`, `Tests/System/ssh`.
@Suite struct LaunchTests {
  private func write(_ text: String, to path: String, mode: Int = 0o644) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private func launch(
    _ folder: TemporaryFolder, _ profile: String, _ words: [String] = [], results: String = "r",
    environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String, errors: String) {
    let sweep = try TestSweep(in: folder.path, epochs: 20)
    let file = folder.path + "/profile.yaml"
    try write(profile, to: file)
    let end = try RunningProgram.run(
      "igr", ["launch", "--cluster", file, sweep.file, "--results", sweep.results(results)] + words,
      environment: environment)
    return (end.status, end.output, end.errors)
  }

  @Test func pinnedWorkersOfThisMachineGiveTheNumbersOfOthers() throws {
    let folder = try TemporaryFolder()
    let end = try launch(folder, "kind: local\nworkers: 2\npin: true\nenvironment: {IGR_TEST: 1}")
    #expect(end.status == 0, "\(end.errors)")
    #expect(end.errors.contains("8 trials, 2 workers, pinned to cores"), "\(end.errors)")
    let sweep = try TestSweep(in: folder.path, epochs: 20)
    let plain = try RunningProgram.run("igr", ["run", sweep.file, "--results", sweep.results("plain")])
    #expect(plain.status == 0, "\(plain.errors)")
    let digests = try TestSweep.digests(sweep.results("r"))
    #expect(digests.count == TestSweep.trialCount)
    #expect(try TestSweep.digests(sweep.results("plain")) == digests)
  }

  @Test func aFaultOfTheProfileIsToldBeforeAnythingIsMade() throws {
    let folder = try TemporaryFolder()
    let end = try launch(folder, "kind: local\nworkrs: 2")
    #expect(end.status == 2)
    #expect(
      end.errors.contains("profile.yaml:2:1: unknown key 'workrs'; did you mean 'workers'?"), "\(end.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/r"))
  }

  @Test func workersCannotBeAddedToASweepThatDoesNotRun() throws {
    let folder = try TemporaryFolder()
    let end = try launch(folder, "kind: local", ["--add", "2"])
    #expect(end.status == 2)
    #expect(end.errors.contains("no coordinator works on it"), "\(end.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/r"))
  }

  /// The first worker's trial stands still until the added one has finished another.
  @Test func workersAreAddedToASweepOfThisMachine() throws {
    try strikeInTime(epochs: 60) { epochs, folder in
      let sweep = try TestSweep(in: folder, epochs: epochs)
      let file = folder + "/profile.yaml"
      try write("kind: local\nworkers: 1", to: file)
      let results = sweep.results("r")
      let words = ["launch", "--cluster", file, sweep.file, "--results", results]
      let first = try RunningProgram("igr", words)
      defer { first.killWithDescendants() }
      first.waitForErrorLines(where: isFinishedTrialLine)
      let held = try first.holdTrials(1)
      guard try TestSweep.publishedCount(results) < TestSweep.trialCount - 1 else {
        throw CameTooLate("no trial waited any more")
      }
      let adding = try RunningProgram("igr", words + ["--add", "1"])
      defer { adding.killWithDescendants() }
      // The added worker has a log of its own, with a trial in it.
      let log = results + "/logs/worker-added-1.log"
      try waitUntil("the added worker completes a trial") {
        !adding.isRunning
          || (try? String(contentsOfFile: log, encoding: .utf8))?.contains("completed") == true
      }
      held.end()
      let added = adding.waitForEnd()
      #expect(added.status == 0, "\(added.errors)")
      #expect(added.errors.contains("small: 1 workers more for tcp://127.0.0.1:"), "\(added.errors)")
      #expect(added.errors.contains("the added workers are done"), "\(added.errors)")
      let end = first.waitForEnd()
      #expect(end.status == 0, "\(end.errors)")
      let attempts = try TestSweep.attempts(results).values.flatMap { $0 }
      #expect(attempts.count == TestSweep.trialCount)
      #expect(try String(contentsOfFile: log, encoding: .utf8).contains("completed"))
    }
  }

  @Test func aFolderThatCannotBeMadeIsTold() throws {
    let folder = try TemporaryFolder()
    let sweep = try TestSweep(in: folder.path, epochs: 20)
    let environment = try fakeSlurm(folder, sbatch: counting)
    for kind in ["local", "slurm"] {
      let file = folder.path + "/profile.yaml"
      try write("kind: \(kind)", to: file)
      // Nobody can make a folder there, root neither.
      let end = try RunningProgram.run(
        "igr", ["launch", "--cluster", file, sweep.file, "--results", "/proc/sys/igr-results"],
        environment: environment)
      #expect(end.status == 4, "\(end.errors)")
      #expect(
        end.errors.contains(
          "/proc/sys/igr-results: cannot be created: No such file or directory; choose another folder"),
        "\(end.errors)")
      #expect(calls(folder) == [])
    }
  }

  @Test func keysThatOthersCanReadAreToldAndNothingIsSubmitted() throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(folder, sbatch: counting)
    #expect(try launch(folder, "kind: slurm", environment: environment).status == 0)
    let submitted = calls(folder)
    let secret = folder.path + "/r/keys/server.secret"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
    let end = try launch(folder, "kind: slurm", environment: environment)
    #expect(end.status == 2)
    #expect(end.errors.contains("\(secret): is a secret key that group or others can read"), "\(end.errors)")
    #expect(calls(folder) == submitted)
  }

  // MARK: Slurm, without Slurm

  /// A PATH with programs of Slurm that write down how they were called.
  private func fakeSlurm(_ folder: TemporaryFolder, sbatch: String) throws -> [String: String] {
    let programs = folder.path + "/bin"
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
    let calls = folder.path + "/calls"
    try write("#!/bin/sh\necho \"sbatch $*\" >>'\(calls)'\n" + sbatch, to: programs + "/sbatch", mode: 0o755)
    try write("#!/bin/sh\necho \"scancel $*\" >>'\(calls)'\n", to: programs + "/scancel", mode: 0o755)
    try write("#!/bin/sh\necho 'MaxArraySize = 3'\n", to: programs + "/scontrol", mode: 0o755)
    try write("#!/bin/sh\nprintf 'main\\nlong\\n'\n", to: programs + "/sinfo", mode: 0o755)
    return ["PATH": programs + ":/usr/bin:/bin"]
  }

  private func calls(_ folder: TemporaryFolder) -> [String] {
    ((try? String(contentsOfFile: folder.path + "/calls", encoding: .utf8)) ?? "").split(separator: "\n")
      .map { $0.replacingOccurrences(of: folder.path, with: "") }
  }

  /// Counts from 71.
  private let counting = """
    n=$(cat "$(dirname "$0")/n" 2>/dev/null || echo 70); n=$((n + 1)); echo $n >"$(dirname "$0")/n"; echo $n
    """

  @Test func theCoordinatorComesFirstAndWorkersAreSplitIntoArrays() throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(folder, sbatch: counting)
    let end = try launch(folder, "kind: slurm\nworkers: 7\npartition: main", environment: environment)
    #expect(end.status == 0, "\(end.errors)")
    #expect(
      calls(folder) == [
        "sbatch --parsable /r/launch/1/coordinator.sbatch",
        "sbatch --parsable --dependency=after:71 /r/launch/1/workers-1.sbatch",
        "sbatch --parsable --dependency=after:71 /r/launch/1/workers-2.sbatch",
        "sbatch --parsable --dependency=after:71 /r/launch/1/workers-3.sbatch",
      ])
    let launch = folder.path + "/r/launch/1"
    #expect(try DurableFile.read(launch + "/workers.jobs") == "72\n73\n74\n")
    #expect(try DurableFile.read(launch + "/coordinator.job") == "71\n")
    #expect(try DurableFile.read(launch + "/workers-3.sbatch").contains("#SBATCH --array=0-0\n"))
    #expect(end.errors.contains("scancel 71 72 73 74"), "\(end.errors)")
    // No secret in anything that was made outside of keys/.
    let secret = try DurableFile.read(folder.path + "/r/keys/worker.secret").split(separator: "\n")
      .first { $0.hasPrefix("secret") }?.split(separator: " ").last
    for name in ["coordinator.sbatch", "workers-1.sbatch"] {
      #expect(try !DurableFile.read("\(launch)/\(name)").contains(try #require(secret)))
    }
  }

  @Test func whatIsRejectedTakesTheCoordinatorBack() throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(
      folder,
      sbatch: """
        case "$*" in
          *workers*) echo 'sbatch: error: invalid partition specified: nowhere' >&2; exit 1 ;;
          *) echo 71 ;;
        esac
        """)
    let end = try launch(folder, "kind: slurm\nworkers: 2\npartition: nowhere", environment: environment)
    #expect(end.status == 2)
    #expect(end.errors.contains("invalid partition specified: nowhere. Nothing is left"), "\(end.errors)")
    #expect(end.errors.contains("the cluster has the partitions main, long"), "\(end.errors)")
    #expect(calls(folder).last == "scancel 71")
  }

  /// An sbatch after whose first answer igr is killed.
  private let killing = """
    case "$*" in
      *workers*) kill -9 $PPID; exit 1 ;;
      *) echo 71 ;;
    esac
    """

  @Test func aLaunchThatWasKilledLeavesNoSecondCoordinator() throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(folder, sbatch: killing)
    let killed = try launch(folder, "kind: slurm\nworkers: 2", environment: environment)
    #expect(killed.status == SIGKILL, "\(killed.errors)")
    let scripts = folder.path + "/r/launch/1"
    // Its number is not needed: the job is known by its script.
    try FileManager.default.removeItem(atPath: scripts + "/coordinator.job")
    try write(
      "#!/bin/sh\ncase \"$*\" in *users*) echo '71 \(scripts)/coordinator.sbatch' ;; esac\n",
      to: folder.path + "/bin/squeue", mode: 0o755)
    let submitted = calls(folder)
    let end = try launch(folder, "kind: slurm\nworkers: 2", environment: environment)
    #expect(end.status == 2)
    #expect(
      end.errors.contains(
        "its coordinator is in the queue already, job 71: wait for it (squeue -j 71), or take it"),
      "\(end.errors)")
    #expect(calls(folder) == submitted)
  }

  /// However the folder is written: a shell's completion leaves a slash behind.
  @Test(arguments: ["r", "r/", "./r//"])
  func workersWithoutTheirCoordinatorAreTakenBackByTheNextLaunch(results: String) throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(folder, sbatch: counting)
    #expect(try launch(folder, "kind: slurm", environment: environment).status == 0)
    try write(
      "#!/bin/sh\ncase \"$*\" in *users*) echo '72 \(folder.path)/r/launch/1/workers-1.sbatch' ;; esac\n",
      to: folder.path + "/bin/squeue", mode: 0o755)
    let end = try launch(folder, "kind: slurm", results: results, environment: environment)
    #expect(end.status == 0, "\(end.errors)")
    #expect(end.errors.contains("job 72: workers of an earlier launch"), "\(end.errors)")
    #expect(
      calls(folder).dropFirst(2) == [
        "scancel 72", "sbatch --parsable /r/launch/2/coordinator.sbatch",
        "sbatch --parsable --dependency=after:73 /r/launch/2/workers-1.sbatch",
      ])
  }

  @Test func ofTwoLaunchesAtOnceOneIsRefused() throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(folder, sbatch: counting)
    #expect(try launch(folder, "kind: slurm", environment: environment).status == 0)
    let submitted = calls(folder)
    let other = open(folder.path + "/r/launch/.lock", O_RDWR)
    defer { close(other) }
    try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
    let end = try launch(folder, "kind: slurm", environment: environment)
    #expect(end.status == 2)
    #expect(end.errors.contains("another 'igr launch' of this folder is at work"), "\(end.errors)")
    #expect(calls(folder) == submitted)
  }

  @Test func aJobWhoseNumberWasLostIsTakenBack() throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(
      folder,
      sbatch:
        "echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1"
    )
    try write(
      "#!/bin/sh\ngrep -q sbatch '\(folder.path)/calls' && echo '71 \(folder.path)/r/launch/1/coordinator.sbatch'\nexit 0\n",
      to: folder.path + "/bin/squeue", mode: 0o755)
    let end = try launch(folder, "kind: slurm", environment: environment)
    #expect(end.status == 4)
    #expect(end.errors.contains("Slurm's controller does not answer ('scontrol ping'"), "\(end.errors)")
    #expect(calls(folder) == ["sbatch --parsable /r/launch/1/coordinator.sbatch", "scancel 71"])
  }

  @Test func theStatusTellsWhatALaunchWaitsForAndWhyItEnded() throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(folder, sbatch: counting)
    #expect(try launch(folder, "kind: slurm", environment: environment).status == 0)
    func status() throws -> String { try RunningProgram.run("igr", ["status", folder.path + "/r"]).output }
    let waits = try status()
    #expect(
      waits.contains("launch 1: its coordinator, job 71, has not begun: 'squeue -j 71' shows"), "\(waits)")
    #expect(!waits.contains("igr resume"), "\(waits)")
    let launch = folder.path + "/r/launch/1"
    try write("a worker on n1 was refused\na worker on n2 was refused\n", to: launch + "/trouble")
    try write("the coordinator could not go on; its log: x.log\n", to: launch + "/over")
    let ended = try status()
    #expect(ended.contains("launch 1: a worker on n2 was refused (and 1 more)"), "\(ended)")
    #expect(ended.contains("launch 1: the coordinator could not go on; its log: x.log"), "\(ended)")
    #expect(ended.contains("igr resume"), "\(ended)")
  }

  /// As after scancel, or at the time limit of the coordinator's job.
  @Test func theStatusTellsACoordinatorThatEndedElsewhereFromASilentOne() throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(folder, sbatch: counting)
    #expect(try launch(folder, "kind: slurm", environment: environment).status == 0)
    let paths = RunPaths(root: folder.path + "/r")
    func status(hasEnded: Bool) throws -> String {
      try StatusSnapshot(
        sweep: "small",
        coordinator: .init(host: "n1.invalid", processID: 12, epoch: 1, endpoint: "tcp://n1.invalid:5555"),
        startedUnixSeconds: 1, writtenUnixSeconds: Date().timeIntervalSince1970 - (hasEnded ? 0 : 3600),
        hasEnded: hasEnded, counts: [.pending: 8], workers: [], imagesPerSecond: 0, best: nil,
        secondsLeft: nil, recentlyFinished: [], failures: []
      ).write(to: paths.statusFile)
      return try RunningProgram.run("igr", ["status", paths.root]).output
    }
    let ended = try status(hasEnded: true)
    #expect(ended.contains("its coordinator has ended before the sweep was over"), "\(ended)")
    #expect(!ended.contains("is silent"), "\(ended)")
    let silent = try status(hasEnded: false)
    #expect(silent.contains("its coordinator was on another machine and is silent"), "\(silent)")
  }

  @Test func aDryRunPrintsTheScriptsAndDoesNothing() throws {
    let folder = try TemporaryFolder()
    let environment = try fakeSlurm(folder, sbatch: counting)
    let end = try launch(folder, "kind: slurm\nworkers: 2", ["--dry-run"], environment: environment)
    #expect(end.status == 0, "\(end.errors)")
    #expect(end.output.contains("#SBATCH --job-name=small-coordinator\n"), "\(end.output)")
    #expect(end.output.contains("#SBATCH --array=0-1\n"), "\(end.output)")
    #expect(calls(folder) == [])
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/r"))
  }

  @Test func withoutSbatchNothingIsMade() throws {
    let folder = try TemporaryFolder()
    let empty = folder.path + "/empty"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    let end = try launch(folder, "kind: slurm", environment: ["PATH": empty])
    #expect(end.status == 4)
    #expect(end.errors.contains("sbatch is not in PATH: run igr launch on a login node"), "\(end.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/r"))
  }

  // MARK: ssh, without ssh

  @Test func aHostThatCannotBeReachedIsToldAndNothingIsMade() throws {
    let folder = try TemporaryFolder()
    let programs = folder.path + "/bin"
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
    try write(
      "#!/bin/sh\necho 'ssh: connect to host node1 port 22: No route to host' >&2\nexit 255\n",
      to: programs + "/ssh", mode: 0o755)
    let end = try launch(
      folder, "kind: ssh\nhosts: [node1, node2]\naddress: 127.0.0.1", environment: ["PATH": programs])
    #expect(end.status == 4)
    for host in ["node1", "node2"] {
      #expect(
        end.errors.contains("  \(host): cannot be reached (ssh: connect to host node1"), "\(end.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/r"))
  }
}
