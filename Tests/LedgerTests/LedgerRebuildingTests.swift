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

  /// Every seventh byte behind the first page, as a disk may spoil it.
  @Test(arguments: Array(stride(from: UInt8(1), through: 250, by: 3)))
  func noSpoiltByteEndsTheProgram(_ mask: UInt8) throws {
    var bytes = try Self.wholeLedger.get()
    for index in stride(from: 4096, to: bytes.count, by: 7) { bytes[index] ^= mask }
    try expectReadOrRefused(bytes)
  }

  @Test(arguments: UInt64(1)...60) func noSpoiltBitEndsTheProgram(_ seed: UInt64) throws {
    var (bytes, number) = (try Self.wholeLedger.get(), seed)
    for _ in 0..<40 {
      // Knuth's generator: its upper bits are good.
      number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes[4096 + Int(number >> 33) % (bytes.count - 4096)] ^= 1 << UInt8(number >> 61)
    }
    try expectReadOrRefused(bytes)
  }

  /// A ledger with a row in every table.
  private static let wholeLedger = Result {
    let folder = try TemporaryFolder()
    do {
      let ledger = try folder.open()
      try ledger.commit(
        (1...40).map { .attempt(trialA, attempt($0, cause: .bug)) } + [
          .trial(TrialStanding(trial: trialA, state: .failed, account: RetryAccount(), failure: "again")),
          .trial(TrialStanding(trial: trialB, state: .cancelled, account: RetryAccount())),
          .decision(
            trialA, PruningDecision(rung: 1, value: 2, cutoff: nil, verdict: .goOn, unixSeconds: 3)),
          .node(NodeStanding(host: "h", reason: nil, unixSeconds: 1)), .mode(.paused),
          .order(id: "o", by: "me", answer: "done", unixSeconds: 5),
        ])
    }
    let bytes = folder.read("ledger.1.sqlite")
    try #require(bytes.count > 8 * 4096, "a ledger of \(bytes.count) bytes")
    return bytes
  }

  /// Whatever stands in a page: a person gets the content or what to do, and a new ledger takes its place.
  private func expectReadOrRefused(_ bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    folder.write(bytes, to: "ledger.1.sqlite")
    func expectDamage(_ error: LedgerError) {
      #expect(error.code == .damaged && error.message.contains("igr doctor DIR --repair"), "\(error)")
    }
    do { _ = try SweepLedger.look(at: folder.places) } catch { expectDamage(error) }
    do { _ = try SweepLedger.lookAtStandings(folder.places) } catch { expectDamage(error) }
    do { _ = try SweepLedger.examine(folder.places, sweep: "sample") } catch {
      // The name of the sweep is among the bytes.
      if error.code != .otherSweep { expectDamage(error) }
    }
    _ = try SweepLedger.rebuild(
      folder.places, sweep: "sample", sweepDigest: "d", content: LedgerContent(), minimumEpoch: 1)
    _ = try folder.open()
  }

  /// SQLite has nothing against such rows; a coordinator has.
  @Test(arguments: ["number = -7", "started = 1e300", "started = 'noon'", "message = x'FF00FF'"])
  func aRowThatNoCoordinatorWroteIsSkippedByARepair(_ change: String) throws {
    let folder = try TemporaryFolder()
    do {
      let ledger = try folder.open()
      try ledger.commit([
        .trial(TrialStanding(trial: trialA, state: .failed, account: RetryAccount())),
        .attempt(trialA, attempt(1, cause: .bug)), .attempt(trialA, attempt(2, cause: .nan)),
        .mode(.paused),
      ])
    }
    try DatabaseQueue(path: folder.path + "/ledger.1.sqlite").write {
      try $0.execute(sql: "UPDATE attempts SET \(change) WHERE number = 1")
    }
    #expect(throws: LedgerError.self) { try SweepLedger.look(at: folder.places) }
    do {
      _ = try SweepLedger.examine(folder.places, sweep: "sample")
      Issue.record("\(change): was found whole")
    } catch { #expect(error.code == .damaged, "\(error)") }
    let (_, saved) = try SweepLedger.rebuild(
      folder.places, sweep: "sample", sweepDigest: "d", content: LedgerContent(), minimumEpoch: 1)
    #expect(saved == 1)
    let past = try folder.open().past
    #expect(past.attempts[trialA]?.map(\.number) == [2] && past.attempts[trialA]?.last?.cause == .nan)
    #expect(past.mode == .paused, "a pause outlives a repair")
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
