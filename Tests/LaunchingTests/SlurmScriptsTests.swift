import Foundation
import Testing

@testable import Launching

/// The batch scripts, whole, against recorded files. `IGR_ACCEPT=1` records anew, after a look at the difference.
@Suite struct SlurmScriptsTests {
  static let profileText = """
    kind: slurm
    coordinator: job
    workers: 8
    account: vae
    partition: short
    time: 04:00:00
    memory: 2G
    cpus: 1
    constraint: avx2
    grace: 90
    modules: [gcc/12, openblas]
    container: apptainer exec /images/igr.sif
    setup: ["export IGR_DATA=/scratch/data"]
    extra: [--exclude=node7]
    programs: /opt/igr
    coordinator_job: {partition: long, time: 2-00, memory: 500M}
    """

  private func scripts(_ text: String = profileText) throws -> SlurmScripts {
    guard case .slurm(let profile) = try ClusterProfile.parse(text, path: "slurm.yaml").place else {
      preconditionFailure("the text is a Slurm profile")
    }
    return SlurmScripts(
      profile: profile, sweep: "temperatures", results: "/data/ada/results/temperatures",
      launch: LaunchFolder(path: "/data/ada/results/temperatures/launch/1"), programs: "/opt/igr",
      coordinatorArguments: ["--set", "temp=[0.5, 1.0]"], workerArguments: ["--grace", "20.0"])
  }

  /// Where the recorded files lie in the source tree.
  private var recorded: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Recorded").path
  }

  private func compare(_ text: String, with name: String) throws {
    let path = "\(recorded)/\(name)"
    if ProcessInfo.processInfo.environment["IGR_ACCEPT"] == "1" {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text, "IGR_ACCEPT=1 records \(name) anew")
  }

  @Test func theCoordinatorsScript() throws { try compare(scripts().coordinator, with: "coordinator.sbatch") }

  @Test func theWorkersScript() throws {
    try compare(scripts().workers(number: 1, size: 8), with: "workers.sbatch")
  }

  @Test func theScriptThatHoldsTheWorkers() throws {
    try compare(scripts().holdingWorkers, with: "hold-workers.sh")
  }

  @Test func aProfileThatSaysNothingAsksForNothing() throws {
    let text = try scripts("kind: slurm").workers(number: 2, size: 1)
    let options = text.split(separator: "\n").filter { $0.hasPrefix("#SBATCH") }
    #expect(
      options == [
        "#SBATCH --job-name=temperatures-worker", "#SBATCH --array=0-0",
        "#SBATCH --output=/data/ada/results/temperatures/logs/slurm-worker-%A_%a.log", "#SBATCH --ntasks=1",
        "#SBATCH --requeue", "#SBATCH --open-mode=append", "#SBATCH --signal=B:TERM@60",
      ])
  }

  /// Slurm reads a directive's words as a shell would, up to a '#'.
  @Test(arguments: [
    ("--exclude=node7", "--exclude=node7"), ("--exclude node7", "--exclude node7"),
    ("--comment=two words", #"--comment="two words""#), ("--comment=#3", ##"--comment="#3""##),
    (#"--comment="two words""#, #"--comment="two words""#),
  ]) func anOptionStaysWhole(option: String, line: String) throws {
    let text = try scripts("kind: slurm\nextra: ['\(option)']").workers(number: 1, size: 1)
    #expect(text.split(separator: "\n").last { $0.hasPrefix("#SBATCH") } == "#SBATCH \(line)")
  }

  @Test(arguments: ["coordinator.sbatch", "workers.sbatch", "hold-workers.sh"])
  func bashReadsIt(name: String) throws {
    let bash = Process()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = ["-n", "\(recorded)/\(name)"]
    try bash.run()
    bash.waitUntilExit()
    #expect(bash.terminationStatus == 0)
  }

  @Test func aFolderThatSlurmCannotTake() {
    #expect(SlurmScripts.refusal(ofFolder: "/data/ada/results") == nil)
    #expect(SlurmScripts.refusal(ofFolder: "/home/my results")?.contains("blanks") == true)
    #expect(SlurmScripts.refusal(ofFolder: "/home/100%")?.contains("%") == true)
  }
}
