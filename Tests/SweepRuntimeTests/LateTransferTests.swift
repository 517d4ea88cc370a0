import Glibc
import ResultStore
import Testing
import Trials
import WireProtocol

@testable import SweepRuntime

/// Bytes that arrive when nobody may send them any more, or from whom nobody asked for them.
@Suite struct LateTransferTests {
  /// Its last piece comes after the lease was given back: the trial is another attempt's by then.
  @Test func aResultOfALeaseThatWasGivenBackIsNotPublished() throws {
    let stage = try ShippedStage()
    let (worker, grant, end, file, sha256) = try stage.finishedTrial()
    let final = stage.paths.trialFile(grant.lease.trial)
    try worker.say(.attemptEnded(grant.lease, end))
    var last: PieceRange?
    while last == nil {
      guard case .pieceWanted(sha256, let range) = try worker.hear() else { throw PlayedWorker.Unexpected() }
      if range.offset + range.count == file.count {
        last = range
      } else {
        try worker.say(ShippedStage.piece(range, of: file, sha256))
      }
    }
    try worker.say(.goodbye)
    try worker.sayHello(sharesResults: false)
    try worker.say(ShippedStage.piece(try #require(last), of: file, sha256))
    try worker.say(.requestTrial)
    // Said after the bytes were looked at.
    let again: LeaseGrant = try worker.hear { if case .grant(let grant) = $0 { grant } else { nil } }
    #expect(again.lease.token > grant.lease.token)
    #expect(access(final, F_OK) != 0, "a result of a lease that was given back was published")

    let (newEnd, newFile) = try stage.finish(again)
    try worker.say(.attemptEnded(again.lease, newEnd))
    let newDigest = try #require(newEnd.result).sha256
    #expect(
      try ShippedStage.serve(newFile, newDigest, worker) == .endAcknowledged(again.lease, .accepted))
    #expect(try ShippedStage.bytes(final) == newFile)
  }

  /// Half of it had come when the lease ran out.
  @Test func aCheckpointOfALeaseThatRanOutIsNotTakenAnyMore() throws {
    let stage = try ShippedStage()
    let first = try stage.worker("first")
    try stage.join(first)
    let grant = try first.lease()
    let (checkpoint, file) = try stage.checkpoint(grant)
    let sha256 = checkpoint.file.sha256
    try first.say(.attemptStarted(grant.lease))
    try first.say(.checkpointOffered(grant.lease, checkpoint))
    #expect(try ShippedStage.serve(file, sha256, first, pieces: 1) == nil)

    stage.coordinator.clock.skip(.seconds(16))
    let second = try stage.worker("second")
    try stage.join(second)
    let next = try second.lease()
    #expect(next.lease.trial == grant.lease.trial && next.checkpoint == nil)

    try first.sayHello(sharesResults: false)
    for offset in stride(from: 4096, to: file.count, by: 4096) {
      let range = PieceRange(offset: offset, count: min(4096, file.count - offset))
      try first.say(ShippedStage.piece(range, of: file, sha256))
    }
    try first.say(.requestTrial)
    // Said after the bytes were looked at.
    try first.hear { $0 == .nothingNow ? true : nil }
    #expect(access(stage.paths.checkpointFile(grant.lease.trial), F_OK) != 0, "it was taken")
  }

  @Test func piecesOfAWorkerThatWasNotAskedChangeNothing() throws {
    let stage = try ShippedStage()
    let (worker, grant, end, file, sha256) = try stage.finishedTrial()
    try worker.say(.attemptEnded(grant.lease, end))
    guard case .pieceWanted(sha256, let first) = try worker.hear() else { throw PlayedWorker.Unexpected() }
    #expect(first.offset == 0)

    let other = try stage.worker("other")
    try stage.join(other)
    let wrong = [UInt8](repeating: 0, count: file.count)
    try other.say(ShippedStage.piece(first, of: wrong, sha256))
    try other.say(.requestTrial)
    try other.hear { $0 == .nothingNow ? true : nil }

    var starts = 1
    try worker.say(ShippedStage.piece(first, of: file, sha256))
    while true {
      let message = try worker.hear()
      guard case .pieceWanted(sha256, let range) = message else {
        #expect(message == .endAcknowledged(grant.lease, .accepted))
        break
      }
      if range.offset == 0 { starts += 1 }
      try worker.say(ShippedStage.piece(range, of: file, sha256))
    }
    #expect(starts == 1, "the file was fetched anew because of another's bytes")
  }
}
