import Glibc
import Scheduling
import Testing
import Trials

@testable import Ledger

/// What is read of a ledger before its folder is claimed.
@Suite struct LedgerPreviewTests {
  private let first: [LedgerRecord] = [
    .attempt(trialB, attempt(1, cause: .completed)), .attempt(trialB, attempt(2)),
    .attempt(trialA, attempt(1)),
    .trial(TrialStanding(trial: trialB, state: .completed, account: RetryAccount())),
    .result(
      trialB,
      PublishedResult(
        state: .completed, byteCount: 7, modified: 8, changed: 9, metric: "train_loss", value: 1.5)),
  ]

  private func content(_ records: [LedgerRecord]) -> LedgerContent {
    var content = LedgerContent()
    for record in records { content.apply(record) }
    return content
  }

  /// A folder whose ledger was closed an hour ago.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.open().commit(first)
    folder.setLastWrite(-3600)
    return folder
  }

  @Test func itFindsWhatAClaimWouldReadAndLeavesNoCopy() throws {
    let folder = try folder()
    let preview = LedgerPreview(of: folder.places, minimumBytes: 1)
    var found = preview.take()
    #expect(found?.content == content(first))
    #expect(found?.sweep == "sample")
    #expect(found?.file == folder.places.ledgerFile(1))
    let copy = try #require(found?.copy.path)
    #expect(access(copy, F_OK) == 0)
    found = nil
    #expect(access(copy, F_OK) != 0)
    #expect(preview.take() == nil, "it is found once")
    #expect(folder.names == ["ledger.1.sqlite", ".lock"].sorted(), "a look changes nothing")
  }

  @Test func aClaimGoesOnFromIt() throws {
    let folder = try folder()
    let preview = LedgerPreview(of: folder.places, minimumBytes: 1)
    let later = LedgerRecord.attempt(trialC, attempt(1))
    do {
      let ledger = try folder.open(preview: preview)
      #expect(ledger.epoch == 2)
      #expect(ledger.past == content(first))
      // Its number must be a new one.
      try ledger.commit([later])
    }
    #expect(try folder.open().past == content(first + [later]))
  }

  @Test func whatIsWrittenAfterwardsCounts() throws {
    let folder = try TemporaryFolder()
    let later = LedgerRecord.attempt(trialC, attempt(1))
    let preview: LedgerPreview
    do {
      let ledger = try folder.open()
      try ledger.commit(first)
      folder.setLastWrite(-3600)
      preview = LedgerPreview(of: folder.places, minimumBytes: 1)
      preview.wait()
      try ledger.commit([later])
    }
    #expect(try folder.open(preview: preview).past == content(first + [later]))
  }

  @Test func aNewerLifeOfAnotherMachineCounts() throws {
    let folder = try folder()
    let preview = LedgerPreview(of: folder.places, minimumBytes: 1)
    preview.wait()
    let later = LedgerRecord.attempt(trialC, attempt(1))
    try folder.open().commit([later])
    let ledger = try folder.open(preview: preview)
    #expect(ledger.epoch == 3)
    #expect(ledger.past == content(first + [later]))
  }

  /// A commit that does not lengthen the log, within the same second: its time tells.
  @Test func everyCommitIsSeenInTheVersion() throws {
    let folder = try TemporaryFolder()
    let ledger = try folder.open()
    try ledger.commit(first)
    folder.setLastWrite(-3600)
    let before = LedgerCopy.Version(of: ledger.path)
    #expect(before == LedgerCopy.Version(of: ledger.path))
    try ledger.commit([.attempt(trialC, attempt(1))])
    #expect(before != LedgerCopy.Version(of: ledger.path))
    #expect(before.isFoldedLike(LedgerCopy.Version(of: ledger.path)), "the log alone has grown")
  }

  /// Another commit might follow that has the same time.
  @Test func whatWasWrittenJustNowIsNotLookedAt() throws {
    let folder = try folder()
    folder.setLastWrite(3600)
    let preview = LedgerPreview(of: folder.places, minimumBytes: 1)
    #expect(preview.take() == nil)
    #expect(try folder.open(preview: preview).past == content(first))
  }

  /// Its memory beside the plan's would cost more than its time.
  @Test func aSmallLedgerIsReadAfterThePlan() throws {
    let folder = try folder()
    let bytes = folder.read("ledger.1.sqlite").count
    #expect(LedgerPreview(of: folder.places).take() == nil)
    #expect(LedgerPreview(of: folder.places, minimumBytes: bytes + 1).take() == nil)
    #expect(LedgerPreview(of: folder.places, minimumBytes: bytes).take()?.content == content(first))
  }

  @Test func aFolderWithoutALedgerHasNone() throws {
    let folder = try TemporaryFolder()
    let preview = LedgerPreview(of: folder.places, minimumBytes: 1)
    #expect(try folder.open(preview: preview).past == LedgerContent())
  }

  @Test func anotherSweepsLedgerIsRefused() throws {
    let folder = try folder()
    let before = folder.names
    let preview = LedgerPreview(of: folder.places, minimumBytes: 1)
    let error = #expect(throws: LedgerError.self) { try folder.open(sweep: "other", preview: preview) }
    #expect(error?.code == .otherSweep)
    #expect(folder.names == before)
  }

  @Test func aDamagedLedgerIsRefused() throws {
    let folder = try folder()
    folder.write([UInt8](repeating: 1, count: 5000), to: "ledger.1.sqlite")
    folder.setLastWrite(-3600)
    let preview = LedgerPreview(of: folder.places, minimumBytes: 1)
    preview.wait()
    let error = #expect(throws: LedgerError.self) { try folder.open(preview: preview) }
    #expect(error?.code == .damaged)
  }
}

/// The numbers of a ledger's trials as they are read.
@Suite struct TrialNamesTests {
  @Test func numbersBehindAGapAreFoundToo() {
    var names = TrialNames()
    names.take(1, trialA)
    names.take(2, trialB)
    names.take(7, trialC)
    #expect(names[1] == trialA)
    #expect(names[2] == trialB)
    #expect(names[7] == trialC)
    for number: Int64 in [0, 3, 6, 8, -1, .min, .max] { #expect(names[number] == nil, "\(number)") }
    #expect(names.count == 3)
    var all: [Int64: TrialID] = [:]
    names.forEach { all[$0] = $1 }
    #expect(all == [1: trialA, 2: trialB, 7: trialC])
  }
}
