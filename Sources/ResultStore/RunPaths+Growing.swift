import FoundationEssentials
import Glibc
import Trials

/// A results folder that goes on with another version of its sweep file.
extension RunPaths {
  /// The new version while its three files are put in place: from the moment it appears it counts, and whoever finds
  /// it left over finishes the work.
  private var sourceJournal: String { root + "/sweep.next.json" }

  /// The sweep file as it was before the n-th change, from 1.
  public func formerSweepFile(_ number: Int) -> String { "\(root)/sweep.\(number).yaml" }
  func formerOverridesFile(_ number: Int) -> String { "\(root)/overrides.\(number).txt" }
  func formerPriorsFile(_ number: Int) -> String { "\(root)/priors.\(number).json" }

  /// A list of the results that the sweep file no longer names, for people; there is none where it names all.
  public var retiredFile: String { root + "/no-longer-named.txt" }

  /// Makes `source` the folder's sweep, which appears whole or not at all. The old sweep file, its options and its
  /// priors are kept as `sweep.<n>.yaml` and so on.
  ///
  /// - Precondition: no coordinator works on the folder; `withoutCoordinator` sees to it.
  /// - Throws: `ResultStoreError` with the system's reason; then the folder is as it was, or the change is finished by
  ///   the next caller of `finishReplacingSource`.
  public func replaceSource(with source: SweepSource) throws(ResultStoreError) {
    try Self.checkOverrides(source.overrides, overridesFile)
    try finishReplacingSource()
    let journal = SourceJournal(number: try nextFormerNumber(), source: source)
    guard let data = try? JSONEncoder().encode(journal) else {
      throw ResultStoreError(.invalidRecord, sourceJournal, "the sweep file cannot be written as JSON")
    }
    try DurableFile.replace(sourceJournal, with: String(decoding: data, as: UTF8.self))
    try finishReplacingSource()
  }

  /// Finishes a change that was cut short. Does nothing where there is none.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func finishReplacingSource() throws(ResultStoreError) {
    guard let journal = try readJournal() else { return }
    let number = journal.number
    let former = [
      (sweepFile, formerSweepFile(number)), (overridesFile, formerOverridesFile(number)),
      (priorsFile, formerPriorsFile(number)),
    ]
    for (file, kept) in former where !Self.exists(kept) && Self.exists(file) {
      try DurableFile.replace(kept, with: DurableFile.read(file))
    }
    try DurableFile.replace(sweepFile, with: journal.source.sweepFile)
    try DurableFile.replace(overridesFile, with: Self.overridesText(journal.source.overrides))
    if journal.source.priors.isEmpty {
      try DurableFile.remove(priorsFile)
    } else {
      try DurableFile.replace(priorsFile, with: Self.priorsText(journal.source.priors))
    }
    try DurableFile.remove(sourceJournal)
  }

  /// Whether a change of the sweep file was cut short.
  public var hasUnfinishedChange: Bool { Self.exists(sourceJournal) }

  /// The source that counts although its files are not in place yet; nil where there is none.
  func unfinishedSource() throws(ResultStoreError) -> SweepSource? { try readJournal()?.source }

  /// Keeps the list of results that are not counted.
  ///
  /// - Parameter lines: one for each; none removes the list.
  /// - Throws: `ResultStoreError` with the system's reason.
  public func markRetired(_ lines: [String]) throws(ResultStoreError) {
    if lines.isEmpty {
      try DurableFile.remove(retiredFile)
    } else {
      try DurableFile.replace(
        retiredFile,
        with: "# Results that the sweep file no longer names: kept in trials/, counted nowhere.\n"
          + lines.map { $0 + "\n" }.joined())
    }
  }

  /// Whether a coordinator of this machine works on this very folder: it holds the folder's lock as long as it lives.
  /// A process id could have been given to another program, and a copy of the folder names one that works elsewhere.
  public var hasCoordinator: Bool {
    Self.whileHeld(coordinatorLock) { _ in true } ?? false
  }

  /// Runs `body` with the open lock file while another process holds its lock; nil where none does.
  static func whileHeld<Value>(_ lockFile: String, _ body: (Int32) -> Value) -> Value? {
    let descriptor = open(lockFile, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    // Closing gives a lock that was free back at once.
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
    return body(descriptor)
  }

  /// Locks an open lock file for this process alone. Whoever only asks for `hasCoordinator` holds it for a moment too, so
  /// that a refusal counts once it has lasted for half a second.
  ///
  /// - Returns: 0, or the system's error number.
  public static func lock(_ descriptor: Int32) -> Int32 {
    for _ in 1..<25 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return 0 }
      guard errno == EWOULDBLOCK || errno == EINTR else { return errno }
      poll(nil, 0, 20)
    }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno
  }

  /// Runs `body` while no coordinator of this machine can begin to work on the folder.
  ///
  /// - Throws: `ResultStoreError`: `inUse` when one works on it already; whatever `body` throws.
  public func withoutCoordinator<Value>(
    _ body: () throws(ResultStoreError) -> Value
  ) throws(ResultStoreError) -> Value {
    let descriptor = open(coordinatorLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw ResultStoreError(system: errno, coordinatorLock, cannotBe: "opened") }
    defer { close(descriptor) }
    guard Self.lock(descriptor) == 0 else {
      throw ResultStoreError(
        .inUse, root, "a coordinator works on this folder: wait for its end, or end it (Ctrl-C), first")
    }
    return try body()
  }

  private func nextFormerNumber() throws(ResultStoreError) -> Int {
    let numbers = try DurableFile.names(in: root).compactMap { name in
      name.hasPrefix("sweep.") && name.hasSuffix(".yaml") ? Int(name.dropFirst(6).dropLast(5)) : nil
    }
    return (numbers.max() ?? 0) + 1
  }

  private func readJournal() throws(ResultStoreError) -> SourceJournal? {
    guard Self.exists(sourceJournal) else { return nil }
    let text = try DurableFile.read(sourceJournal)
    guard let journal = try? JSONDecoder().decode(SourceJournal.self, from: Data(text.utf8)) else {
      throw ResultStoreError(
        .damaged, sourceJournal, "cannot be read; move it away to go on with \(sweepFile) as it is")
    }
    return journal
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

private struct SourceJournal: Codable {
  var number: Int
  var sweepFile: String
  var overrides: [String]
  var priors: [String: [[Double]]]

  init(number: Int, source: SweepSource) {
    self.number = number
    sweepFile = source.sweepFile
    overrides = source.overrides
    priors = source.priors
  }

  var source: SweepSource { SweepSource(sweepFile: sweepFile, overrides: overrides, priors: priors) }
}
