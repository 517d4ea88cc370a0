import GRDB
import Scheduling
import Trials

extension SweepLedger {
  /// What the newest ledger of a folder holds, without touching it: a copy is read, so that a coordinator that is at
  /// work, which alone may open its ledger, is not disturbed. The last records may be missing then.
  ///
  /// - Returns: nil where the folder has no ledger.
  /// - Throws: `LedgerError` when the copy cannot be made or read.
  public static func look(at places: LedgerPlaces) throws(LedgerError) -> LedgerContent? {
    try reading(places) { try LedgerRows.readContent($0) }
  }

  /// How the trials stand that are neither waiting nor completed, read as `look` reads; those that have a lease by this
  /// ledger count as running, whether or not a coordinator lives.
  ///
  /// - Returns: nil where the folder has no ledger.
  /// - Throws: `LedgerError` when the copy cannot be made or read.
  public static func lookAtStandings(
    _ places: LedgerPlaces
  ) throws(LedgerError) -> [TrialID: (state: TrialState, cause: EndCause?)]? {
    try reading(places) { try LedgerRows.readStandings($0) }
  }

  private static func reading<Content>(
    _ places: LedgerPlaces, _ read: (Database) throws -> Content
  ) throws(LedgerError) -> Content? {
    guard let path = try newestFilled(places) else { return nil }
    let copy = try LedgerCopy(of: path)
    // Its files go with it.
    defer { withExtendedLifetime(copy) {} }
    return try LedgerFile.working(path) {
      try LedgerFile.open(copy.path).write { connection in
        // Of an older program's ledger only the copy becomes a newer one.
        let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
        if version < LedgerSchema.version { try LedgerSchema.migrate(connection, from: version) }
        return try read(connection)
      }
    }
  }
}
