import Glibc
import Scheduling
import Testing
import Trials
import WireProtocol

@testable import ResultStore
@testable import SweepRuntime

/// A coordinator and a worker without its folder, played by the test.
@Suite struct ShippedResultTests {
  private final class Stage {
    let folder: TemporaryFolder
    let paths: RunPaths
    /// The worker's own.
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
  }

  private func join(_ worker: PlayedWorker, held: [HeldLease] = []) throws {
    try worker.sayHello(held: held, sharesResults: false)
    guard case .welcome = try worker.hear() else { throw PlayedWorker.Unexpected() }
  }

  /// A worker that has joined and done a trial, of whose result the coordinator has not heard.
  private func finishedTrial(
    on stage: Stage
  ) throws -> (worker: PlayedWorker, grant: LeaseGrant, end: AttemptEnd, file: [UInt8], sha256: String) {
    let worker = try stage.worker()
    try join(worker)
    let grant = try worker.lease()
    let end = try SampleSweep.writeResult(grant, in: stage.elsewhere)
    let file = try bytes(
      stage.elsewhere.incomingTrialFile(trial: grant.lease.trial, token: grant.lease.token))
    return (worker, grant, end, file, try #require(end.result).sha256)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    try DurableFile.piece(of: path, offset: 0, count: 1 << 20)
  }

  private func piece(_ range: PieceRange, of file: [UInt8], _ sha256: String) -> WorkerMessage {
    .piece(
      FilePiece(
        sha256: sha256, offset: range.offset,
        bytes: Array(file[range.offset..<range.offset + range.count])))
  }

  /// Answers what the coordinator asks of `file` until something else is heard.
  private func serve(_ file: [UInt8], _ sha256: String, _ worker: PlayedWorker, pieces: Int = .max) throws
    -> CoordinatorMessage?
  {
    for _ in 0..<pieces {
      let message = try worker.hear()
      guard case .pieceWanted(sha256, let range) = message else { return message }
      try worker.say(piece(range, of: file, sha256))
    }
    return nil
  }

  @Test func aResultArrivesInPieces() throws {
    let stage = try Stage()
    let (worker, grant, end, file, sha256) = try finishedTrial(on: stage)
    #expect(grant.checkpoint == nil)
    #expect(file.count > 8192, "a file of one piece shows nothing")
    try worker.say(.attemptEnded(grant.lease, end))
    let answer = try serve(file, sha256, worker)
    #expect(answer == .endAcknowledged(grant.lease, .accepted))
    #expect(try bytes(stage.paths.trialFile(grant.lease.trial)) == file)
    #expect(try TrialFile.verify(stage.paths.trialFile(grant.lease.trial)).state == .completed)
    try worker.say(.goodbye)
    #expect(try stage.coordinator.outcome() == .completed)
    #expect(try leftovers(stage) == [])
  }

  private func leftovers(_ stage: Stage) throws -> [String] {
    try DurableFile.names(in: stage.paths.incomingFolder)
      + DurableFile.names(in: stage.paths.checkpointsFolder)
  }

  @Test func aRestartedCoordinatorGoesOnWithThePartThatIsThere() throws {
    let stage = try Stage()
    let (worker, grant, end, file, sha256) = try finishedTrial(on: stage)
    try worker.say(.attemptEnded(grant.lease, end))
    #expect(try serve(file, sha256, worker, pieces: 2) == nil)
    // Four pieces are asked for ahead; what is asked after those was asked because two had been kept.
    let part = stage.paths.partialResult(trial: grant.lease.trial, token: grant.lease.token, sha256: sha256)
    for _ in 0..<min(4, (file.count + 4095) / 4096 - 2) { _ = try worker.hear() }
    try stage.restart()
    let kept = try bytes(part).count
    #expect(kept >= 4096 && kept < file.count)

    let again = try stage.worker()
    try join(again, held: [grant.lease])
    try again.say(.attemptEnded(grant.lease, end))
    guard case .pieceWanted(sha256, let range) = try again.hear() else {
      Issue.record("the coordinator does not ask")
      return
    }
    #expect(range.offset == kept, "it goes on where it was")
    try again.say(piece(range, of: file, sha256))
    #expect(try serve(file, sha256, again) == .endAcknowledged(grant.lease, .accepted))
    #expect(try bytes(stage.paths.trialFile(grant.lease.trial)) == file)
  }

  /// The last piece comes when the folder is another coordinator's already.
  @Test func aResultThatArrivesTooLateIsNotPublished() throws {
    let stage = try Stage()
    let (worker, grant, end, file, sha256) = try finishedTrial(on: stage)
    try worker.say(.attemptEnded(grant.lease, end))
    while case .pieceWanted(sha256, let range) = try worker.hear() {
      if range.offset + range.count == file.count {
        stage.ledger.content.withLock { $0.isSuperseded = true }
      }
      try worker.say(piece(range, of: file, sha256))
      if range.offset + range.count == file.count { break }
    }
    #expect(try stage.coordinator.outcome() == .superseded)
    #expect(access(stage.paths.trialFile(grant.lease.trial), F_OK) != 0, "it was published")
  }

  @Test func aWrongFileIsFetchedAgainAndThenRefused() throws {
    let stage = try Stage()
    let (worker, grant, end, file, sha256) = try finishedTrial(on: stage)
    var damaged = file
    damaged[5000] ^= 1
    try worker.say(.attemptEnded(grant.lease, end))
    var starts = 0
    while true {
      let message = try worker.hear()
      if case .pieceWanted(sha256, let range) = message {
        if range.offset == 0 { starts += 1 }
        // Right only from the second fetch on.
        let source = starts > 1 ? file : damaged
        try worker.say(piece(range, of: source, sha256))
        continue
      }
      #expect(message == .endAcknowledged(grant.lease, .accepted))
      break
    }
    #expect(starts == 2)
    #expect(try bytes(stage.paths.trialFile(grant.lease.trial)) == file)
  }

  @Test func piecesTwiceLateOrForNobodyChangeNothing() throws {
    let stage = try Stage()
    let (worker, grant, end, file, sha256) = try finishedTrial(on: stage)
    try worker.say(.piece(FilePiece(sha256: sha256, offset: 0, bytes: [1, 2, 3])))
    try worker.say(.attemptEnded(grant.lease, end))
    while true {
      let message = try worker.hear()
      guard case .pieceWanted(sha256, let range) = message else {
        #expect(message == .endAcknowledged(grant.lease, .accepted))
        break
      }
      let piece = piece(range, of: file, sha256)
      try worker.say(.piece(FilePiece(sha256: sha256, offset: range.offset + 1, bytes: [9])))
      try worker.say(piece)
      try worker.say(piece)
    }
    #expect(try bytes(stage.paths.trialFile(grant.lease.trial)) == file)
  }

  @Test func aCheckpointGoesToTheNextWorker() throws {
    let stage = try Stage()
    let first = try stage.worker("first")
    try join(first)
    let grant = try first.lease()
    // The coordinator does not look into checkpoints.
    let file = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let path = stage.folder.path + "/checkpoint"
    try DurableFile.write(file, to: path)
    let found = try FileFingerprint(ofFileAt: path)
    let checkpoint = StoredCheckpoint(
      trial: grant.lease.trial, epoch: 3, step: 30,
      file: FileClaim(byteCount: found.byteCount, sha256: found.sha256))
    try first.say(.attemptStarted(grant.lease))
    try first.say(.checkpointOffered(grant.lease, checkpoint))
    #expect(
      try serve(file, found.sha256, first) == .transferEnded(sha256: found.sha256, .accepted))
    #expect(try bytes(stage.paths.checkpointFile(grant.lease.trial)) == file)

    stage.coordinator.clock.skip(.seconds(16))
    let second = try stage.worker("second")
    try join(second)
    let next = try second.lease()
    #expect(next.checkpoint == checkpoint)
    var fetched: [UInt8] = []
    while fetched.count < file.count {
      try second.say(
        .pieceWanted(
          .checkpoint(next.lease.trial, sha256: found.sha256), PieceRange(offset: fetched.count, count: 4096))
      )
      guard case .piece(let piece) = try second.hear() else { throw PlayedWorker.Unexpected() }
      #expect(piece.offset == fetched.count && piece.sha256 == found.sha256)
      fetched += piece.bytes
    }
    #expect(fetched == file)

    // The first one, a zombie by now, cannot replace it.
    try join(first, held: [grant.lease])
    try first.say(.checkpointOffered(grant.lease, checkpoint))
    while true {
      if case .transferEnded(_, .refused) = try first.hear() { break }
    }
    // Nor is anything else given.
    try second.say(
      .pieceWanted(
        .checkpoint(next.lease.trial, sha256: String(repeating: "0", count: 64)),
        PieceRange(offset: 0, count: 10)))
    guard case .transferEnded(_, .refused) = try second.hear() else {
      Issue.record("a file of another digest was given")
      return
    }
  }

  @Test func otherDataIsRefusedWithBothDigests() throws {
    let stage = try Stage()
    let worker = try stage.worker()
    let (ours, theirs) = (String(repeating: "ab", count: 32), String(repeating: "cd", count: 32))
    try worker.sayHello(datasets: [HeldDataset(name: "mnist", digest: theirs)])
    guard case .refused(let reason) = try worker.hear() else {
      Issue.record("a worker with other images was welcomed")
      return
    }
    #expect(reason.contains(ours) && reason.contains(theirs) && reason.contains("mnist"))
    try worker.sayHello(datasets: [
      HeldDataset(name: "mnist", digest: ours), HeldDataset(name: "fmnist", digest: theirs),
    ])
    guard case .welcome(let welcome) = try worker.hear() else {
      Issue.record("a data set that the sweep does not use is no reason")
      return
    }
    #expect(welcome.datasets == [HeldDataset(name: "mnist", digest: ours)] && welcome.pieceBytes == 4096)
  }
}
