import Glibc
import ResultStore
import Trials
import WireProtocol

/// What a coordinator knows of the checkpoints in its folder. Workers that share the folder replace files there, so that
/// what is known of a file holds only as long as the file is the same.
final class CheckpointShelf {
  private struct Stamp: Hashable {
    var inode: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
  }

  private let paths: RunPaths
  private var known: [TrialID: (stamp: Stamp, checkpoint: StoredCheckpoint)] = [:]

  init(paths: RunPaths) { self.paths = paths }

  /// Notes a checkpoint that has just been put in its place.
  func keep(_ checkpoint: StoredCheckpoint) {
    guard let stamp = stamp(checkpoint.trial) else { return }
    known[checkpoint.trial] = (stamp, checkpoint)
  }

  /// The trial's checkpoint; nil where it has none. Reads the file where it is not known yet.
  func claim(_ trial: TrialID) -> StoredCheckpoint? {
    guard let stamp = stamp(trial) else {
      known[trial] = nil
      return nil
    }
    if let entry = known[trial], entry.stamp == stamp { return entry.checkpoint }
    guard let found = try? FileFingerprint(ofFileAt: paths.checkpointFile(trial)) else { return nil }
    let checkpoint = StoredCheckpoint(
      trial: trial, epoch: nil, step: nil,
      file: FileClaim(byteCount: found.byteCount, sha256: found.sha256))
    known[trial] = (stamp, checkpoint)
    return checkpoint
  }

  /// Where the checkpoint of this digest lies; nil when it is not there any more.
  func path(of trial: TrialID, sha256: String) -> String? {
    claim(trial)?.file.sha256 == sha256 ? paths.checkpointFile(trial) : nil
  }

  private func stamp(_ trial: TrialID) -> Stamp? {
    var status = stat()
    guard stat(paths.checkpointFile(trial), &status) == 0 else { return nil }
    return Stamp(
      inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec)
  }
}
