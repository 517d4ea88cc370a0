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
      try take(name: row, into: &names)
    }
    return names
  }

  private static let namesInOrder = "SELECT number, trial FROM names ORDER BY number"

  private static func take(name row: Row, into names: inout TrialNames) throws {
    guard let trial = TrialID(try row.value(1) as String) else { throw row.unreadable }
    names.take(try row.value(0), trial)
  }

  private static let attemptsInOrder = "SELECT * FROM attempts ORDER BY trial, number"
  private static let decisionsInOrder = """
    SELECT trial, rung, value, cutoff, verdict, decided FROM decisions ORDER BY decided, trial, rung
    """
  private static let allNodes = "SELECT host, reason, since FROM nodes"

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
    let decisions = try Row.fetchCursor(database, sql: decisionsInOrder)
    while let row = try decisions.next() {
      let (trial, decision) = try decision(row)
      content.decisions[trial, default: []].append(decision)
    }
    let nodes = try Row.fetchCursor(database, sql: allNodes)
    while let row = try nodes.next() {
      let node = try node(row)
      content.nodes[node.host] = node
    }
    let orders = try Row.fetchCursor(database, sql: "SELECT id, answer FROM orders")
    while let row = try orders.next() { content.orders[try row.value(0)] = try row.value(1) as String }
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
      guard let trial = TrialID(try row.value(0) as String) else { throw row.unreadable }
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
      guard let trial = TrialID(try row.value(0) as String),
        let state = TrialState(rawValue: try row.value(1))
      else { throw row.unreadable }
      standings[trial] = (state, (try row.optional(2) as String?).flatMap(EndCause.init(text:)))
    }
    return standings
  }

  /// As `readContent`, but without the rows that cannot be read, and of each table without what SQLite no longer finds.
  static func readReadable(_ database: Database) -> LedgerContent {
    var content = LedgerContent()
    func each(_ sql: String, _ body: (Row) throws -> Void) {
      guard let rows = try? Row.fetchCursor(database, sql: sql) else { return }
      while let row = try? rows.next() { try? body(row) }
    }
    var names = TrialNames()
    each(namesInOrder) { row in try take(name: row, into: &names) }
    each("SELECT * FROM trials") { row in
      let standing = try standing(row, names)
      content.trials[standing.trial] = standing
    }
    var texts = SharedTexts()
    each(attemptsInOrder) { row in
      let (trial, attempt) = try attempt(row, names, &texts)
      content.attempts[trial, default: []].append(attempt)
    }
    each(decisionsInOrder) { row in
      let (trial, decision) = try decision(row)
      content.decisions[trial, default: []].append(decision)
    }
    each(allNodes) { row in
      let node = try node(row)
      content.nodes[node.host] = node
    }
    try? readOwners(database, into: &content)
    // A sweep that was paused stays paused.
    if let mode = (try? readMeta(database, "mode")).flatMap({ $0 }).flatMap(SweepMode.init(rawValue:)) {
      content.mode = mode
    }
    return content
  }

  /// The newest ones: a sweep of many months has more workers than anybody can still come back as.
  private static func readOwners(_ database: Database, into content: inout LedgerContent) throws {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT worker, key FROM owners ORDER BY rowid DESC LIMIT 100000")
    while let row = try rows.next() {
      guard let worker = WorkerID(try row.value(0) as String) else { throw row.unreadable }
      content.owners[worker] = try row.value(1) as String
    }
  }

  private static func node(_ row: Row) throws -> NodeStanding {
    NodeStanding(host: try row.value(0), reason: try row.optional(1), unixSeconds: try row.time(2))
  }

  private static func decision(_ row: Row) throws -> (TrialID, PruningDecision) {
    guard let trial = TrialID(try row.value(0) as String),
      let verdict = PruningDecision.Verdict(rawValue: try row.value(4))
    else { throw row.unreadable }
    return (
      trial,
      PruningDecision(
        rung: try row.counted(1), value: try row.value(2), cutoff: try row.optional(3), verdict: verdict,
        unixSeconds: try row.time(5))
    )
  }

  // The columns are read by their places: a large ledger has a hundred thousand rows, and is read at every start.

  /// Whose row it is: by number, or, in a ledger of an older version that can no longer be migrated, by name.
  private static func trial(_ row: Row, _ names: TrialNames) throws -> TrialID {
    let stored: DatabaseValue = row[0]
    let trial =
      if let number = Int64.fromDatabaseValue(stored) { names[number] } else {
        String.fromDatabaseValue(stored).flatMap { TrialID($0) }
      }
    guard let trial else { throw row.unreadable }
    return trial
  }

  private static func standing(_ row: Row, _ names: TrialNames) throws -> TrialStanding {
    guard row.count >= 12, let state = TrialState(rawValue: try row.value(1)) else { throw row.unreadable }
    return TrialStanding(
      trial: try trial(row, names), state: state,
      account: RetryAccount(
        lost: try row.counted(3), crash: try row.counted(4), outOfMemory: try row.counted(5),
        checkpointStep: try row.counted(6), lastLostStep: try row.optional(7),
        lostAtSameStep: try row.counted(8), forgivenAttempts: try row.counted(9)),
      failure: try row.value(2), priority: try row.optional(10), ignoresEarlyStopping: try row.value(11))
  }

  /// Texts that many attempts have in common are kept once.
  private struct SharedTexts {
    private var known: Set<String> = []

    mutating func shared(_ text: String) -> String { known.insert(text).memberAfterInsert }
  }

  private static func attempt(
    _ row: Row, _ names: TrialNames, _ texts: inout SharedTexts
  ) throws -> (TrialID, AttemptRecord) {
    let cause: String? = try row.optional(10)
    let worker: String = try row.value(3)
    guard let token = FencingToken(try row.value(2) as String), WorkerID(worker) != nil else {
      throw row.unreadable
    }
    let end = cause.flatMap(EndCause.init(text:))
    guard (cause == nil) == (end == nil) else { throw row.unreadable }
    return (
      try trial(row, names),
      AttemptRecord(
        number: try row.counted(1), token: token, worker: texts.shared(worker),
        host: texts.shared(try row.value(4)), cpu: texts.shared(try row.value(5)),
        blas: texts.shared(try row.value(6)), threads: try row.counted(7),
        startedUnixSeconds: try row.time(8), endedUnixSeconds: try row.optionalTime(9), cause: end,
        firstEpoch: try row.counted(11), lastEpoch: try row.counted(12),
        peakMemoryMiB: try row.optional(13), message: try row.value(14))
    )
  }

  private static func result(_ row: Row, _ names: TrialNames) throws -> (TrialID, PublishedResult) {
    guard let state = TrialState(rawValue: try row.value(1)) else { throw row.unreadable }
    return (
      try trial(row, names),
      PublishedResult(
        state: state, byteCount: try row.value(2), modified: try row.value(3), changed: try row.value(4),
        metric: try row.value(5), value: try row.optional(6))
    )
  }
}
