import GRDB
import Scheduling
import Testing
import Trials

@testable import Ledger

@Suite struct LedgerRebuildingTests {
  /// Ways in which disks and people spoil a file.
  enum Damage: String, CaseIterable {
    case truncated, flippedHeader, flippedPages, garbage
  }

  private func makeLedger(in folder: TemporaryFolder) throws {
    let ledger = try folder.open()
    for number in 1...200 { try ledger.commit([.attempt(trialA, attempt(number, cause: .bug))]) }
    try ledger.commit([
      .trial(TrialStanding(trial: trialA, state: .completed, account: RetryAccount())),
      .trial(
        TrialStanding(trial: trialB, state: .cancelled, account: RetryAccount(), failure: "by a person")),
    ])
  }

  private func spoil(_ folder: TemporaryFolder, _ damage: Damage) {
    var bytes = folder.read("ledger.1.sqlite")
    switch damage {
    case .truncated: bytes = Array(bytes.prefix(bytes.count / 2 + 17))
    case .flippedHeader: for index in 0..<16 { bytes[index] ^= 0xFF }
    case .flippedPages: for index in stride(from: 4096, to: bytes.count, by: 7) { bytes[index] ^= 0x55 }
    case .garbage: bytes = bytes.indices.map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }
    folder.write(bytes, to: "ledger.1.sqlite")
  }

  @Test(arguments: Damage.allCases) func aDamagedLedgerIsRefusedAndMadeAnewFromTheTrialFiles(
    _ damage: Damage
  ) throws {
    let folder = try TemporaryFolder()
    try makeLedger(in: folder)
    spoil(folder, damage)
    do {
      _ = try folder.open()
      Issue.record("\(damage): was opened")
    } catch {
      #expect(error.code == .damaged && error.message.contains("igr doctor DIR --repair"), "\(error)")
    }
    let fromFiles = LedgerContent(
      trials: [trialA: TrialStanding(trial: trialA, state: .completed, account: RetryAccount())],
      attempts: [trialA: [attempt(1, cause: .bug), attempt(2, cause: .completed)]])
    let (aside, _) = try SweepLedger.rebuild(
      folder.places, sweep: "sample", sweepDigest: "d", content: fromFiles, minimumEpoch: 5)
    #expect(aside == [folder.path + "/ledger.1.sqlite.damaged"])
    #expect(folder.names.contains("ledger.1.sqlite.damaged"))
    let ledger = try folder.open()
    #expect(ledger.epoch == 6, "tokens of earlier lives never come again")
    #expect(ledger.past.trials[trialA]?.state == .completed)
    #expect(ledger.past.attempts[trialA]?.count == 2)
  }

  @Test func whatCanStillBeReadIsKept() throws {
    let folder = try TemporaryFolder()
    try makeLedger(in: folder)
    try DatabaseQueue(path: folder.path + "/ledger.1.sqlite").write {
      // A row that no program of ours wrote makes the ledger unreadable as a whole.
      try $0.execute(
        sql:
          "INSERT INTO attempts SELECT trial, 1000000, 'no token', worker, host, cpu, blas, threads, started, ended, cause, first_epoch, last_epoch, peak_memory_mib, message FROM attempts ORDER BY trial DESC LIMIT 1"
      )
    }
    #expect(throws: LedgerError.self) { try folder.open() }
    let (_, saved) = try SweepLedger.rebuild(
      folder.places, sweep: "sample", sweepDigest: "d", content: LedgerContent(), minimumEpoch: 1)
    #expect(saved == 1, "the cancelled one; a completed one without a file has no result")
    let past = try folder.open().past
    #expect(past.trials[trialB]?.state == .cancelled && past.trials[trialA] == nil)
  }

  @Test func anEmptyFileIsAClaimThatCameToNothing() throws {
    let folder = try TemporaryFolder()
    folder.write([], to: "ledger.1.sqlite")
    #expect(try SweepLedger.examine(folder.places, sweep: "sample") == nil)
    #expect(try folder.open().epoch == 2)
  }

  @Test func aNewerLedgerIsNotRepaired() throws {
    let folder = try TemporaryFolder()
    let path = try folder.open().path
    try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
    do {
      _ = try SweepLedger.rebuild(
        folder.places, sweep: "sample", sweepDigest: "d", content: LedgerContent(), minimumEpoch: 1)
      Issue.record("rebuilt")
    } catch { #expect(error.code == .newerSchema) }
    #expect(folder.names.contains("ledger.1.sqlite"), "nothing was moved")
  }

  @Test func aLedgerInUseIsNotRepaired() throws {
    let folder = try TemporaryFolder()
    let ledger = try folder.open()
    do {
      _ = try SweepLedger.rebuild(
        folder.places, sweep: "sample", sweepDigest: "d", content: LedgerContent(), minimumEpoch: 1)
      Issue.record("rebuilt")
    } catch { #expect(error.code == .inUse) }
    withExtendedLifetime(ledger) {}
  }
}
