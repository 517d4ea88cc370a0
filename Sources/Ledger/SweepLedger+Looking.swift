import FoundationEssentials
import GRDB
import Glibc
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
    let newest: UInt32?
    do { newest = try places.epochs().max() } catch {
      throw LedgerError(.disk, places.folder, "cannot be read: \(error)")
    }
    guard let newest else { return nil }
    let path = places.ledgerFile(newest)
    return try LedgerFile.working(path) {
      var template = Array((FileManager.default.temporaryDirectory.path + "/igr-ledger.XXXXXX").utf8CString)
      guard mkdtemp(&template) != nil else {
        throw LedgerError(.disk, path, "cannot be copied for reading: \(systemReason(errno))")
      }
      let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let copy = folder + "/ledger.sqlite"
      defer {
        LedgerFile.remove(copy)
        rmdir(folder)
      }
      try FileManager.default.copyItem(atPath: path, toPath: copy)
      if FileManager.default.fileExists(atPath: path + "-wal") {
        try FileManager.default.copyItem(atPath: path + "-wal", toPath: copy + "-wal")
      }
      return try LedgerFile.open(copy).write { connection in
        // Of an older program's ledger only the copy becomes a newer one.
        let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
        if version < LedgerSchema.version { try LedgerSchema.migrate(connection, from: version) }
        return try read(connection)
      }
    }
  }
}
