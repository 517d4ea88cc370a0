import Foundation
import Launching
import ResultStore

/// What the files of the last launch under Slurm tell of a sweep.
struct LaunchStanding {
  /// Why nobody works on the sweep any more, and which workers could not work; for `igr status`.
  let lines: [String]
  /// The coordinator's job that was submitted and has not begun; nil where there is none.
  let waitingJob: UInt64?

  /// - Parameter isRunning: a coordinator works on the folder.
  init(of paths: RunPaths, isRunning: Bool) {
    let folder = paths.root + "/launch"
    let numbers = ((try? DurableFile.names(in: folder)) ?? []).compactMap { Int($0) }
    guard let number = numbers.max() else {
      (lines, waitingJob) = ([], nil)
      return
    }
    let launch = LaunchFolder(path: "\(folder)/\(number)")
    func text(_ path: String) -> [String] {
      ((try? DurableFile.read(path)) ?? "").split(separator: "\n").map(String.init)
    }
    var lines: [String] = []
    let troubles = text(launch.trouble)
    if let last = troubles.last {
      lines.append(
        "  launch \(number): \(last)" + (troubles.count > 1 ? " (and \(troubles.count - 1) more)" : ""))
    }
    let end = text(launch.over).first
    if !isRunning, let end, end != LaunchFolder.sweepIsOver { lines.append("  launch \(number): \(end)") }
    let hasBegun = LaunchFolder.newestAddress(among: (try? DurableFile.names(in: launch.path)) ?? []) != nil
    let job = text(launch.coordinatorJob).first.flatMap { UInt64($0) }
    waitingJob = isRunning || hasBegun || end != nil ? nil : job
    if let waitingJob {
      lines.append(
        "  launch \(number): its coordinator, job \(waitingJob), has not begun: 'squeue -j \(waitingJob)' shows what it"
          + " waits for; where that shows nothing, it was taken out of the queue, and igr launch goes on")
    }
    self.lines = lines
  }
}
