import GRDB

/// The tables of a ledger and how older ones become newer ones.
enum LedgerSchema {
  /// SQLite's `application_id` of a ledger: "IGRL".
  static let applicationID = 0x4947_524C
  static let version = 2

  /// Brings a database up to `version`.
  static func migrate(_ database: Database, from found: Int) throws {
    if found < 1 { try createVersion1(database) }
    if found < 2 { try addVersion2(database) }
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
}
