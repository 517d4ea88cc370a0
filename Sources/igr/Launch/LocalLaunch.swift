import Launching
import ProgramExit
import ResultStore
import SweepRuntime

/// `igr launch` on this machine.
struct LocalLaunch {
  let request: LaunchRequest
  let profile: LocalProfile

  func run(dryRun: Bool) throws {
    let trials = request.plan.sweep.trials.count
    var profile = profile
    if let added = request.added { profile.workers = added }
    if dryRun {
      try show(placement(RunPaths(root: request.root), profile, atMost: trials))
    } else if request.added != nil {
      let (paths, snapshot) = try request.running()
      // Each brings its own number; the logs of those that run already are not theirs.
      try request.work(
        paths, for: snapshot.coordinator.endpoint, with: placement(paths, profile, atMost: .max))
    } else {
      let folder = try request.open()
      try SweepExecution(
        folder: folder, options: request.options,
        placement: placement(folder.paths, profile, atMost: trials), retriesFailed: false
      ).run()
    }
  }

  private func placement(
    _ paths: RunPaths, _ profile: LocalProfile, atMost trials: Int
  ) throws -> WorkerPlacement {
    try .onThisMachine(paths, request.options, profile: profile, atMost: trials)
  }

  private func show(_ placement: WorkerPlacement) {
    for number in 1...placement.workers {
      print(placement.worker(number, "tcp://127.0.0.1:PORT").command.joined(separator: " "))
    }
  }
}
