import GRDB
import Scheduling
import Testing
import Trials

@testable import Ledger

@Suite struct LedgerMigrationTests {
  /// The tables of version 1 as that program made them, written out here so that they never change.
  private static let version1 = """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE trials (
      trial TEXT PRIMARY KEY, state TEXT NOT NULL, failure TEXT NOT NULL,
      lost INTEGER NOT NULL, crash INTEGER NOT NULL, out_of_memory INTEGER NOT NULL,
      checkpoint_step INTEGER NOT NULL, last_lost_step INTEGER, lost_at_same_step INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE attempts (
      trial TEXT NOT NULL, number INTEGER NOT NULL, token TEXT NOT NULL, worker TEXT NOT NULL,
      host TEXT NOT NULL, cpu TEXT NOT NULL, blas TEXT NOT NULL, threads INTEGER NOT NULL,
      started REAL NOT NULL, ended REAL, cause TEXT, first_epoch INTEGER NOT NULL,
      last_epoch INTEGER NOT NULL, peak_memory_mib REAL, message TEXT NOT NULL,
      PRIMARY KEY (trial, number)
    ) WITHOUT ROWID;
    CREATE TABLE log_tails (
      trial TEXT NOT NULL, attempt INTEGER NOT NULL, lines TEXT NOT NULL, PRIMARY KEY (trial, attempt)
    ) WITHOUT ROWID;
    CREATE TABLE stale_words (
      trial TEXT NOT NULL, token TEXT NOT NULL, worker TEXT NOT NULL, cause TEXT NOT NULL,
      heard REAL NOT NULL, PRIMARY KEY (trial, token, worker, cause)
    ) WITHOUT ROWID;
    INSERT INTO meta VALUES ('sweep', 'sample'), ('sweep_digest', 'd'), ('epoch', '3'),
      ('endpoint', 'tcp://127.0.0.1:5000');
    INSERT INTO trials VALUES
      ('00000000000000aa', 'failed', 'nan: step 7', 1, 2, 0, 40, 41, 2),
      ('00000000000000bb', 'pending', '', 0, 0, 0, 0, NULL, 0);
    INSERT INTO attempts VALUES
      ('00000000000000bb', 1, '3-9', 'w', 'h', 'c', 'b', 1, 10.5, NULL, NULL, 0, 2, NULL, '');
    PRAGMA application_id = 0x4947524C;
    PRAGMA user_version = 1;
    """

  @Test func aLedgerOfVersion1OpensAndGoesOn() throws {
    let folder = try TemporaryFolder()
    try DatabaseQueue(path: folder.path + "/ledger.3.sqlite").writeWithoutTransaction {
      try $0.execute(sql: Self.version1)
    }
    let decision = PruningDecision(rung: 3, value: 1.5, cutoff: nil, verdict: .goOn, unixSeconds: 9)
    do {
      let ledger = try folder.open()
      #expect(ledger.epoch == 4 && ledger.formerEndpoint == "tcp://127.0.0.1:5000")
      #expect(ledger.past.trials[trialA]?.state == .failed)
      #expect(
        ledger.past.trials[trialA]?.account
          == RetryAccount(lost: 1, crash: 2, checkpointStep: 40, lastLostStep: 41, lostAtSameStep: 2))
      #expect(ledger.past.trials[trialA]?.failure == "nan: step 7")
      #expect(ledger.past.attempts[trialB]?.first?.token == FencingToken(coordinatorEpoch: 3, counter: 9))
      #expect(ledger.past.mode == .running && ledger.past.decisions.isEmpty)
      try ledger.commit([
        .decision(trialB, decision), .mode(.paused),
        .node(NodeStanding(host: "n1", reason: "bad", unixSeconds: 5)),
        .order(id: "o1", by: "ann@h", answer: "paused", unixSeconds: 6),
        .trial(
          TrialStanding(
            trial: trialB, state: .cancelled, account: RetryAccount(forgivenAttempts: 1), failure: "c",
            priority: -4, ignoresEarlyStopping: true)),
      ])
    }
    let past = try folder.open().past
    #expect(past.decisions == [trialB: [decision]])
    #expect(past.mode == .paused && past.orders == ["o1": "paused"])
    #expect(past.nodes["n1"] == NodeStanding(host: "n1", reason: "bad", unixSeconds: 5))
    #expect(past.trials[trialB]?.priority == -4 && past.trials[trialB]?.ignoresEarlyStopping == true)
    #expect(past.trials[trialB]?.account.forgivenAttempts == 1)
    #expect(past.trials[trialA]?.priority == nil)
  }

  /// What version 2 made of version 1's tables, written out here so that it never changes.
  private static let version2 =
    version1 + """
      ALTER TABLE trials ADD COLUMN forgiven_attempts INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE trials ADD COLUMN priority INTEGER;
      ALTER TABLE trials ADD COLUMN ignores_early_stopping INTEGER NOT NULL DEFAULT 0;
      CREATE TABLE decisions (
        trial TEXT NOT NULL, rung INTEGER NOT NULL, value REAL NOT NULL, cutoff REAL,
        verdict TEXT NOT NULL, decided REAL NOT NULL, PRIMARY KEY (trial, rung)
      ) WITHOUT ROWID;
      CREATE TABLE nodes (host TEXT PRIMARY KEY, reason TEXT, since REAL NOT NULL) WITHOUT ROWID;
      CREATE TABLE orders (
        id TEXT PRIMARY KEY, by TEXT NOT NULL, answer TEXT NOT NULL, carried_out REAL NOT NULL
      ) WITHOUT ROWID;
      UPDATE trials SET priority = 7 WHERE trial = '00000000000000aa';
      INSERT INTO attempts VALUES
        ('00000000000000aa', 1, '2-1', 'w', 'h', 'c', 'b', 1, 8.5, 9.5, 'nan', 0, 2, 33.5, 'step 7'),
        ('00000000000000bb', 2, '3-10', 'w2', 'h', 'c', 'b', 1, 12.5, NULL, NULL, 2, 2, NULL, '');
      INSERT INTO decisions VALUES ('00000000000000bb', 4, 1.5, NULL, 'go on', 3.5);
      PRAGMA user_version = 2;
      """

  @Test func aLedgerOfVersion2KeepsEveryRowWhenTrialsGetNumbers() throws {
    let folder = try TemporaryFolder()
    try DatabaseQueue(path: folder.path + "/ledger.3.sqlite").writeWithoutTransaction {
      try $0.execute(sql: Self.version2)
    }
    #expect(try SweepLedger.look(at: folder.places)?.attempts[trialB]?.count == 2)
    let standings = try #require(try SweepLedger.lookAtStandings(folder.places))
    #expect(standings[trialA]?.state == .failed && standings[trialB]?.state == .running)
    let result = PublishedResult(
      state: .completed, byteCount: 9, modified: 10, changed: 11, metric: "train_loss", value: nil)
    do {
      let ledger = try folder.open()
      #expect(ledger.past.trials[trialA]?.priority == 7)
      #expect(ledger.past.trials[trialA]?.account.lastLostStep == 41)
      #expect(ledger.past.trials[trialB]?.state == .pending)
      let failed = try #require(ledger.past.attempts[trialA]?.first)
      #expect(failed.cause == .nan && failed.peakMemoryMiB == 33.5 && failed.message == "step 7")
      #expect(failed.token == FencingToken(coordinatorEpoch: 2, counter: 1) && failed.endedUnixSeconds == 9.5)
      #expect(ledger.past.attempts[trialB]?.map(\.token.counter) == [9, 10])
      #expect(ledger.past.attempts[trialB]?.map(\.lastEpoch) == [2, 2])
      #expect(ledger.past.decisions[trialB]?.map(\.rung) == [4])
      // A row of a trial that has a number and one of a trial that has none yet.
      try ledger.commit([.attempt(trialA, attempt(2)), .attempt(trialC, attempt(1)), .result(trialC, result)])
    }
    let past = try folder.open().past
    #expect(past.attempts[trialA]?.map(\.number) == [1, 2])
    #expect(past.attempts[trialC] == [attempt(1)])
    #expect(past.results == [trialC: result])
  }

  @Test func aCommitThatFailsGivesItsNumbersBack() {
    var numbers = TrialNumbers()
    #expect(numbers.number(of: trialA) == (1, true))
    numbers.keep()
    #expect(numbers.number(of: trialB) == (2, true))
    #expect(numbers.number(of: trialB) == (2, false))
    numbers.takeBack()
    #expect(numbers.number(of: trialC) == (2, true))
    #expect(numbers.number(of: trialA) == (1, false))
  }

  @Test func aDecisionIsNeverReplaced() throws {
    let folder = try TemporaryFolder()
    let first = PruningDecision(rung: 3, value: 1, cutoff: 2, verdict: .goOn, unixSeconds: 9)
    var second = first
    second.verdict = .prune
    do { try folder.open().commit([.decision(trialA, first), .decision(trialA, second)]) }
    #expect(try folder.open().past.decisions == [trialA: [first]])
  }

  @Test func ofRowsThatAreWrittenTwiceInOneCommitTheLastStays() throws {
    let folder = try TemporaryFolder()
    do {
      try folder.open().commit([
        .attempt(trialA, attempt(1)), .attempt(trialA, attempt(1, cause: .bug)), .attempt(trialB, attempt(1)),
      ])
    }
    let past = try folder.open().past
    #expect(past.attempts == [trialA: [attempt(1, cause: .bug)], trialB: [attempt(1)]])
  }
}
