import GRDB

/// The tables of a ledger and how older ones become newer ones.
enum LedgerSchema {
  /// SQLite's `application_id` of a ledger: "IGRL".
  static let applicationID = 0x4947_524C
  static let version = 4

  /// Brings a database up to `version`.
  static func migrate(_ database: Database, from found: Int) throws {
    if found < 1 { try createVersion1(database) }
    if found < 2 { try addVersion2(database) }
    if found < 3 { try renumberForVersion3(database) }
    if found < 4 { try addVersion4(database) }
    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    try database.execute(sql: "PRAGMA user_version = \(version)")
  }

  private static func createVersion1(_ database: Database) throws {
    try database.execute(
      sql: """
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
        """)
  }

  /// Early stopping, a person's orders, nodes set aside, times given back.
  private static func addVersion2(_ database: Database) throws {
    try database.execute(
      sql: """
        ALTER TABLE trials ADD COLUMN forgiven_attempts INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE trials ADD COLUMN priority INTEGER;
        ALTER TABLE trials ADD COLUMN ignores_early_stopping INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE decisions (
          trial TEXT NOT NULL, rung INTEGER NOT NULL, value REAL NOT NULL, cutoff REAL,
          verdict TEXT NOT NULL, decided REAL NOT NULL, PRIMARY KEY (trial, rung)
        ) WITHOUT ROWID;
        CREATE TABLE nodes (
          host TEXT PRIMARY KEY, reason TEXT, since REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE orders (
          id TEXT PRIMARY KEY, by TEXT NOT NULL, answer TEXT NOT NULL, carried_out REAL NOT NULL
        ) WITHOUT ROWID;
        """)
  }

  /// Trials have numbers, in the order in which the ledger first heard of them: the rows of trials that are at work lie
  /// side by side, so that a commit touches as few pages at the end of a large sweep as at its beginning.
  private static func renumberForVersion3(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE names (number INTEGER PRIMARY KEY, trial TEXT NOT NULL);
        INSERT INTO names (trial)
          SELECT trial FROM (
            SELECT trial, min(started) AS first FROM attempts GROUP BY trial
            UNION ALL
            SELECT trial, NULL FROM trials WHERE trial NOT IN (SELECT trial FROM attempts)
          ) ORDER BY first IS NULL, first, trial;
        CREATE UNIQUE INDEX old_names ON names (trial);
        ALTER TABLE trials RENAME TO old_trials;
        CREATE TABLE trials (
          trial INTEGER PRIMARY KEY REFERENCES names, state TEXT NOT NULL, failure TEXT NOT NULL,
          lost INTEGER NOT NULL, crash INTEGER NOT NULL, out_of_memory INTEGER NOT NULL,
          checkpoint_step INTEGER NOT NULL, last_lost_step INTEGER, lost_at_same_step INTEGER NOT NULL,
          forgiven_attempts INTEGER NOT NULL, priority INTEGER, ignores_early_stopping INTEGER NOT NULL
        );
        INSERT INTO trials
          SELECT number, state, failure, lost, crash, out_of_memory, checkpoint_step, last_lost_step,
            lost_at_same_step, forgiven_attempts, priority, ignores_early_stopping
          FROM old_trials JOIN names USING (trial) ORDER BY number;
        DROP TABLE old_trials;
        ALTER TABLE attempts RENAME TO old_attempts;
        CREATE TABLE attempts (
          trial INTEGER NOT NULL REFERENCES names, number INTEGER NOT NULL, token TEXT NOT NULL,
          worker TEXT NOT NULL, host TEXT NOT NULL, cpu TEXT NOT NULL, blas TEXT NOT NULL,
          threads INTEGER NOT NULL, started REAL NOT NULL, ended REAL, cause TEXT,
          first_epoch INTEGER NOT NULL, last_epoch INTEGER NOT NULL, peak_memory_mib REAL,
          message TEXT NOT NULL, PRIMARY KEY (trial, number)
        ) WITHOUT ROWID;
        INSERT INTO attempts
          SELECT names.number, old_attempts.number, token, worker, host, cpu, blas, threads, started, ended,
            cause, first_epoch, last_epoch, peak_memory_mib, message
          FROM old_attempts JOIN names USING (trial) ORDER BY names.number, old_attempts.number;
        DROP TABLE old_attempts;
        DROP INDEX old_names;
        CREATE TABLE results (
          trial INTEGER PRIMARY KEY REFERENCES names, state TEXT NOT NULL, bytes INTEGER NOT NULL,
          modified INTEGER NOT NULL, changed INTEGER NOT NULL, metric TEXT NOT NULL, value REAL
        );
        """)
  }

  /// Which key introduced a worker, so that a restarted coordinator lets no other key take its name. The rows lie in the
  /// order in which they came.
  private static func addVersion4(_ database: Database) throws {
    try database.execute(sql: "CREATE TABLE owners (worker TEXT NOT NULL UNIQUE, key TEXT NOT NULL)")
  }
}
