import GRDB
import Glibc
import Scheduling
import Trials

/// A folder whose ledger is damaged gets a new one.
extension SweepLedger {
  /// Whether the newest ledger of a folder can be gone on from.
  ///
  /// - Returns: its path; nil for a folder without a ledger.
  /// - Throws: `LedgerError`, with the path and what to do.
  @discardableResult
  public static func examine(_ places: LedgerPlaces, sweep: String) throws(LedgerError) -> String? {
    guard let newest = try newestFilled(places) else { return nil }
    let found = try LedgerFile.check(newest, copiedTo: try LedgerCopy(of: newest))
    try LedgerFile.check(newest, of: found, isOf: sweep)
    // A file that SQLite finds whole may hold rows that no coordinator can go on from.
    _ = try look(at: places)
    return newest
  }

  /// Moves every ledger of a folder aside, as `<name>.damaged`, and writes a new one with this content.
  ///
  /// What can still be read of the newest one about trials that `content` does not know is taken over: their failures,
  /// cancellations and priorities are nowhere else.
  ///
  /// - Parameter content: what the trial files tell.
  /// - Returns: where the old ledgers lie now, and how many trials' rows were saved from them.
  /// - Throws: `LedgerError`: `inUse` while a coordinator works on the folder; `newerSchema` for a ledger that is not
  ///   damaged but newer than this program; `disk`.
  public static func rebuild(
    _ places: LedgerPlaces, sweep: String, sweepDigest: String, content: LedgerContent, minimumEpoch: UInt32
  ) throws(LedgerError) -> (movedAside: [String], savedTrials: Int) {
    let lock = try FolderLock(path: places.lockFile, as: .current)
    defer { withExtendedLifetime(lock) {} }
    let epochs = try Self.epochs(places)
    var content = content
    var saved = 0
    if let newest = try newestFilled(places) {
      let copy = try LedgerCopy(of: newest)
      do {
        try LedgerFile.check(newest, of: LedgerFile.check(newest, copiedTo: copy), isOf: sweep)
      } catch {
        if error.code == .newerSchema { throw error }
      }
      let readable = LedgerFile.readable(copy)
      for (trial, standing) in readable.trials
      where content.trials[trial] == nil && standing.state != .completed {
        content.trials[trial] = standing
        content.attempts[trial] = readable.attempts[trial]?.closed()
        saved += 1
      }
      content.decisions.merge(readable.decisions) { mine, _ in mine }
      content.nodes = readable.nodes
      content.mode = readable.mode
      content.owners = readable.owners
    }
    let epoch = max(minimumEpoch, (epochs.last ?? 0) + 1)
    let path = places.ledgerFile(epoch)
    let building = path + ".new"
    try LedgerFile.build(
      building, from: nil, meta: ["sweep": sweep, "sweep_digest": sweepDigest, "epoch": "\(epoch)"])
    try LedgerFile.working(building) {
      let database = try LedgerFile.open(building)
      try database.write { connection in
        var numbers = TrialNumbers(try LedgerRows.readNames(connection))
        for record in content.records { try LedgerRows.write(record, to: connection, &numbers) }
      }
      try database.close()
    }
    try LedgerFile.sync(building)
    // The old ones first: a new one beside a damaged newer one would never be looked at.
    let movedAside = try epochs.map { old throws(LedgerError) in
      try LedgerFile.moveAside(places.ledgerFile(old))
    }
    guard rename(building, path) == 0 else {
      throw LedgerError(.disk, path, "cannot be put in place: \(systemReason(errno))")
    }
    try LedgerFile.sync(places.folder)
    return (movedAside, saved)
  }

  static func newestFilled(_ places: LedgerPlaces) throws(LedgerError) -> String? {
    try epochs(places).map(places.ledgerFile).last(where: isFilled)
  }
}

extension LedgerFile {
  /// What can be read of a ledger that may be damaged, table by table.
  static func readable(_ copy: LedgerCopy) -> LedgerContent {
    let content = try? open(copy.path).read { connection in LedgerRows.readReadable(connection) }
    return content ?? LedgerContent()
  }

  /// - Returns: the new path.
  static func moveAside(_ path: String) throws(LedgerError) -> String {
    let aside = path + ".damaged"
    for suffix in ["-wal", "-shm", "-journal"] { _ = rename(path + suffix, aside + suffix) }
    guard rename(path, aside) == 0 else {
      throw LedgerError(.disk, path, "cannot be moved to \(aside): \(systemReason(errno))")
    }
    return aside
  }
}

extension [AttemptRecord] {
  /// An attempt without an end is a lease that is out, and nobody holds one of a ledger that was lost.
  fileprivate func closed() -> [AttemptRecord] {
    map { attempt in
      guard attempt.cause == nil else { return attempt }
      var attempt = attempt
      attempt.cause = .workerLost
      attempt.endedUnixSeconds = attempt.startedUnixSeconds
      attempt.message = "its end was lost with a damaged ledger"
      return attempt
    }
  }
}

extension LedgerContent {
  /// What makes a ledger hold this content.
  var records: [LedgerRecord] {
    var records: [LedgerRecord] = trials.values.map { .trial($0) }
    for (trial, list) in attempts { records += list.map { .attempt(trial, $0) } }
    for (trial, list) in decisions { records += list.map { .decision(trial, $0) } }
    records += results.map { .result($0, $1) }
    records += nodes.values.map { .node($0) }
    records += owners.map { .owner($0, key: $1) }
    if mode != .running { records.append(.mode(mode)) }
    return records
  }
}
