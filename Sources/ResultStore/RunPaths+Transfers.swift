import Glibc
import Trials

/// Files on their way, and the folder of a worker that shares no disk with the coordinator.
extension RunPaths {
  /// A result that is arriving. What it is to become is in its name, so that a coordinator that was restarted goes on with
  /// it, and only with it.
  public func partialResult(trial: TrialID, token: FencingToken, sha256: String) -> String {
    "\(incomingFolder)/\(trial).\(token).\(sha256).part"
  }

  /// A checkpoint that is arriving.
  public func partialCheckpoint(_ trial: TrialID, sha256: String) -> String {
    "\(checkpointsFolder)/.\(trial).\(sha256).part"
  }

  /// A checkpoint that is being sent while the child may replace it.
  public func outgoingCheckpoint(_ trial: TrialID, token: FencingToken) -> String {
    "\(checkpointsFolder)/.\(trial).\(token).out"
  }

  /// Removes what is left of arriving results and checkpoints of one trial.
  public func removePartialFiles(of trial: TrialID) { removePartialFiles { $0 == trial } }

  /// Removes what is left of arriving files whose trials are not `wanted` any more.
  public func removePartialFiles(where isUnwanted: (TrialID) -> Bool) {
    for folder in [incomingFolder, checkpointsFolder] {
      for name in (try? DurableFile.names(in: folder)) ?? [] where name.hasSuffix(".part") {
        let parts = name.split(separator: ".")
        if let trial = parts.first.flatMap({ TrialID(String($0)) }), isUnwanted(trial) {
          unlink("\(folder)/\(name)")
        }
      }
    }
  }

  // MARK: A worker's own folder

  /// Makes the folder of a worker that shares no disk with the coordinator: `parent/igr-worker.ID`, with what a child
  /// needs in it, locked for as long as this process lives. What workers that were killed have left beside it is removed.
  ///
  /// - Returns: the folder. The descriptor of its lock stays open until the process ends.
  /// - Throws: `ResultStoreError` with the system's reason.
  public static func makeScratch(in parent: String, for worker: WorkerID) throws(ResultStoreError) -> RunPaths
  {
    try makeFolderAndParents(parent)
    for name in try DurableFile.names(in: parent) where name.hasPrefix(scratchPrefix) {
      let old = RunPaths(root: "\(parent)/\(name)")
      let descriptor = open(old.scratchLock, O_RDWR | O_CLOEXEC)
      // Locked: its worker lives. No lock file: another program's, or a folder that is being made.
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { old.removeScratch() }
      close(descriptor)
    }
    let paths = RunPaths(root: "\(parent)/\(scratchPrefix)\(worker)")
    guard mkdir(paths.root, 0o700) == 0 else {
      throw ResultStoreError(system: errno, paths.root, cannotBe: "created")
    }
    let descriptor = open(paths.scratchLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw ResultStoreError(system: errno, paths.scratchLock, cannotBe: "locked")
    }
    for folder in [paths.trialsFolder, paths.incomingFolder, paths.checkpointsFolder] {
      guard mkdir(folder, 0o700) == 0 else {
        throw ResultStoreError(system: errno, folder, cannotBe: "created")
      }
    }
    return paths
  }

  /// Removes a worker's folder and the files that children and transfers make there.
  public func removeScratch() {
    for folder in [incomingFolder, checkpointsFolder, trialsFolder] {
      for name in (try? DurableFile.names(in: folder)) ?? [] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    unlink(scratchLock)
    rmdir(root)
  }

  private static let scratchPrefix = "igr-worker."
  private var scratchLock: String { root + "/.lock" }
}
