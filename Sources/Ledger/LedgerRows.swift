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
      case result(TrialID)
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
      case .result(let trial, _) where !seen.insert(.result(trial)).inserted: continue
      default: kept.append(record)
      }
    }
    return kept.reversed()
  }

  static func write(_ record: LedgerRecord, to database: Database, _ numbers: inout TrialNumbers) throws {
    func number(_ trial: TrialID) throws -> Int64 {
      let (number, isNew) = numbers.number(of: trial)
      if isNew { try execute(database, "INSERT INTO names VALUES (?, ?)", [number, trial.description]) }
      return number
    }
    switch record {
    case .trial(let standing):
      try execute(
        database, "INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          number(standing.trial), standing.state.rawValue, standing.failure, standing.account.lost,
          standing.account.crash, standing.account.outOfMemory, standing.account.checkpointStep,
          standing.account.lastLostStep, standing.account.lostAtSameStep, standing.account.forgivenAttempts,
          standing.priority, standing.ignoresEarlyStopping,
        ])
    case .attempt(let trial, let attempt):
      try execute(
        database, "INSERT OR REPLACE INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          number(trial), attempt.number, attempt.token.description, attempt.worker, attempt.host,
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
    case .result(let trial, let result):
      try execute(
        database, "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
          number(trial), result.state.rawValue, result.byteCount, result.modified, result.changed,
          result.metric, result.value,
        ])
    case .node(let node):
      try execute(
        database, "INSERT OR REPLACE INTO nodes VALUES (?, ?, ?)", [node.host, node.reason, node.unixSeconds])
    case .mode(let mode): try writeMeta(database, ["mode": mode.rawValue])
    case .order(let id, let by, let answer, let unixSeconds):
      try execute(
        database, "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)", [id, by, answer, unixSeconds])
    case .owner(let worker, let key):
      // Whoever came first.
      try execute(database, "INSERT OR IGNORE INTO owners VALUES (?, ?)", [worker.description, key])
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

  static func readNames(_ database: Database) throws -> TrialNames {
    var names = TrialNames()
    let rows = try Row.fetchCursor(database, sql: namesInOrder)
    while let row = try rows.next() {
      guard let trial = TrialID(row[1] as String) else { throw unreadable(row) }
      names.take(row[0], trial)
    }
    return names
  }

  private static let namesInOrder = "SELECT number, trial FROM names ORDER BY number"

  private static let attemptsInOrder = "SELECT * FROM attempts ORDER BY trial, number"

  static func readContent(_ database: Database) throws -> LedgerContent {
    try readContent(database, readNames(database))
  }

  static func readContent(_ database: Database, _ names: TrialNames) throws -> LedgerContent {
    var content = LedgerContent()
    content.trials.reserveCapacity(names.count)
    content.attempts.reserveCapacity(names.count)
    content.results.reserveCapacity(names.count)
    let trials = try Row.fetchCursor(database, sql: "SELECT * FROM trials")
    while let row = try trials.next() {
      let standing = try standing(row, names)
      content.trials[standing.trial] = standing
    }
    var texts = SharedTexts()
    let attempts = try Row.fetchCursor(database, sql: attemptsInOrder)
    // Attempts at one trial follow each other.
    var last: (trial: TrialID, attempts: [AttemptRecord])?
    while let row = try attempts.next() {
      let (trial, attempt) = try attempt(row, names, &texts)
      if last?.trial == trial {
        last?.attempts.append(attempt)
      } else {
        if let last { content.attempts[last.trial] = last.attempts }
        last = (trial, [attempt])
      }
    }
    if let last { content.attempts[last.trial] = last.attempts }
    let results = try Row.fetchCursor(database, sql: "SELECT * FROM results")
    while let row = try results.next() {
      let (trial, result) = try result(row, names)
      content.results[trial] = result
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
    try readOwners(database, into: &content)
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
    let open = try Row.fetchCursor(
      database,
      sql: "SELECT names.trial FROM attempts JOIN names ON names.number = attempts.trial WHERE ended IS NULL")
    while let row = try open.next() {
      guard let trial = TrialID(row["trial"] as String) else { throw unreadable(row) }
      standings[trial] = (.running, nil)
    }
    // The last attempt of each says why; a trial that never ran has none.
    let ended = try Row.fetchCursor(
      database,
      sql: """
        SELECT names.trial, trials.state, attempts.cause
        FROM trials JOIN names ON names.number = trials.trial LEFT JOIN attempts ON attempts.trial = trials.trial
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
    var names = TrialNames()
    each(namesInOrder) { row in
      guard let trial = TrialID(row[1] as String) else { throw unreadable(row) }
      names.take(row[0], trial)
    }
    each("SELECT * FROM trials") { row in
      let standing = try standing(row, names)
      content.trials[standing.trial] = standing
    }
    var texts = SharedTexts()
    each(attemptsInOrder) { row in
      let (trial, attempt) = try attempt(row, names, &texts)
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
    try? readOwners(database, into: &content)
    return content
  }

  /// The newest ones: a sweep of many months has more workers than anybody can still come back as.
  private static func readOwners(_ database: Database, into content: inout LedgerContent) throws {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT worker, key FROM owners ORDER BY rowid DESC LIMIT 100000")
    while let row = try rows.next() {
      guard let worker = WorkerID(row[0] as String) else { throw unreadable(row) }
      content.owners[worker] = row[1]
    }
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

  // The columns are read by their places: a large ledger has a hundred thousand rows, and is read at every start.

  /// Whose row it is: by number, or, in a ledger of an older version that can no longer be migrated, by name.
  private static func trial(_ row: Row, _ names: TrialNames) -> TrialID? {
    if let number: Int64 = Int64.fromDatabaseValue(row[0]) { return names[number] }
    return String.fromDatabaseValue(row[0]).flatMap { TrialID($0) }
  }

  private static func standing(_ row: Row, _ names: TrialNames) throws -> TrialStanding {
    guard row.count >= 12, let trial = trial(row, names), let state = TrialState(rawValue: row[1])
    else { throw unreadable(row) }
    return TrialStanding(
      trial: trial, state: state,
      account: RetryAccount(
        lost: row[3], crash: row[4], outOfMemory: row[5], checkpointStep: row[6], lastLostStep: row[7],
        lostAtSameStep: row[8], forgivenAttempts: row[9]),
      failure: row[2], priority: row[10], ignoresEarlyStopping: row[11])
  }

  /// Texts that many attempts have in common are kept once.
  private struct SharedTexts {
    private var known: Set<String> = []

    mutating func shared(_ text: String) -> String { known.insert(text).memberAfterInsert }
  }

  private static func attempt(
    _ row: Row, _ names: TrialNames, _ texts: inout SharedTexts
  ) throws -> (TrialID, AttemptRecord) {
    let cause: String? = row[10]
    let worker: String = row[3]
    guard let trial = trial(row, names), let token = FencingToken(row[2] as String), WorkerID(worker) != nil
    else { throw unreadable(row) }
    let end = cause.flatMap(EndCause.init(text:))
    guard (cause == nil) == (end == nil) else { throw unreadable(row) }
    return (
      trial,
      AttemptRecord(
        number: row[1], token: token, worker: texts.shared(worker), host: texts.shared(row[4]),
        cpu: texts.shared(row[5]), blas: texts.shared(row[6]),
        threads: row[7], startedUnixSeconds: row[8], endedUnixSeconds: row[9], cause: end,
        firstEpoch: row[11], lastEpoch: row[12], peakMemoryMiB: row[13], message: row[14])
    )
  }

  private static func result(_ row: Row, _ names: TrialNames) throws -> (TrialID, PublishedResult) {
    guard let trial = names[row[0]], let state = TrialState(rawValue: row[1]) else { throw unreadable(row) }
    return (
      trial,
      PublishedResult(
        state: state, byteCount: row[2], modified: row[3], changed: row[4], metric: row[5], value: row[6])
    )
  }

  private static func unreadable(_ row: Row) -> DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row cannot be read: \(row)")
  }
}
