import Glibc
import Scheduling
import Testing
import Trials
import WireProtocol

@testable import ResultStore
@testable import SweepRuntime

/// A coordinator and a worker without its folder, played by the test.
@Suite struct ShippedResultTests {
  @Test func aResultArrivesInPieces() throws {
    let stage = try ShippedStage()
    let (worker, grant, end, file, sha256) = try stage.finishedTrial()
    #expect(grant.checkpoint == nil)
    #expect(file.count > 8192, "a file of one piece shows nothing")
    try worker.say(.attemptEnded(grant.lease, end))
    let answer = try ShippedStage.serve(file, sha256, worker)
    #expect(answer == .endAcknowledged(grant.lease, .accepted))
    #expect(try ShippedStage.bytes(stage.paths.trialFile(grant.lease.trial)) == file)
    #expect(try TrialFile.verify(stage.paths.trialFile(grant.lease.trial)).state == .completed)
    try worker.say(.goodbye)
    #expect(try stage.coordinator.outcome() == .completed)
    #expect(try leftovers(stage) == [])
  }

  private func leftovers(_ stage: ShippedStage) throws -> [String] {
    try DurableFile.names(in: stage.paths.incomingFolder)
      + DurableFile.names(in: stage.paths.checkpointsFolder)
  }

  @Test func aRestartedCoordinatorGoesOnWithThePartThatIsThere() throws {
    let stage = try ShippedStage()
    let (worker, grant, end, file, sha256) = try stage.finishedTrial()
    try worker.say(.attemptEnded(grant.lease, end))
    #expect(try ShippedStage.serve(file, sha256, worker, pieces: 2) == nil)
    // Four pieces are asked for ahead; what is asked after those was asked because two had been kept.
    let part = stage.paths.partialResult(trial: grant.lease.trial, token: grant.lease.token, sha256: sha256)
    for _ in 0..<min(4, (file.count + 4095) / 4096 - 2) { _ = try worker.hear() }
    try stage.restart()
    let kept = try ShippedStage.bytes(part).count
    #expect(kept >= 4096 && kept < file.count)

    let again = try stage.worker()
    try stage.join(again, held: [grant.lease])
    try again.say(.attemptEnded(grant.lease, end))
    guard case .pieceWanted(sha256, let range) = try again.hear() else {
      Issue.record("the coordinator does not ask")
      return
    }
    #expect(range.offset == kept, "it goes on where it was")
    try again.say(ShippedStage.piece(range, of: file, sha256))
    #expect(try ShippedStage.serve(file, sha256, again) == .endAcknowledged(grant.lease, .accepted))
    #expect(try ShippedStage.bytes(stage.paths.trialFile(grant.lease.trial)) == file)
  }

  /// The last piece comes when the folder is another coordinator's already.
  @Test func aResultThatArrivesTooLateIsNotPublished() throws {
    let stage = try ShippedStage()
    let (worker, grant, end, file, sha256) = try stage.finishedTrial()
    try worker.say(.attemptEnded(grant.lease, end))
    while case .pieceWanted(sha256, let range) = try worker.hear() {
      if range.offset + range.count == file.count {
        stage.ledger.content.withLock { $0.isSuperseded = true }
      }
      try worker.say(ShippedStage.piece(range, of: file, sha256))
      if range.offset + range.count == file.count { break }
    }
    #expect(try stage.coordinator.outcome() == .superseded)
    #expect(access(stage.paths.trialFile(grant.lease.trial), F_OK) != 0, "it was published")
  }

  @Test func aWrongFileIsFetchedAgainAndThenRefused() throws {
    let stage = try ShippedStage()
    let (worker, grant, end, file, sha256) = try stage.finishedTrial()
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
        try worker.say(ShippedStage.piece(range, of: source, sha256))
        continue
      }
      #expect(message == .endAcknowledged(grant.lease, .accepted))
      break
    }
    #expect(starts == 2)
    #expect(try ShippedStage.bytes(stage.paths.trialFile(grant.lease.trial)) == file)
  }

  @Test func piecesTwiceLateOrForNobodyChangeNothing() throws {
    let stage = try ShippedStage()
    let (worker, grant, end, file, sha256) = try stage.finishedTrial()
    try worker.say(.piece(FilePiece(sha256: sha256, offset: 0, bytes: [1, 2, 3])))
    try worker.say(.attemptEnded(grant.lease, end))
    while true {
      let message = try worker.hear()
      guard case .pieceWanted(sha256, let range) = message else {
        #expect(message == .endAcknowledged(grant.lease, .accepted))
        break
      }
      let piece = ShippedStage.piece(range, of: file, sha256)
      try worker.say(.piece(FilePiece(sha256: sha256, offset: range.offset + 1, bytes: [9])))
      try worker.say(piece)
      try worker.say(piece)
    }
    #expect(try ShippedStage.bytes(stage.paths.trialFile(grant.lease.trial)) == file)
  }

  @Test func aCheckpointGoesToTheNextWorker() throws {
    let stage = try ShippedStage()
    let first = try stage.worker("first")
    try stage.join(first)
    let grant = try first.lease()
    let (checkpoint, file) = try stage.checkpoint(grant)
    let sha256 = checkpoint.file.sha256
    try first.say(.attemptStarted(grant.lease))
    try first.say(.checkpointOffered(grant.lease, checkpoint))
    #expect(
      try ShippedStage.serve(file, sha256, first) == .transferEnded(sha256: sha256, .accepted))
    #expect(try ShippedStage.bytes(stage.paths.checkpointFile(grant.lease.trial)) == file)

    stage.coordinator.clock.skip(.seconds(16))
    let second = try stage.worker("second")
    try stage.join(second)
    let next = try second.lease()
    #expect(next.checkpoint == checkpoint)
    var fetched: [UInt8] = []
    while fetched.count < file.count {
      try second.say(
        .pieceWanted(
          .checkpoint(next.lease.trial, sha256: sha256), PieceRange(offset: fetched.count, count: 4096))
      )
      guard case .piece(let piece) = try second.hear() else { throw PlayedWorker.Unexpected() }
      #expect(piece.offset == fetched.count && piece.sha256 == sha256)
      fetched += piece.bytes
    }
    #expect(fetched == file)

    // The first one, a zombie by now, cannot replace it.
    try stage.join(first, held: [grant.lease])
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
    let stage = try ShippedStage()
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
