import Glibc
import Scheduling
import Testing
import Trials

@testable import Ledger

@Suite struct SweepLedgerTests {
  private let account = RetryAccount(
    lost: 1, crash: 2, outOfMemory: 3, checkpointStep: 4, lastLostStep: 5, lostAtSameStep: 6)

  private var records: [LedgerRecord] {
    [
      .attempt(trialA, attempt(1)), .attempt(trialA, attempt(1, cause: .killedBySignal(9))),
      .attempt(trialA, attempt(2)), .attempt(trialB, attempt(1, cause: .completed)),
      .trial(TrialStanding(trial: trialA, state: .pending, account: RetryAccount())),
      .trial(TrialStanding(trial: trialA, state: .failed, account: account, failure: "why")),
      .trial(TrialStanding(trial: trialB, state: .completed, account: RetryAccount())),
      // Literals that are names.
      .owner(WorkerID("w1")!, key: "first"), .owner(WorkerID("w1")!, key: "later"),
    ]
  }

  @Test func theNextLifeReadsWhatThisOneRecorded() throws {
    let folder = try TemporaryFolder()
    var expected = LedgerContent()
    for record in records { expected.apply(record) }
    do {
      let ledger = try folder.open()
      #expect(ledger.epoch == 1 && ledger.past == LedgerContent() && ledger.formerEndpoint == nil)
      try ledger.commit(records)
      try ledger.keepEndpoint("tcp://127.0.0.1:5000")
    }
    let next = try folder.open()
    #expect(next.epoch == 2)
    #expect(next.past == expected)
    #expect(next.formerEndpoint == "tcp://127.0.0.1:5000")
  }

  @Test func aBatchIsDurableAsAWholeOrNotAtAll() throws {
    let folder = try TemporaryFolder()
    do {
      let ledger = try folder.open()
      var bad = attempt(2)
      bad.startedUnixSeconds = .nan  // SQLite stores NaN as NULL, which the column refuses.
      #expect(throws: LedgerError.self) {
        try ledger.commit([.attempt(trialA, attempt(1)), .attempt(trialA, bad)])
      }
      try ledger.commit([.attempt(trialB, attempt(1))])
    }
    #expect(try folder.open().past.attempts == [trialB: [attempt(1)]])
  }

  @Test func logTailsAndStaleWordsAreKept() throws {
    let folder = try TemporaryFolder()
    let ledger = try folder.open()
    let word = StaleWord(
      lease: TrialLease(trial: trialA, token: FencingToken(coordinatorEpoch: 1, counter: 1)),
      worker: .random(),
      cause: .completed, unixSeconds: 5)
    try ledger.commit([
      .logTail(trialA, attempt: 1, lines: ["one", "", "three"]), .staleWord(word), .staleWord(word),
    ])
    #expect(try ledger.logTail(of: trialA, attempt: 1) == ["one", "", "three"])
    #expect(try ledger.logTail(of: trialA, attempt: 2).isEmpty)
  }

  @Test func onlyTheLastLedgerBesideTheNewOneStays() throws {
    let folder = try TemporaryFolder()
    for _ in 1...4 { _ = try folder.open() }
    #expect(folder.names.filter { $0.hasSuffix(".sqlite") } == ["ledger.3.sqlite", "ledger.4.sqlite"])
    #expect(folder.names.allSatisfy { !$0.hasSuffix(".new") })
  }

  @Test func aSecondCoordinatorIsRefusedWithTheProcessOfTheFirst() throws {
    let folder = try TemporaryFolder()
    let first = try folder.open()
    do {
      _ = try folder.open()
      Issue.record("two coordinators of one folder")
    } catch {
      #expect(error.code == .inUse && error.message.contains("process \(getpid())"))
    }
    #expect(first.epoch == 1 && !first.isSuperseded())
  }

  @Test func aClaimWithoutContentIsSkippedAndItsNumberNotUsedAgain() throws {
    let folder = try TemporaryFolder()
    do {
      let ledger = try folder.open()
      try ledger.commit(records)
    }
    folder.write([], to: "ledger.2.sqlite")
    let next = try folder.open()
    #expect(next.epoch == 3)
    #expect(next.past.trials.count == 2)
    #expect(folder.names.filter { $0.hasSuffix(".sqlite") } == ["ledger.1.sqlite", "ledger.3.sqlite"])
  }

  @Test func aClaimOfAnotherMachineSupersedesThisOne() throws {
    let folder = try TemporaryFolder()
    let ledger = try folder.open()
    folder.write([], to: "ledger.2.sqlite")
    #expect(ledger.isSuperseded())
  }

  @Test func lostLedgersDoNotBringOldTokensBack() throws {
    let folder = try TemporaryFolder()
    #expect(try folder.open(minimumEpoch: 8).epoch == 8)
  }

  @Test func recordsSurviveACopyTakenWithoutClosing() throws {
    let folder = try TemporaryFolder()
    let copy = try TemporaryFolder()
    let ledger = try folder.open()
    try ledger.commit(records)
    // What a killed process leaves: the file and its write-ahead log as they are now.
    for name in folder.names where name.hasPrefix("ledger.") { copy.write(folder.read(name), to: name) }
    #expect(try copy.open().past.trials.count == 2)
  }

  /// As after a requeue on another host, where the lock of the first coordinator is not seen.
  @Test func aNewerLifeReadsTheOlderOnesLedgerAndDoesNotTouchIt() throws {
    let folder = try TemporaryFolder()
    let older = try folder.open()
    try older.commit(records)
    let files = folder.names.filter { $0.hasPrefix("ledger.1.") }
    let before = files.map(folder.read)
    #expect(files.count == 2, "\(files)")
    unlink(folder.path + "/.lock")
    let newer = try folder.open()
    #expect(newer.epoch == 2 && newer.past.trials.count == 2)
    #expect(older.isSuperseded() && !newer.isSuperseded())
    #expect(files.map(folder.read) == before)
  }

  /// Power may fail as soon as the file is in place, before anything reached its write-ahead log.
  @Test func aLedgerNamesItsSweepFromItsFirstMoment() throws {
    let folder = try TemporaryFolder()
    let copy = try TemporaryFolder()
    let ledger = try folder.open()
    copy.write(folder.read("ledger.1.sqlite"), to: "ledger.1.sqlite")
    #expect(try copy.open().epoch == 2)
    #expect(ledger.epoch == 1)
  }
}
