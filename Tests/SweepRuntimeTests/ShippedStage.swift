import Testing
import Trials
import WireProtocol

@testable import ResultStore
@testable import SweepRuntime

/// A coordinator, and workers without its folder that a test plays.
final class ShippedStage {
  let folder: TemporaryFolder
  let paths: RunPaths
  /// The workers' own.
  let elsewhere: RunPaths
  let ledger = MemoryLedger()
  let sweep: Sweep
  var coordinator: RunningCoordinator
  private var lives: UInt32 = 1

  init(_ count: Int = 1) throws {
    folder = try TemporaryFolder()
    paths = try SampleSweep.paths(in: folder)
    elsewhere = try RunPaths.makeScratch(in: folder.path + "/work", for: try #require(WorkerID("w")))
    sweep = try SampleSweep.make(count)
    coordinator = try RunningCoordinator(
      sweep, in: paths, ledger: ledger, drain: .milliseconds(50), pieceBytes: 4096)
  }

  func restart() throws {
    coordinator.cutLifeLine()
    _ = try coordinator.outcome()
    lives += 1
    coordinator = try RunningCoordinator(
      sweep, in: paths, ledger: ledger, epoch: lives, pieceBytes: 4096)
  }

  func worker(_ name: String = "w") throws -> PlayedWorker { try PlayedWorker(name, coordinator.endpoint) }

  func join(_ worker: PlayedWorker, held: [HeldLease] = []) throws {
    try worker.sayHello(held: held, sharesResults: false)
    guard case .welcome = try worker.hear() else { throw PlayedWorker.Unexpected() }
  }

  /// A worker that has joined and done a trial, of whose result the coordinator has not heard.
  func finishedTrial() throws -> (
    worker: PlayedWorker, grant: LeaseGrant, end: AttemptEnd, file: [UInt8], sha256: String
  ) {
    let worker = try worker()
    try join(worker)
    let grant = try worker.lease()
    let (end, file) = try finish(grant)
    return (worker, grant, end, file, try #require(end.result).sha256)
  }

  /// The result of a lease in the workers' own folder.
  func finish(_ grant: LeaseGrant) throws -> (end: AttemptEnd, file: [UInt8]) {
    let end = try SampleSweep.writeResult(grant, in: elsewhere)
    return (
      end, try Self.bytes(elsewhere.incomingTrialFile(trial: grant.lease.trial, token: grant.lease.token))
    )
  }

  /// A checkpoint of so many bytes; the coordinator does not look into it.
  func checkpoint(_ grant: LeaseGrant, byteCount: Int = 10_000) throws -> (
    checkpoint: StoredCheckpoint, file: [UInt8]
  ) {
    let file = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let path = folder.path + "/checkpoint"
    try DurableFile.write(file, to: path)
    let found = try FileFingerprint(ofFileAt: path)
    return (
      StoredCheckpoint(
        trial: grant.lease.trial, epoch: 3, step: 30,
        file: FileClaim(byteCount: found.byteCount, sha256: found.sha256)), file
    )
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    try DurableFile.piece(of: path, offset: 0, count: 1 << 20)
  }

  static func piece(_ range: PieceRange, of file: [UInt8], _ sha256: String) -> WorkerMessage {
    .piece(
      FilePiece(
        sha256: sha256, offset: range.offset,
        bytes: Array(file[range.offset..<range.offset + range.count])))
  }

  /// Answers what the coordinator asks of `file` until something else is heard.
  static func serve(_ file: [UInt8], _ sha256: String, _ worker: PlayedWorker, pieces: Int = .max) throws
    -> CoordinatorMessage?
  {
    for _ in 0..<pieces {
      let message = try worker.hear()
      guard case .pieceWanted(sha256, let range) = message else { return message }
      try worker.say(piece(range, of: file, sha256))
    }
    return nil
  }
}
