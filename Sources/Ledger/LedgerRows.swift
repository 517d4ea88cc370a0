import GRDB
import Scheduling
import Trials

/// Rows of a ledger as values and back.
enum LedgerRows {
  // MARK: Writing

  static func write(_ record: LedgerRecord, to database: Database) throws {
    switch record {
    case .trial(let standing):
      try execute(
        database, "INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          standing.trial.description, standing.state.rawValue, standing.failure, standing.account.lost,
          standing.account.crash, standing.account.outOfMemory, standing.account.checkpointStep,
          standing.account.lastLostStep, standing.account.lostAtSameStep,
        ])
    case .attempt(let trial, let attempt):
      try execute(
        database, "INSERT OR REPLACE INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          trial.description, attempt.number, attempt.token.description, attempt.worker, attempt.host,
          attempt.cpu, attempt.blas, attempt.threads, attempt.startedUnixSeconds, attempt.endedUnixSeconds,
          attempt.cause?.text, attempt.firstEpoch, attempt.lastEpoch, attempt.peakMemoryMiB, attempt.message,
        ])
    case .logTail(let trial, let attempt, let lines):
      try execute(
        database, "INSERT OR REPLACE INTO log_tails VALUES (?, ?, ?)",
        [trial.description, attempt, lines.joined(separator: "\n")])
    case .staleWord(let word):
      // A zombie repeats its word until it hears the answer; once is enough here.
      try execute(
        database, "INSERT OR IGNORE INTO stale_words VALUES (?, ?, ?, ?, ?)",
        [
          word.lease.trial.description, word.lease.token.description, word.worker.description,
          word.cause.text,
          word.unixSeconds,
        ])
    }
  }

  static func writeMeta(_ database: Database, _ values: [String: String]) throws {
    for (key, value) in values {
      try execute(database, "INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])
    }
  }

  private static func execute(
    _ database: Database, _ sql: String, _ values: [(any DatabaseValueConvertible)?]
  )
    throws
  {
    try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
  }

  // MARK: Reading

  static func readMeta(_ database: Database, _ key: String) throws -> String? {
    try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
  }

  static func readLogTail(_ database: Database, _ trial: TrialID, _ attempt: Int) throws -> [String] {
    let lines = try String.fetchOne(
      database, sql: "SELECT lines FROM log_tails WHERE trial = ? AND attempt = ?",
      arguments: [trial.description, attempt])
    return lines?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  static func readContent(_ database: Database) throws -> LedgerContent {
    var content = LedgerContent()
    let trials = try Row.fetchCursor(database, sql: "SELECT * FROM trials")
    while let row = try trials.next() {
      let standing = try standing(row)
      content.trials[standing.trial] = standing
    }
    let attempts = try Row.fetchCursor(database, sql: "SELECT * FROM attempts ORDER BY trial, number")
    while let row = try attempts.next() {
      let (trial, attempt) = try attempt(row)
      content.attempts[trial, default: []].append(attempt)
    }
    return content
  }

  private static func standing(_ row: Row) throws -> TrialStanding {
    guard let trial = TrialID(row["trial"]), let state = TrialState(rawValue: row["state"]) else {
      throw unreadable(row)
    }
    return TrialStanding(
      trial: trial, state: state,
      account: RetryAccount(
        lost: row["lost"], crash: row["crash"], outOfMemory: row["out_of_memory"],
        checkpointStep: row["checkpoint_step"], lastLostStep: row["last_lost_step"],
        lostAtSameStep: row["lost_at_same_step"]), failure: row["failure"])
  }

  private static func attempt(_ row: Row) throws -> (TrialID, AttemptRecord) {
    let cause: String? = row["cause"]
    guard let trial = TrialID(row["trial"]), let token = FencingToken(row["token"] as String),
      WorkerID(row["worker"]) != nil, cause == nil || EndCause(text: cause ?? "") != nil
    else { throw unreadable(row) }
    return (
      trial,
      AttemptRecord(
        number: row["number"], token: token, worker: row["worker"], host: row["host"], cpu: row["cpu"],
        blas: row["blas"], threads: row["threads"], startedUnixSeconds: row["started"],
        endedUnixSeconds: row["ended"], cause: cause.flatMap(EndCause.init(text:)),
        firstEpoch: row["first_epoch"], lastEpoch: row["last_epoch"], peakMemoryMiB: row["peak_memory_mib"],
        message: row["message"])
    )
  }

  private static func unreadable(_ row: Row) -> DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row cannot be read: \(row)")
  }
}
