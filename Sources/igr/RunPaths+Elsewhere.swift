import Foundation
import ProgramExit
import ResultStore

extension RunPaths {
  /// The status of a coordinator on another machine that spoke a moment ago; nil where there is none. Few network disks
  /// show its lock here.
  var coordinatorElsewhere: StatusSnapshot? {
    guard let snapshot = try? StatusSnapshot.read(statusFile),
      snapshot.coordinator.host != ProcessInfo.processInfo.hostName,
      snapshot.isFresh(at: Date().timeIntervalSince1970)
    else { return nil }
    return snapshot
  }

  /// - Throws: `ProgramFailure` while a coordinator of another machine seems to work on the folder: one that began here
  ///   would take it away.
  func refuseWhileElsewhere() throws {
    guard let coordinator = coordinatorElsewhere?.coordinator else { return }
    throw ProgramFailure(
      .wrongCommandOrFile,
      "\(root): its coordinator runs on \(coordinator.host), process \(coordinator.processID): to end it there, stop its"
        + " 'igr launch' or 'scancel' its job; once it is silent for \(Int(StatusSnapshot.freshSeconds)) s, this goes on here"
    )
  }
}
