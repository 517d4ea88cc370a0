import Foundation
import Glibc
import Keys
import Launching
import ProgramExit
import ResultStore
import SweepRuntime

/// `igr launch` under Slurm: writes the batch scripts and submits them; whatever is rejected takes back what was
/// submitted before it.
struct SlurmLaunch {
  let request: LaunchRequest
  let profile: SlurmProfile

  func run(dryRun: Bool) throws {
    if let reason = SlurmScripts.refusal(ofFolder: request.root) { throw LaunchFailure.wrong(reason) }
    if dryRun {
      try show()
    } else if let added = request.added {
      try add(added)
    } else if profile.coordinator == .job {
      try submitAll()
    } else {
      try coordinateHere()
    }
  }

  // MARK: Scripts

  private func scripts(_ launch: LaunchFolder, overrides: [String]) throws -> SlurmScripts {
    let log = ["--log-format", request.options.logFormat.rawValue]
    return SlurmScripts(
      profile: profile, sweep: request.plan.sweep.name, results: request.root, launch: launch,
      programs: try profile.programs ?? ProgramFolder().folder,
      coordinatorArguments: overrides.flatMap { ["--set", $0] } + request.options.times.forCoordinator + log,
      workerArguments: request.options.times.forWorker + log)
  }

  private var launchesFolder: String { request.root + "/launch" }

  private func launches() -> [Int] {
    ((try? DurableFile.names(in: launchesFolder)) ?? []).compactMap { Int($0) }.sorted()
  }

  private func launch(_ number: Int) -> LaunchFolder {
    LaunchFolder(path: "\(launchesFolder)/\(number)")
  }

  private func show() throws {
    let scripts = try scripts(
      launch((launches().last ?? 0) + 1), overrides: request.definition.source.overrides)
    if profile.coordinator == .job, request.added == nil { print(scripts.coordinator) }
    let sizes = arraySizes(request.added ?? profile.workers)
    for (index, size) in sizes.enumerated() {
      print(scripts.workers(number: index + 1, size: size))
    }
  }

  private func arraySizes(_ workers: Int) -> [Int] {
    let configured = (try? OutsideCommand("scontrol")?.run(["show", "config"]))
      .flatMap { WorkerArrays.maximumSize(inConfiguration: $0.output) }
    return WorkerArrays.sizes(
      workers: workers,
      maximumSize: max(1, profile.maximumArraySize ?? configured ?? WorkerArrays.usualMaximumSize))
  }

  // MARK: Submitting

  private func sbatch() throws -> OutsideCommand {
    guard let sbatch = OutsideCommand("sbatch") else {
      throw LaunchFailure.environment(
        "sbatch is not in PATH: run igr launch on a login node of the cluster, or use another profile"
          + " (cluster/local.yaml)")
    }
    return sbatch
  }

  /// The folder of a new launch, with keys; nothing is submitted yet.
  ///
  /// - Returns: `hold` keeps other launches of the folder away for as long as it lives.
  private func begin() throws -> (folder: ResultsFolder, launch: LaunchFolder, hold: LaunchHold) {
    try refuseWhileQueued()
    let folder = try request.open()
    try KeyFolder(path: folder.paths.keysFolder).make()
    try make(folder.paths.logsFolder)
    try make(launchesFolder)
    let hold = try LaunchHold(ofLaunchesIn: launchesFolder)
    // Another one may have submitted its jobs, and ended, in between.
    try refuseWhileQueued()
    let left = queue()?.workers(of: request.root) ?? []
    if !left.isEmpty {
      complain("\(list(left)): workers of an earlier launch, whose coordinator is gone; they are taken back")
      cancel(left)
    }
    let launch = launch((launches().last ?? 0) + 1)
    try make(launch.path)
    return (folder, launch, hold)
  }

  private func make(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw LaunchFailure.environment("\(folder): cannot be made: \(error.localizedDescription)")
    }
  }

  /// Nil where Slurm does not answer.
  private func queue() -> SlurmQueue? {
    guard let answer = try? OutsideCommand("squeue")?.run(SlurmQueue.question(user: getuid())),
      answer.code == 0
    else { return nil }
    return SlurmQueue(answer.output)
  }

  private func refuseWhileQueued() throws {
    let numbered = launches().last.flatMap { recordedCoordinator(launch($0)) }
    guard let job = numbered ?? queue()?.coordinators(of: request.root).last else { return }
    throw LaunchFailure.wrong(
      "\(request.root): its coordinator is in the queue already, job \(job): wait for it (squeue -j \(job)), or take it"
        + " back (scancel \(job)); then launch again. Once it runs, --add N brings more workers")
  }

  /// The job of a coordinator that Slurm still has, begun or not, whoever submitted it.
  private func recordedCoordinator(_ launch: LaunchFolder) -> UInt64? {
    guard let text = try? DurableFile.read(launch.coordinatorJob), let job = SbatchAnswer.job(text),
      let queue = try? OutsideCommand("squeue")?.run(["--noheader", "--jobs=\(job)"]), queue.code == 0,
      queue.output.contains(String(job))
    else { return nil }
    return job
  }

  private func submit(_ script: String, _ text: String, _ sbatch: OutsideCommand, _ words: [String]) throws
    -> UInt64
  {
    try DurableFile.replace(script, with: text)
    let result = try sbatch.run(["--parsable"] + words + [script])
    if result.code == 0, let job = SbatchAnswer.job(result.output) { return job }
    // A job that was taken, and whose number was lost on the way.
    cancel(queue()?.jobs(of: script) ?? [])
    let partitions = try? OutsideCommand("sinfo")?.run(["--noheader", "--format=%R"]).output
    let errors = result.errors.isEmpty ? result.output : result.errors
    let message = SbatchAnswer.refusal(
      script: script, errors: errors, profile: request.profilePath,
      partitions: (partitions ?? "").split(separator: "\n").map(String.init))
    throw SbatchAnswer.isSilence(errors) ? LaunchFailure.environment(message) : LaunchFailure.wrong(message)
  }

  private func submitWorkers(
    _ count: Int, _ scripts: SlurmScripts, _ sbatch: OutsideCommand, after coordinator: UInt64? = nil
  ) throws -> [UInt64] {
    let launch = scripts.launch
    // Two times --add at once must not take the same numbers.
    let hold = try LaunchHold(waitingFor: launch.lock)
    defer { withExtendedLifetime(hold) {} }
    let known = ((try? DurableFile.read(launch.workerJobs)) ?? "").split(separator: "\n").compactMap {
      UInt64($0)
    }
    var jobs: [UInt64] = []
    do {
      for size in arraySizes(count) {
        let number = known.count + jobs.count + 1
        // Before the coordinator has begun there is nothing to do for them.
        let words = coordinator.map { ["--dependency=after:\($0)"] } ?? []
        jobs.append(
          try submit(
            launch.workerScript(number), scripts.workers(number: number, size: size), sbatch, words))
        try DurableFile.replace(launch.workerJobs, with: (known + jobs).map { "\($0)\n" }.joined())
      }
    } catch {
      cancel(jobs)
      try? DurableFile.replace(launch.workerJobs, with: known.map { "\($0)\n" }.joined())
      throw error
    }
    return jobs
  }

  private func cancel(_ jobs: [UInt64]) {
    guard !jobs.isEmpty else { return }
    _ = try? OutsideCommand("scancel")?.run(jobs.map(String.init))
  }

  // MARK: The ways of launching

  private func submitAll() throws {
    let sbatch = try sbatch()
    let (folder, launch, hold) = try begin()
    defer { withExtendedLifetime(hold) {} }
    try SweepExecution(folder: folder, options: request.options, retriesFailed: false).endPause()
    let scripts = try scripts(launch, overrides: try folder.paths.readSource().overrides)
    let coordinator = try submit(launch.coordinatorScript, scripts.coordinator, sbatch, [])
    let workers: [UInt64]
    do {
      try DurableFile.replace(launch.coordinatorJob, with: "\(coordinator)\n")
      workers = try submitWorkers(profile.workers, scripts, sbatch, after: coordinator)
    } catch {
      cancel([coordinator])
      throw error
    }
    let jobs = ([coordinator] + workers).map(String.init).joined(separator: " ")
    complain(
      """
      \(request.plan.sweep.name): \(request.plan.sweep.trials.count) trials, results in \(request.root)
        coordinator: job \(coordinator); \(profile.workers) workers: \(list(workers)); scripts in \(launch.path)
        to watch:    igr watch \(request.root)
        to add:      igr launch --cluster \(request.profilePath) \(request.definition.path) --results \(request.root) --add N
        to end:      scancel \(jobs); later igr launch again goes on
      """)
  }

  private func list(_ jobs: [UInt64]) -> String {
    (jobs.count == 1 ? "job " : "jobs ") + jobs.map(String.init).joined(separator: ", ")
  }

  private func add(_ count: Int) throws {
    let sbatch = try sbatch()
    let (paths, _) = try request.running()
    // One that failed may be newer than the one whose coordinator works.
    let live = launches().last { !FileManager.default.fileExists(atPath: self.launch($0).over) }
    guard let number = live else {
      throw LaunchFailure.wrong(
        "\(request.root): its coordinator was not launched under Slurm, so no job could find it: start workers with"
          + " igr-worker (docs/security.md)")
    }
    let launch = launch(number)
    let scripts = try scripts(launch, overrides: try paths.readSource().overrides)
    let jobs = try submitWorkers(count, scripts, sbatch)
    complain("\(request.plan.sweep.name): \(count) more workers, \(list(jobs))")
  }

  /// The coordinator runs under this program. Worker 1 of the run is a script that holds the job arrays: when this program
  /// ends, or dies, it cancels them.
  private func coordinateHere() throws {
    let sbatch = try sbatch()
    let (folder, launch, hold) = try begin()
    defer { withExtendedLifetime(hold) {} }
    let scripts = try scripts(launch, overrides: try folder.paths.readSource().overrides)
    let jobs = try submitWorkers(profile.workers, scripts, sbatch)
    let host = profile.address ?? ProcessInfo.processInfo.hostName
    let holder = launch.path + "/hold-workers.sh"
    do {
      try DurableFile.replace(holder, with: scripts.holdingWorkers)
    } catch {
      cancel(jobs)
      throw error
    }
    let placement = WorkerPlacement(
      workers: 1, text: "\(profile.workers) workers in \(list(jobs))",
      coordinatorArguments: [
        "--bind", "tcp://0.0.0.0:*", "--advertise", host, "--endpoint-file",
        launch.addressFile(job: 0, restart: 0),
      ], worker: { _, _ in WorkerStart(["/bin/bash", holder]) }, areRemote: true,
      names: ["the script that holds the jobs"])
    do {
      try SweepExecution(
        folder: folder, options: request.options, placement: placement, retriesFailed: false
      ).run()
    } catch {
      try? DurableFile.replace(launch.over, with: "the coordinator has ended: igr launch goes on\n")
      cancel(allJobs(launch))
      throw error
    }
    try DurableFile.replace(launch.over, with: "the sweep is over\n")
    cancel(allJobs(launch))
  }

  /// With those that `--add` brought meanwhile.
  private func allJobs(_ launch: LaunchFolder) -> [UInt64] {
    ((try? DurableFile.read(launch.workerJobs)) ?? "").split(separator: "\n").compactMap { UInt64($0) }
  }
}
