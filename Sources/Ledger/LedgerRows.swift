import GRDB
import Scheduling
import Trials

/// Rows of a ledger as values and back.
enum LedgerRows {
  // MARK: Writing

  /// The records of one transaction without those that a later one replaces: a row is written once.
  static func withoutReplaced(_ records: [LedgerRecord]) -> [LedgerRecord] {
    enum Row: Hashable {
      case trial(TrialID)
      case attempt(TrialID, Int)
    }
    guard records.count > 1 else { return records }
    var seen: Set<Row> = []
    var kept: [LedgerRecord] = []
    kept.reserveCapacity(records.count)
    for record in records.reversed() {
      switch record {
      case .trial(let standing) where !seen.insert(.trial(standing.trial)).inserted: continue
      case .attempt(let trial, let attempt) where !seen.insert(.attempt(trial, attempt.number)).inserted:
        continue
      default: kept.append(record)
      }
    }
    return kept.reversed()
  }

  static func write(_ record: LedgerRecord, to database: Database) throws {
    switch record {
    case .trial(let standing):
      try execute(
        database, "INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          standing.trial.description, standing.state.rawValue, standing.failure, standing.account.lost,
          standing.account.crash, standing.account.outOfMemory, standing.account.checkpointStep,
          standing.account.lastLostStep, standing.account.lostAtSameStep, standing.account.forgivenAttempts,
          standing.priority, standing.ignoresEarlyStopping,
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
    case .decision(let trial, let decision):
      // Made once: what is there stays.
      try execute(
        database, "INSERT OR IGNORE INTO decisions VALUES (?, ?, ?, ?, ?, ?)",
        [
          trial.description, decision.rung, decision.value, decision.cutoff, decision.verdict.rawValue,
          decision.unixSeconds,
        ])
    case .node(let node):
      try execute(
        database, "INSERT OR REPLACE INTO nodes VALUES (?, ?, ?)", [node.host, node.reason, node.unixSeconds])
    case .mode(let mode): try writeMeta(database, ["mode": mode.rawValue])
    case .order(let id, let by, let answer, let unixSeconds):
      try execute(
        database, "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)", [id, by, answer, unixSeconds])
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
    let decisions = try Row.fetchCursor(
      database, sql: "SELECT * FROM decisions ORDER BY decided, trial, rung")
    while let row = try decisions.next() {
      let (trial, decision) = try decision(row)
      content.decisions[trial, default: []].append(decision)
    }
    for row in try Row.fetchAll(database, sql: "SELECT * FROM nodes") {
      content.nodes[row["host"]] = NodeStanding(
        host: row["host"], reason: row["reason"], unixSeconds: row["since"])
    }
    for row in try Row.fetchAll(database, sql: "SELECT id, answer FROM orders") {
      content.orders[row["id"]] = row["answer"]
    }
    if let text = try readMeta(database, "mode") {
      guard let mode = SweepMode(rawValue: text) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "'\(text)' is no mode of a sweep")
      }
      content.mode = mode
    }
    return content
  }

  static func readStandings(
    _ database: Database
  ) throws -> [TrialID: (state: TrialState, cause: EndCause?)] {
    var standings: [TrialID: (state: TrialState, cause: EndCause?)] = [:]
    let open = try Row.fetchCursor(database, sql: "SELECT trial FROM attempts WHERE ended IS NULL")
    while let row = try open.next() {
      guard let trial = TrialID(row["trial"] as String) else { throw unreadable(row) }
      standings[trial] = (.running, nil)
    }
    // The last attempt of each says why; a trial that never ran has none.
    let ended = try Row.fetchCursor(
      database,
      sql: """
        SELECT trials.trial, trials.state, attempts.cause FROM trials LEFT JOIN attempts USING (trial)
        WHERE trials.state IN (?, ?, ?) ORDER BY trials.trial, attempts.number
        """,
      arguments: [
        TrialState.failed.rawValue, TrialState.pruned.rawValue, TrialState.cancelled.rawValue,
      ])
    while let row = try ended.next() {
      guard let trial = TrialID(row["trial"] as String), let state = TrialState(rawValue: row["state"]) else {
        throw unreadable(row)
      }
      standings[trial] = (state, (row["cause"] as String?).flatMap(EndCause.init(text:)))
    }
    return standings
  }

  /// As `readContent`, but of each table only what comes before the first row that cannot be read.
  static func readReadable(_ database: Database) -> LedgerContent {
    var content = LedgerContent()
    func each(_ sql: String, _ body: (Row) throws -> Void) {
      guard let rows = try? Row.fetchCursor(database, sql: sql) else { return }
      while let row = try? rows.next() {
        guard (try? body(row)) != nil else { return }
      }
    }
    each("SELECT * FROM trials") { row in
      let standing = try standing(row)
      content.trials[standing.trial] = standing
    }
    each("SELECT * FROM attempts ORDER BY trial, number") { row in
      let (trial, attempt) = try attempt(row)
      content.attempts[trial, default: []].append(attempt)
    }
    each("SELECT * FROM decisions ORDER BY decided, trial, rung") { row in
      let (trial, decision) = try decision(row)
      content.decisions[trial, default: []].append(decision)
    }
    each("SELECT * FROM nodes") { row in
      content.nodes[row["host"]] = NodeStanding(
        host: row["host"], reason: row["reason"], unixSeconds: row["since"])
    }
    return content
  }

  private static func decision(_ row: Row) throws -> (TrialID, PruningDecision) {
    guard let trial = TrialID(row["trial"] as String),
      let verdict = PruningDecision.Verdict(rawValue: row["verdict"])
    else { throw unreadable(row) }
    return (
      trial,
      PruningDecision(
        rung: row["rung"], value: row["value"], cutoff: row["cutoff"], verdict: verdict,
        unixSeconds: row["decided"])
    )
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
        lostAtSameStep: row["lost_at_same_step"], forgivenAttempts: row["forgiven_attempts"]),
      failure: row["failure"], priority: row["priority"],
      ignoresEarlyStopping: row["ignores_early_stopping"])
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
