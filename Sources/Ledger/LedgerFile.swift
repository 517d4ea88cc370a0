import GRDB
import Glibc
import Scheduling

/// Opening, checking and building ledger files.
enum LedgerFile {
  private static let remedy =
    "`igr doctor DIR --repair` with the results folder makes a new one from the trial files and keeps this one beside it"

  /// A connection that writes durably. The file is this process's alone, so SQLite needs no shared memory, which
  /// network disks lack.
  static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.prepareDatabase { connection in
      try connection.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try connection.execute(sql: "PRAGMA journal_mode = WAL")
      try connection.execute(sql: "PRAGMA synchronous = FULL")
      // KiB. What is at work lies side by side; SQLite's usual 2 MiB would be filled once, at the start, by the past.
      try connection.execute(sql: "PRAGMA cache_size = -256")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// - Parameters:
  ///   - path: for messages.
  ///   - copy: what is read.
  /// - Returns: the sweep that it names.
  /// - Throws: `LedgerError`: `damaged`, `newerSchema`, `disk`.
  static func check(_ path: String, copiedTo copy: LedgerCopy) throws(LedgerError) -> String {
    let (verdict, application, version, found) = try working(path) {
      try open(copy.path).read { connection in
        (
          try String.fetchOne(connection, sql: "PRAGMA quick_check(1)") ?? "",
          try Int.fetchOne(connection, sql: "PRAGMA application_id") ?? 0,
          try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0,
          try? LedgerRows.readMeta(connection, "sweep")
        )
      }
    }
    guard application == LedgerSchema.applicationID else {
      throw LedgerError(.damaged, path, "is a database but no ledger of a sweep; \(remedy)")
    }
    guard version <= LedgerSchema.version else {
      throw LedgerError(
        .newerSchema, path,
        "has ledger version \(version), this program reads up to \(LedgerSchema.version); use the newer igr")
    }
    guard verdict == "ok" else { throw LedgerError(.damaged, path, "is damaged (\(verdict)); \(remedy)") }
    guard let found else { throw LedgerError(.damaged, path, "does not name its sweep; \(remedy)") }
    return found
  }

  /// - Throws: `LedgerError`: `otherSweep`.
  static func check(_ path: String, of found: String, isOf sweep: String) throws(LedgerError) {
    guard found == sweep else {
      throw LedgerError(
        .otherSweep, path,
        "this folder holds the sweep '\(found)', not '\(sweep)'; choose another results folder")
    }
  }

  /// Makes a complete ledger at `path`, with the content of an older one where there is one, and syncs it.
  ///
  /// - Parameter meta: whose ledger it is; in it from its first moment, so that a power failure leaves none without.
  static func build(
    _ path: String, from older: LedgerCopy?, meta: [String: String]
  ) throws(LedgerError) {
    remove(path)
    try working(path) {
      // VACUUM INTO reads the older one's write-ahead log too.
      if let older { try open(older.path).vacuum(into: path) }
      let database = try DatabaseQueue(path: path)
      try database.write { connection in
        let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
        try LedgerSchema.migrate(connection, from: version)
        try LedgerRows.writeMeta(connection, meta)
      }
      try database.close()
    }
    try sync(path)
  }

  static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
  }

  static func sync(_ path: String) throws(LedgerError) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LedgerError(.disk, path, "cannot be opened: \(systemReason(errno))") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw LedgerError(.disk, path, "cannot be synced: \(systemReason(errno))")
    }
  }

  /// A table or column that is not there was lost; SQLite calls that a mistake of whoever asks.
  private static func isDamage(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_CORRUPT: true
    case .SQLITE_ERROR: error.message?.hasPrefix("no such ") == true
    default: false
    }
  }

  /// Runs `body` and tells SQLite's errors as this module's.
  static func working<Result>(_ path: String, _ body: () throws -> Result) throws(LedgerError) -> Result {
    do {
      return try body()
    } catch let error as LedgerError {
      throw error
    } catch let error as DatabaseError {
      guard isDamage(error) else {
        throw LedgerError(.disk, path, "cannot be used: \(error.message ?? "\(error)")")
      }
      throw LedgerError(.damaged, path, "is damaged (\(error.message ?? "no reason given")); \(remedy)")
    } catch {
      throw LedgerError(.disk, path, "cannot be used: \(error)")
    }
  }
}
