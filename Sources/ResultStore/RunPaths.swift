import Trials

/// The layout of a results folder. No other code knows a file's name.
///
/// ```
/// sweep.yaml             the sweep file as it was given; sweep.<n>.yaml: before the n-th change
/// overrides.txt          the --set options, one a line
/// no-longer-named.txt    results that no table counts, because the sweep file no longer names them
/// ledger.<epoch>.sqlite  one life of a coordinator each
/// status.json            what `igr status` shows
/// control/               orders of people to the coordinator; their answers in control/answers
/// trials/<id>.h5         complete, verified results; unpublished ones in trials/.incoming; <id>.h5.damaged: no longer verifies
/// summary.h5             one row per trial file, made from them and remade at any time
/// checkpoints/<id>.h5
/// logs/                  one file per process
/// keys/                  the sweep's own keys, mode 0700; not to be copied with the results
/// tables/comparison.md, .csv, .tex; <preset>.md, .csv, .tex
/// tables/figures/<name>.svg, .csv, .pdf
/// report.html            what `igr report` makes unless told where
/// exports/<format>/      what `igr export` makes unless told where
/// ```
public struct RunPaths: Hashable, Sendable {
  /// The results folder itself, without a slash at its end.
  public let root: String

  public init(root: String) {
    var root = root
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }
    self.root = root
  }

  public var sweepFile: String { root + "/sweep.yaml" }
  public var overridesFile: String { root + "/overrides.txt" }
  public var summaryFile: String { root + "/summary.h5" }
  /// Numbers of the prior files that the sweep names; there is none where it names none.
  public var priorsFile: String { root + "/priors.json" }
  public var statusFile: String { root + "/status.json" }
  public var trialsFolder: String { root + "/trials" }
  public var incomingFolder: String { root + "/trials/.incoming" }
  public var checkpointsFolder: String { root + "/checkpoints" }
  public var logsFolder: String { root + "/logs" }
  /// Made by `igr run`; secret.
  public var keysFolder: String { root + "/keys" }
  public var tablesFolder: String { root + "/tables" }

  /// - Parameter epoch: the coordinator's life, from 1.
  public func ledgerFile(epoch: UInt32) -> String { root + "/ledger.\(epoch).sqlite" }

  /// Locked by the coordinator of this machine that works on the folder.
  public var coordinatorLock: String { root + "/.coordinator.lock" }

  /// A published result.
  public func trialFile(_ trial: TrialID) -> String { "\(trialsFolder)/\(Self.trialFileName(trial))" }

  /// In its folder.
  static func trialFileName(_ trial: TrialID) -> String { "\(trial).h5" }

  /// A result before it is published. The lease decides the name, so that a late attempt cannot touch another's.
  public func incomingTrialFile(trial: TrialID, token: FencingToken) -> String {
    "\(incomingFolder)/\(trial).\(token).h5"
  }

  public func checkpointFile(_ trial: TrialID) -> String { "\(checkpointsFolder)/\(trial).h5" }

  public var coordinatorLog: String { logsFolder + "/coordinator.log" }
  public func workerLog(_ worker: WorkerID) -> String { "\(logsFolder)/worker-\(worker).log" }
  /// - Parameter attempt: counts the attempts at the trial from 1.
  public func attemptLog(_ trial: TrialID, attempt: Int) -> String { "\(logsFolder)/\(trial).\(attempt).log" }

  public enum TableFormat: String, CaseIterable, Sendable {
    case markdown = "md"
    case csv
    case latex = "tex"
  }

  /// - Parameter name: `comparison`, or the preset that made the table.
  public func table(_ name: String = "comparison", _ format: TableFormat) -> String {
    "\(tablesFolder)/\(name).\(format.rawValue)"
  }

  public enum FigureFormat: String, CaseIterable, Sendable { case svg, csv, pdf }

  public var reportPage: String { root + "/report.html" }

  /// Made when the first export is written.
  public func exportFolder(_ format: String) -> String { "\(root)/exports/\(format)" }

  /// Made by `makeFiguresFolder` when the first figure is written.
  public var figuresFolder: String { tablesFolder + "/figures" }

  public func figure(_ name: String, _ format: FigureFormat) -> String {
    "\(figuresFolder)/\(name).\(format.rawValue)"
  }
}

// MARK: - What is there

extension RunPaths {
  /// Whether the folder is a results folder, finished or not.
  public var isResultsFolder: Bool { (try? DurableFile.read(sweepFile)) != nil }

  /// Epochs that have a ledger file, rising.
  ///
  /// - Throws: `ResultStoreError`.
  public func ledgerEpochs() throws(ResultStoreError) -> [UInt32] {
    try DurableFile.names(in: root).compactMap { name in
      guard name.hasPrefix("ledger."), name.hasSuffix(".sqlite") else { return nil }
      return UInt32(name.dropFirst("ledger.".count).dropLast(".sqlite".count))
    }.sorted()
  }

  /// Trials that have a file under its final name, sorted; whether it verifies is another question.
  ///
  /// - Throws: `ResultStoreError`.
  public func publishedTrials() throws(ResultStoreError) -> [TrialID] {
    try Self.trialsWithFile(in: trialsFolder)
  }

  /// Trials that have a checkpoint, sorted; of a completed trial it is its final one.
  ///
  /// - Throws: `ResultStoreError`.
  public func keptCheckpoints() throws(ResultStoreError) -> [TrialID] {
    try Self.trialsWithFile(in: checkpointsFolder)
  }

  /// Those that a folder has a file `<id>.h5` of, sorted.
  private static func trialsWithFile(in folder: String) throws(ResultStoreError) -> [TrialID] {
    var trials: [TrialID] = []
    try DurableFile.forEachName(in: folder) { name in
      guard name.count > 3, name.suffix(3).elementsEqual(".h5".utf8) else { return }
      let digits = UnsafeRawBufferPointer(rebasing: name.dropLast(3))
      if let trial = TrialID(digits: digits) { trials.append(trial) }
    }
    return trials.sorted()
  }

  /// Removes results that were not published, whole or not. For a sweep that is over: before, a worker may still
  /// announce one.
  ///
  /// - Throws: `ResultStoreError`.
  public func removeUnpublished() throws(ResultStoreError) {
    for name in try DurableFile.names(in: incomingFolder) {
      try DurableFile.remove("\(incomingFolder)/\(name)")
    }
  }

  /// Removes half-written files that ended processes of this machine have left behind.
  ///
  /// - Throws: `ResultStoreError`.
  public func removeLeftovers() throws(ResultStoreError) {
    var folders = [root, trialsFolder, checkpointsFolder, tablesFolder]
    if try DurableFile.names(in: tablesFolder).contains("figures") { folders.append(figuresFolder) }
    for folder in folders {
      var hidden: [String] = []
      try DurableFile.forEachName(in: folder) { name in
        if name.first == UInt8(ascii: ".") { hidden.append(String(decoding: name, as: UTF8.self)) }
      }
      for name in TemporaryName.leftovers(among: hidden) { try DurableFile.remove("\(folder)/\(name)") }
    }
  }
}
