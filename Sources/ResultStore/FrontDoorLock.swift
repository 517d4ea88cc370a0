import FoundationEssentials
import Glibc

/// The front door's hold on a results folder, from the start of its coordinator to its own end, also while no
/// coordinator lives because it is being started again. The kernel gives it back however the process ends.
public final class FrontDoorLock {
  private let descriptor: Int32

  /// - Throws: `ResultStoreError`: `inUse` while another front door has it, with its process; `disk` with the system's
  ///   reason.
  public init(of paths: RunPaths) throws(ResultStoreError) {
    let path = paths.frontDoorLock
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw ResultStoreError(system: errno, path, cannotBe: "opened") }
    let number = RunPaths.lock(descriptor)
    guard number == 0 || (number == EWOULDBLOCK && RunPaths.isRestartedJob) else {
      close(descriptor)
      guard number == EWOULDBLOCK else { throw ResultStoreError(system: number, path, cannotBe: "locked") }
      try paths.refuseWhileRun()
      throw ResultStoreError(.inUse, paths.root, "another igr works on this folder: wait for its end")
    }
    self.descriptor = descriptor
    // The number is for people; the lock holds without it.
    let text = Array("\(getpid())\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  deinit { close(descriptor) }
}

extension RunPaths {
  /// Locked by the `igr` of this machine that runs the folder's coordinator.
  var frontDoorLock: String { root + "/.run.lock" }

  /// The `igr` of this machine that runs the folder, whether or not its coordinator lives just now; nil where there is
  /// none. 0 where it has not said its number yet.
  public var frontDoorProcess: Int32? {
    Self.whileHeld(frontDoorLock) { descriptor in
      var bytes = [UInt8](repeating: 0, count: 32)
      let count = pread(descriptor, &bytes, bytes.count, 0)
      let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      return text.split(separator: "\n").first.flatMap { Int32($0) } ?? 0
    }
  }

  /// Whether Slurm has started this job again: some network disks still show the locks of its cut-off earlier life, and
  /// the coordinator's own lock knows which of the two may go on.
  static var isRestartedJob: Bool {
    (ProcessInfo.processInfo.environment["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0) > 0
  }

  /// - Throws: `ResultStoreError`: `inUse` while an `igr` of this machine runs the folder.
  public func refuseWhileRun() throws(ResultStoreError) {
    guard !Self.isRestartedJob, let process = frontDoorProcess else { return }
    throw ResultStoreError(
      .inUse, root,
      "another igr (process \(process)) runs this sweep: 'igr watch \(root)' shows it; wait for its end, or end it with"
        + " Ctrl-C there or 'kill -INT \(process)', first")
  }
}
