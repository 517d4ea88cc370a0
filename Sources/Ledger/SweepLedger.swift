import GRDB
import Glibc
import Scheduling
import Trials

/// The coordinator's durable record: one SQLite file per life of a coordinator (docs/design/0002-trial-states.md).
///
/// Used from one thread. Closed when the last reference goes; what was committed is on disk long before.
public final class SweepLedger: CoordinatorLedger {
  /// This life of the coordinator, greater than every earlier one of the folder.
  public let epoch: UInt32
  /// What the lives before this one left; empty after `forgetPast`.
  public private(set) var past: LedgerContent
  /// Where the coordinator before this one was bound.
  public let formerEndpoint: String?
  /// The file that this life writes.
  public let path: String

  private let places: LedgerPlaces
  private let lock: FolderLock
  private let database: DatabaseQueue
  private var numbers: TrialNumbers
  /// When the folder was last looked through for newer lives.
  private var listed: ContinuousClock.Instant?

  /// Claims the next life of a coordinator over a folder: locks the folder for this machine, claims the number by
  /// exclusive creation, and goes on from the newest ledger that is there.
  ///
  /// - Parameters:
  ///   - holder: who claims it. One that Slurm has started again takes the folder from its own earlier life.
  ///   - sweep: a folder whose ledger names another sweep is refused.
  ///   - minimumEpoch: the new epoch is at least this, for a folder that has lost its ledgers but whose workers may
  ///     still hold tokens of earlier lives.
  ///   - preview: of the same places: what it found need not be read again.
  /// - Throws: `LedgerError`; then the folder is as it was.
  public convenience init(
    claiming places: LedgerPlaces, as holder: LockHolder = .current, sweep: String, sweepDigest: String,
    minimumEpoch: UInt32 = 1, preview: LedgerPreview? = nil
  ) throws(LedgerError) {
    let lock = try FolderLock(path: places.lockFile, as: holder)
    let older = try Self.epochs(places)
    let newest = older.last { Self.isFilled(places.ledgerFile($0)) }
    var past = Past()
    if let newest { past = try Past(of: places.ledgerFile(newest), sweep: sweep, preview: preview?.take()) }
    let epoch = try Self.claim(places, atLeast: max(minimumEpoch, (older.last ?? 0) + 1))
    do {
      try self.init(epoch: epoch, from: past, places, lock, sweep: sweep, sweepDigest: sweepDigest)
    } catch {
      unlink(places.ledgerFile(epoch))
      throw error
    }
    // The newest older one stays for a person who wants to look back.
    for old in older where old != newest { LedgerFile.remove(places.ledgerFile(old)) }
  }

  /// What a life goes on from.
  private struct Past {
    var copy: LedgerCopy?
    /// What the copy holds, where it was read already.
    var read: (content: LedgerContent, names: TrialNames)?

    init() {}

    init(of file: String, sweep: String, preview: LedgerPreview.Found?) throws(LedgerError) {
      if let preview, preview.file == file, preview.version == LedgerCopy.Version(of: file) {
        try LedgerFile.check(file, of: preview.sweep, isOf: sweep)
        (copy, read) = (preview.copy, (preview.content, preview.names))
      } else {
        let copied = try LedgerCopy(of: file)
        try LedgerFile.check(file, of: LedgerFile.check(file, copiedTo: copied), isOf: sweep)
        copy = copied
      }
    }
  }

  private init(
    epoch: UInt32, from older: Past, _ places: LedgerPlaces, _ lock: FolderLock, sweep: String,
    sweepDigest: String
  ) throws(LedgerError) {
    let path = places.ledgerFile(epoch)
    let building = path + ".new"
    try LedgerFile.build(
      building, from: older.copy, meta: ["sweep": sweep, "sweep_digest": sweepDigest, "epoch": "\(epoch)"])
    guard rename(building, path) == 0 else {
      throw LedgerError(.disk, path, "cannot be put in place: \(systemReason(errno))")
    }
    try LedgerFile.sync(places.folder)
    self.epoch = epoch
    self.path = path
    self.places = places
    self.lock = lock
    (database, past, formerEndpoint, numbers) = try LedgerFile.working(path) { () throws in
      let database = try LedgerFile.open(path)
      return try database.read { connection in
        let names = try older.read?.names ?? LedgerRows.readNames(connection)
        return (
          database, try older.read?.content ?? LedgerRows.readContent(connection, names),
          try LedgerRows.readMeta(connection, "endpoint"), TrialNumbers(names)
        )
      }
    }
  }

  /// Gives the memory of `past` back, once whoever goes on from it has done so.
  public func forgetPast() { past = LedgerContent() }

  // MARK: Writing

  public func commit(_ records: [LedgerRecord]) throws {
    if records.isEmpty { return }
    do {
      try LedgerFile.working(path) {
        try database.write { connection in
          for record in LedgerRows.withoutReplaced(records) {
            try LedgerRows.write(record, to: connection, &numbers)
          }
        }
      }
      numbers.keep()
    } catch {
      numbers.takeBack()
      throw error
    }
  }

  public func keepEndpoint(_ endpoint: String) throws {
    try LedgerFile.working(path) {
      try database.write { connection in try LedgerRows.writeMeta(connection, ["endpoint": endpoint]) }
    }
  }

  public func isSuperseded() -> Bool {
    // Who comes next takes the next number, unless somebody took it before: then only the listing shows it.
    if access(places.ledgerFile(epoch + 1), F_OK) == 0 { return true }
    let now = ContinuousClock.now
    if let listed, now - listed < .seconds(1) { return false }
    listed = now
    guard let newest = try? Self.epochs(places).last else { return false }
    return newest > epoch
  }

  /// The last lines of a failed attempt's log; empty where none were kept.
  ///
  /// - Throws: `LedgerError`.
  public func logTail(of trial: TrialID, attempt: Int) throws(LedgerError) -> [String] {
    try LedgerFile.working(path) {
      try database.read { connection in try LedgerRows.readLogTail(connection, trial, attempt) }
    }
  }

  // MARK: Claiming

  static func epochs(_ places: LedgerPlaces) throws(LedgerError) -> [UInt32] {
    do { return try places.epochs().sorted() } catch {
      throw LedgerError(.disk, places.folder, "cannot be read: \(error)")
    }
  }

  /// A claim whose coordinator died before it had its content is an empty file.
  static func isFilled(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_size > 0
  }

  private static func claim(_ places: LedgerPlaces, atLeast first: UInt32) throws(LedgerError) -> UInt32 {
    var epoch = first
    while true {
      let path = places.ledgerFile(epoch)
      let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        close(descriptor)
        return epoch
      }
      // Another machine's coordinator took the number in between.
      guard errno == EEXIST else {
        throw LedgerError(.disk, path, "cannot be created: \(systemReason(errno))")
      }
      epoch += 1
    }
  }
}
