import Foundation
import ProgramExit
import ResultStore

extension RunPaths {
  /// Beyond this many seconds without a word a coordinator of another machine does not count as living any more. It
  /// writes every two seconds; disks and clocks of two machines may differ by some more.
  static let freshSeconds = 20.0

  /// The status of a coordinator on another machine that spoke a moment ago; nil where there is none. Few network disks
  /// show its lock here.
  var coordinatorElsewhere: StatusSnapshot? {
    guard let snapshot = try? StatusSnapshot.read(statusFile), !snapshot.hasEnded,
      snapshot.coordinator.host != ProcessInfo.processInfo.hostName,
      abs(Date().timeIntervalSince1970 - snapshot.writtenUnixSeconds) < Self.freshSeconds
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
        + " 'igr launch' or 'scancel' its job; once it is silent for \(Int(Self.freshSeconds)) s, this goes on here"
    )
  }
}
