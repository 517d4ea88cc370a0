import GRDB
import Scheduling
import Synchronization
import Threads

/// What a folder's newest ledger holds, read on a thread of its own while the plan of its sweep is made: at a hundred
/// thousand trials each takes a good part of a second.
///
/// It is a look and no claim. Whoever claims the folder afterwards takes what was found only where the ledger's bytes are
/// still the same, and else reads it anew; so it does where anything went wrong here.
public final class LedgerPreview: Sendable {
  struct Found: Sendable {
    /// The ledger's file, and what it was like.
    let file: String
    let version: LedgerCopy.Version
    let copy: LedgerCopy
    /// The sweep that the ledger names.
    let sweep: String
    let content: LedgerContent
    let names: TrialNames
  }

  private struct Work {
    var found: Found?
    /// Nil where no thread could be had, and once it was waited for.
    var thread: SystemThread?
  }

  private let places: LedgerPlaces
  private let minimumBytes: Int
  private let work = Mutex(Work())

  /// Begins to read. `end` has to be called, so that no copy is left over.
  ///
  /// - Parameter minimumBytes: of a ledger that is looked at. Plan and ledger beside each other need more memory than one
  ///   after the other, and of a few ten thousand trials (270 bytes each) neither takes long.
  public init(of places: LedgerPlaces, minimumBytes: Int = 8 << 20) {
    self.places = places
    self.minimumBytes = minimumBytes
    let thread = try? SystemThread { [self] in read() }
    work.withLock { $0.thread = thread }
  }

  /// Waits for the reading and forgets what it found.
  public func end() { _ = take() }

  /// Returns once everything is read.
  func wait() {
    let thread = work.withLock { work in
      defer { work.thread = nil }
      return work.thread
    }
    thread?.join()
  }

  /// What was found, once; nil where there is no ledger, or none that a coordinator could go on from.
  func take() -> Found? {
    wait()
    return work.withLock { work in
      defer { work.found = nil }
      return work.found
    }
  }

  private func read() {
    let found = try? Self.found(in: places, minimumBytes)
    work.withLock { $0.found = found }
  }

  private static func found(in places: LedgerPlaces, _ minimumBytes: Int) throws -> Found? {
    guard let file = try SweepLedger.epochs(places).map(places.ledgerFile).last(where: SweepLedger.isFilled)
    else { return nil }
    let version = LedgerCopy.Version(of: file)
    guard version.isSettled, version.byteCount >= minimumBytes else { return nil }
    let copy = try LedgerCopy(of: file)
    let sweep = try LedgerFile.check(file, copiedTo: copy)
    return try LedgerFile.open(copy.path).read { connection in
      // An older version is migrated by who claims it.
      guard try Int.fetchOne(connection, sql: "PRAGMA user_version") == LedgerSchema.version else {
        return nil
      }
      let names = try LedgerRows.readNames(connection)
      return Found(
        file: file, version: version, copy: copy, sweep: sweep,
        content: try LedgerRows.readContent(connection, names), names: names)
    }
  }
}
