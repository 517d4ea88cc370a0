import Foundation
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
    _ folder: TemporaryFolder, _ profile: String, _ words: [String] = [], environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String, errors: String) {
    let sweep = try TestSweep(in: folder.path, epochs: 20)
    let file = folder.path + "/profile.yaml"
    try write(profile, to: file)
    let end = try RunningProgram.run(
      "igr", ["launch", "--cluster", file, sweep.file, "--results", sweep.results("r")] + words,
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
