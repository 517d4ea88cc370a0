import Trials

/// Every trial file of a results folder as one row, read from `summary.h5` where that is up to date and from the trial
/// files where it is not. The ledger is not needed.
///
/// A row of `summary.h5` counts while its trial file has the length and the seal that it had, and is not newer than the
/// summary, which carries the time of its newest trial file.
public struct SweepSummary: Sendable {
  /// A file of `trials/` that is no row, and why.
  public struct LeftOutFile: Hashable, Sendable {
    /// Relative to the results folder.
    public let file: String
    /// Without the path.
    public let reason: String
  }

  public let paths: RunPaths
  /// Rising by id.
  public let rows: [SummaryRow]
  /// Rising by name.
  public let leftOut: [LeftOutFile]
  /// True when `summary.h5` holds exactly this.
  public let isWritten: Bool
  /// How many trial files had to be read.
  public var readCount: Int { fresh.count }
  /// Metrics per epoch of the trial files that were read; those of the others are in `summary.h5`.
  let fresh: [TrialID: EpochTable]
  let newestNanoseconds: Int64

  /// Of no trial file at all.
  public init(emptyAt paths: RunPaths) {
    self.init(paths: paths, rows: [], leftOut: [], isWritten: true, fresh: [:], newestNanoseconds: 0)
  }

  private init(
    paths: RunPaths, rows: [SummaryRow], leftOut: [LeftOutFile], isWritten: Bool,
    fresh: [TrialID: EpochTable], newestNanoseconds: Int64
  ) {
    self.paths = paths
    self.rows = rows
    self.leftOut = leftOut
    self.isWritten = isWritten
    self.fresh = fresh
    self.newestNanoseconds = newestNanoseconds
  }

  /// Reads what the folder holds now; a sweep may be running.
  ///
  /// - Throws: `ResultStoreError` when the folder of trials cannot be listed.
  public static func read(_ paths: RunPaths) throws(ResultStoreError) -> SweepSummary {
    let names = try DurableFile.names(in: paths.trialsFolder)
    let known = KnownRows(paths)
    var rows: [SummaryRow] = []
    var fresh: [TrialID: EpochTable] = [:]
    var leftOut: [LeftOutFile] = []
    var newest: Int64 = 0
    for name in names where !name.hasPrefix(".") {
      guard let id = trialID(ofFile: name) else {
        leftOut.append(LeftOutFile(file: "trials/" + name, reason: foreignReason(name)))
        continue
      }
      do {
        let seal = try SealedFile.seal(of: paths.trialFile(id))
        newest = max(newest, seal.modifiedNanoseconds)
        if let row = known.row(of: id, seal) {
          rows.append(row)
          continue
        }
        let (row, table) = try TrialFile.readRow(paths.trialFile(id), seal)
        guard row.id == id else {
          leftOut.append(
            LeftOutFile(file: "trials/" + name, reason: "holds trial \(row.id), another than its name"))
          continue
        }
        rows.append(row)
        fresh[id] = table
      } catch {
        // A coordinator that is at work may have set the file aside since it was listed.
        if error.code != .missing {
          leftOut.append(LeftOutFile(file: "trials/" + name, reason: error.message))
        }
      }
    }
    let isWritten = fresh.isEmpty && rows.count == known.count && leftOut == known.leftOut
    return SweepSummary(
      paths: paths, rows: rows, leftOut: leftOut, isWritten: isWritten, fresh: fresh,
      newestNanoseconds: newest)
  }

  private static func trialID(ofFile name: String) -> TrialID? {
    name.hasSuffix(".h5") ? TrialID(String(name.dropLast(3))) : nil
  }

  private static func foreignReason(_ name: String) -> String {
    name.hasSuffix(".h5.damaged")
      ? "was set aside because it did not verify"
      : "is no trial file: its name is not a trial's id of 16 hexadecimal digits with .h5"
  }

  /// The metrics per epoch of trials of `rows`, without reading their files where that can be spared. Columns that were
  /// never measured may be left out.
  ///
  /// - Throws: `ResultStoreError`.
  public func curves(of ids: [TrialID]) throws(ResultStoreError) -> [TrialID: EpochTable] {
    let kept = try? SummaryFile.openCurves(paths.summaryFile)
    var tables: [TrialID: EpochTable] = [:]
    for id in ids {
      if let table = fresh[id] ?? kept?.table(of: id) {
        tables[id] = table
      } else {
        tables[id] = try TrialFile.readMetrics(paths.trialFile(id))
      }
    }
    return tables
  }
}

/// The rows that `summary.h5` has.
private struct KnownRows {
  private let rows: [TrialID: SummaryRow]
  private let newestNanoseconds: Int64
  let leftOut: [SweepSummary.LeftOutFile]
  var count: Int { rows.count }

  /// A summary that is not there, damaged or of another version is made anew.
  init(_ paths: RunPaths) {
    guard let seal = try? SealedFile.seal(of: paths.summaryFile),
      let content = try? SummaryFile.read(paths.summaryFile)
    else {
      rows = [:]
      newestNanoseconds = 0
      leftOut = []
      return
    }
    rows = Dictionary(content.rows.map { ($0.id, $0) }) { $1 }
    newestNanoseconds = seal.modifiedNanoseconds
    leftOut = content.leftOut
  }

  func row(of id: TrialID, _ seal: FileSeal) -> SummaryRow? {
    guard let row = rows[id], row.byteCount == seal.byteCount, row.fileSHA256 == seal.sha256,
      !seal.sha256.isEmpty,
      seal.modifiedNanoseconds <= newestNanoseconds
    else { return nil }
    return row
  }
}
