import Aggregation
import Planning
import ResultStore
import SweepFiles
import Trials

/// What a results folder holds, seen through its plan: every planned trial once, with its result or without.
public struct SweepResults: Sendable {
  /// A file that tables leave out, and why.
  public struct LeftOutFile: Hashable, Sendable, CustomStringConvertible {
    public let path: String
    /// Without the path.
    public let reason: String

    public init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }

    /// One line, whatever characters a foreign file's name has.
    public var description: String { "\(path.withVisibleControls): \(reason.withVisibleControls)" }
  }

  /// How a trial without a result stands, as the coordinator or its ledger knows it.
  public struct Standing: Hashable, Sendable {
    public let state: TrialState
    public let cause: EndCause?

    public init(state: TrialState, cause: EndCause? = nil) {
      self.state = state
      self.cause = cause
    }
  }

  public let sweep: String
  /// Every planned trial, in the order of the plan, but for `fits`; without a sweep file, every trial that has a
  /// result.
  public let summaries: [TrialSummary]
  /// Fits of priors that other trials wait for: nothing to compare with those.
  public internal(set) var fits: [TrialSummary] = []
  /// Damaged, cut off, foreign, or of a version that this program cannot read. Their trials count as missing.
  public let unreadable: [LeftOutFile]
  /// Whole results that the sweep file no longer names, or that another result already stands for.
  public let unplanned: [LeftOutFile]
  /// False where the folder has no sweep file, so that nobody can tell what is missing.
  public let hasPlan: Bool
  /// The rows and curves of all trial files.
  public let files: SweepSummary

  /// - Parameter files: nil for results that come from no folder and so have no curves.
  init(
    sweep: String, summaries: [TrialSummary], unreadable: [LeftOutFile], unplanned: [LeftOutFile],
    hasPlan: Bool = true, files: SweepSummary? = nil
  ) {
    self.sweep = sweep
    self.summaries = summaries
    self.unreadable = unreadable
    self.unplanned = unplanned
    self.hasPlan = hasPlan
    self.files = files ?? SweepSummary(emptyAt: RunPaths(root: "/nonexistent"))
  }

  /// Reads what is new among a folder's trial files and plans its sweep anew to know what is missing.
  ///
  /// - Parameters:
  ///   - paths: a results folder, finished or not, with or without its ledger and its sweep file.
  ///   - knownDigest: the digest of a data set of which no result tells one.
  ///   - standings: how trials without a result stand, as the folder's ledger has them; those that are not named here
  ///     count as missing. Nil where there is no ledger: then the coordinator's last status tells as much as it knows.
  ///     Running trials count as missing once the coordinator is gone.
  /// - Throws: `ResultStoreError` when this is no results folder or it cannot be listed; `SweepFileError` when its
  ///   sweep file gives no plan.
  public static func read(
    _ paths: RunPaths, standings: [TrialID: Standing]? = nil,
    knownDigest: (_ datasetName: String) -> String? = { _ in nil }
  ) throws -> SweepResults {
    let kind = try paths.kind()
    let files = try SweepSummary.read(paths)
    let unreadable = files.leftOut.map { LeftOutFile(path: "\(paths.root)/\($0.file)", reason: $0.reason) }
    if kind == .trialsOnly { return unplanned(files, unreadable) }
    let definition = try SweepDefinition.open(paths)
    let read = Dictionary(files.rows.map { ($0.id, $0.summary) }) { $1 }
    // The data itself may not be on this machine; the files know its digest.
    let digests = DataDigests(of: read.values.map(\.trial))
    let plan = try definition.plan { configuration in
      digests[configuration] ?? configuration.dataDigest { knownDigest($0) ?? "" }
    }
    let known = FolderStandings(paths, ledger: standings).byTrial
    func summary(of trial: Trial) -> TrialSummary {
      if let summary = read[trial.id] { return summary }
      let standing = known[trial.id] ?? Standing(state: .pending)
      return TrialSummary(trial: trial, state: standing.state, metrics: [:], cause: standing.cause)
    }
    let planned = Set(plan.sweep.trials.map(\.id))
    let unplanned = read.keys.filter { !planned.contains($0) }.sorted().map { id in
      LeftOutFile(
        path: paths.trialFile(id), reason: "is of a trial that \(paths.sweepFile) no longer names")
    }
    let fits = plan.sweep.fits
    var results = SweepResults(
      sweep: plan.sweep.name, summaries: plan.sweep.compared.map(summary), unreadable: unreadable,
      unplanned: unplanned, files: files)
    results.fits = plan.sweep.trials.filter { fits.contains($0.id) }.map(summary)
    return results
  }
}

/// Digests of data sets as the results at hand record them.
private struct DataDigests {
  private var exact: [TrialConfiguration: Set<String>] = [:]
  private var counts: [String: [String: Int]] = [:]

  init(of trials: [Trial]) {
    for trial in trials {
      exact[trial.configuration, default: []].insert(trial.dataDigest)
      counts[trial.configuration.datasetName ?? "", default: [:]][trial.dataDigest, default: 0] += 1
    }
  }

  /// The digest of the configuration's own result; where there is none or more than one, that of most results on
  /// the same data set; nil where nothing is known, which only a trial without a result can meet.
  subscript(configuration: TrialConfiguration) -> String? {
    if let own = exact[configuration], own.count == 1, let digest = own.first { return digest }
    let candidates = counts[configuration.datasetName ?? ""] ?? [:]
    return candidates.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }
}
